import type { AlertingRule } from "../../../observability/rules";
import { analyse } from "./promql";

/** A rule with one thing changed that a test has to notice. */
export interface Mutant {
  readonly change: string;
  readonly rule: AlertingRule;
}

const REVERSED: Readonly<Record<string, string>> = {
  ">": "<",
  ">=": "<=",
  "<": ">",
  "<=": ">=",
  "==": "!=",
  "!=": "==",
};
const SHIFTED: Readonly<Record<string, string>> = { ">": ">=", ">=": ">", "<": "<=", "<=": "<" };

/** Every comparison flipped, every bound moved a little either way, the waiting time changed. */
export function mutantsOf(rule: AlertingRule): Mutant[] {
  const { expr } = rule;
  const replaced = ([from, to]: readonly [number, number], text: string) =>
    expr.slice(0, from) + text + expr.slice(to);
  const changed = (what: string, mutated: string): Mutant => ({
    change: what,
    rule: { ...rule, expr: mutated },
  });
  const ofExpression = analyse(expr).comparisons.flatMap(({ operator, at, bound }) => [
    ...flipped(operator, bound?.factor ? undefined : bound?.value, expr).map((other) =>
      changed(`${operator} → ${other} at ${at[0]}`, replaced(at, other)),
    ),
    ...(bound
      ? moved(bound.value).map((value) =>
          changed(`${bound.value} → ${value} at ${bound.at[0]}`, replaced(bound.at, String(value))),
        )
      : []),
  ]);
  return [...ofExpression, ...waiting(rule)];
}

/** What is interpolated, or a share, never lies exactly on its bound: only counts and states show that. */
function flipped(operator: string, bound: number | undefined, expr: string): string[] {
  const counted = bound !== undefined && isCount(bound) && !/histogram_quantile|predict_linear/.test(expr);
  return [REVERSED[operator], counted ? SHIFTED[operator] : undefined].filter((other) => other !== undefined);
}

const isCount = (value: number): boolean => Number.isInteger(value) && Math.abs(value) < 20;

/** Counts and states by one, everything else by a tenth. */
function moved(value: number): number[] {
  if (isCount(value)) return [value - 1, value + 1];
  return [0.9, 1.1].map((factor) => Number((value * factor).toPrecision(6)));
}

function waiting(rule: AlertingRule): Mutant[] {
  if (rule.for === undefined) return [{ change: "waits 1m", rule: { ...rule, for: "1m" } }];
  const { for: _, ...hasty } = rule;
  const [, amount = "", unit = ""] = /^(\d+)(\w)$/.exec(rule.for) ?? [];
  const longer = `${Number(amount) * 2}${unit}`;
  return [
    { change: "does not wait", rule: hasty },
    { change: `waits ${longer}`, rule: { ...rule, for: longer } },
  ];
}
