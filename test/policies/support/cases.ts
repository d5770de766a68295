import { describe, expect, it } from "vitest";
import { UNKNOWN, type Json } from "../../../graph/resource";
import { evaluate, type Verdict } from "../../../policies/evaluate";
import type { Rule } from "../../../policies/rule";
import { RULES } from "../../../policies/rules";
import { changed, graph, partsOf, TODAY, type GivenStack } from "./graphs";

type Outcome = "violation" | "undecidable" | "pass";

/** One change to a safe stack, and what its rule says then. */
export interface Case {
  readonly rule: string;
  /** The resource that is changed, and the path of the input. No path: the whole resource. */
  readonly at: string;
  readonly path?: string;
  /** What is changed of the resource instead of an input. */
  readonly option?: "protect" | "from";
  /** The violating value. Undefined: the input or the resource is taken away. */
  readonly bad?: Json;
  /** Found and allowed, or the whole sentence; the rule's remediation follows it. */
  readonly says: string;
  /** Without the input. @default violation */
  readonly absent?: Outcome;
  /** With the input unknown until up. @default undecidable */
  readonly unknown?: Outcome;
  /** Rules that rightly notice the change, too. */
  readonly also?: readonly string[];
}

const named = (name: string): Rule => {
  const rule = RULES.find((one) => one.name === name);
  if (!rule) throw new Error(`there is no rule ${name}`);
  return rule;
};

const judge = (stack: GivenStack): Verdict =>
  evaluate(graph(stack), RULES, { production: true, today: TODAY });

const outcome = ({ violations, undecidable }: Verdict, rule: string): Outcome => {
  if (violations.some(({ policy }) => policy === rule)) return "violation";
  return undecidable.some(({ policy }) => policy === rule) ? "undecidable" : "pass";
};

const sentence = (text: string) =>
  `${text[0]?.toUpperCase() ?? ""}${text.slice(1)}${/[.…]$/.test(text) ? "" : "."}`;

/** The cases of a topic's rules, and the safe stack that they change. */
export interface Topic {
  readonly name: string;
  readonly safe: GivenStack;
  readonly rules: readonly Rule[];
  readonly cases: readonly Case[];
}

export const topic = (
  name: string,
  safe: GivenStack,
  rules: readonly Rule[],
  cases: readonly Case[],
): Topic => ({ name, safe, rules, cases });

/** Where a case changes its stack. */
export const placeOf = ({ at, path, option }: Case): (string | number)[] =>
  path === undefined ? [at, ...(option ? [option] : [])] : [at, "inputs", ...partsOf(path)];

/**
 * The four cases of each rule: it passes the safe stack, it names the violating change with its exact
 * message, and it says what is expected of the input's absence and of its being unknown.
 */
export function judgeCases({ name, safe, rules, cases }: Topic): void {
  describe(name, () => {
    it("passes the safe stack, and leaves nothing open", () => {
      expect(judge(safe)).toEqual({ violations: [], undecidable: [], waived: [], remediated: [] });
    });

    it("has a case of every rule", () => {
      const covered = new Set(cases.map(({ rule }) => rule));
      expect(rules.map(({ name }) => name).filter((name) => !covered.has(name))).toEqual([]);
    });

    for (const one of cases) {
      const { rule, at, path, option, bad, says, absent = "violation", unknown = "undecidable" } = one;
      const { also = [] } = one;
      const place = placeOf(one);
      const change = (to: Json | undefined) => judge(changed(safe, place, to));

      it(`${rule}: ${at}${path === undefined ? (option ?? "") : `.${path}`} ${bad === undefined ? "gone" : "wrong"}`, () => {
        const { violations } = change(bad);
        const own = violations.filter(({ policy }) => policy === rule);
        expect(own.map(({ message }) => message)).toContain(`${says} ${sentence(named(rule).remediation)}`);
        expect([...new Set(violations.map(({ policy }) => policy))].sort()).toEqual(
          [...new Set([rule, ...also])].sort(),
        );
      });

      if (path === undefined) continue;
      it(`${rule}: ${at}.${path} absent is ${absent}`, () => {
        expect(outcome(change(undefined), rule)).toBe(absent);
      });
      it(`${rule}: ${at}.${path} unknown is ${unknown}`, () => {
        expect(outcome(change(UNKNOWN), rule)).toBe(unknown);
      });
    }
  });
}
