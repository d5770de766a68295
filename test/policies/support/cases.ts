import { describe, expect, it } from "vitest";
import { UNKNOWN, type Json } from "../../../graph/resource";
import { evaluate, type Verdict } from "../../../policies/evaluate";
import type { Rule } from "../../../policies/rule";
import { RULES } from "../../../policies/rules";
import { changed, graph, partsOf, TODAY, typeToken, type GivenStack } from "./graphs";

type Outcome = "violation" | "undecidable" | "pass";

/** One change to a safe stack, and what its rule says then. */
export interface Case {
  readonly rule: string;
  /** The resource that is changed, and the path of the input. No path: the whole resource. */
  readonly at: string;
  readonly path?: string;
  /** What is changed of the resource instead of an input. */
  readonly option?: "protect" | "from";
  /** The input that links to what is judged. @default of a resource that is taken away, its first link */
  readonly link?: string;
  /** Where else the safe stack is changed first, because the rule would have nothing to say otherwise. */
  readonly given?: readonly [place: (string | number)[], to: Json | undefined];
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

/** Cases of one resource. */
export const inputs = (at: string, ...cases: readonly Omit<Case, "at">[]): Case[] =>
  cases.map((one) => ({ at, ...one }));

/** The case of a resource that is not there. */
export const gone = (rule: string, at: string, says: string, also: readonly string[] = []): Case => ({
  rule,
  at,
  says,
  also,
});

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

const linkOf = ({ at, bad, option, link }: Case, safe: GivenStack): string | undefined =>
  link ?? (bad === undefined && option === undefined ? Object.keys(safe[at]?.from ?? {})[0] : undefined);

/** Whether an input that nobody knows leaves the answer open: it does not where another resource will tell it. */
function isOpen(one: Case, safe: GivenStack): boolean {
  const input = one.path ?? linkOf(one, safe);
  if (input === undefined) return false;
  const told = safe[one.at]?.from?.[String(partsOf(input)[0])] !== undefined;
  return (one.path !== undefined && one.unknown === undefined) || one.unknown === "undecidable" || told;
}

/** The stack where an input is another, or none, and was computed from no resource. */
function without(one: Case, safe: GivenStack, input: string, to: Json | undefined): GivenStack {
  const { at } = one;
  const after = changed(prepared(one, safe), [at, "inputs", ...partsOf(input)], to);
  const [root = ""] = partsOf(input);
  return after[at]?.from?.[root] === undefined ? after : changed(after, [at, "from", root], undefined);
}

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

/** The safe stack as a case takes it. */
export const prepared = ({ given }: Case, safe: GivenStack): GivenStack =>
  given ? changed(safe, given[0], given[1]) : safe;

/** Where a case changes its stack. */
export const placeOf = ({ at, path, option }: Case): (string | number)[] =>
  path === undefined ? [at, ...(option ? [option] : [])] : [at, "inputs", ...partsOf(path)];

/**
 * The four cases of each rule: it passes the safe stack, it names the violating change with its exact
 * message, and it says what is expected of the input's absence and of its being unknown.
 */
export function judgeCases({ name, safe, cases }: Topic): void {
  describe(name, () => {
    it("passes the safe stack, and leaves nothing open", () => {
      expect(judge(safe)).toEqual({ violations: [], undecidable: [], waived: [], remediated: [] });
    });

    for (const one of cases) {
      const { rule, at, path, option, bad, says, absent = "violation", unknown = "undecidable" } = one;
      const { also = [] } = one;
      const place = placeOf(one);
      const change = (to: Json | undefined) => judge(changed(prepared(one, safe), place, to));

      it(`${rule}: ${at}${path === undefined ? (option ?? "") : `.${path}`} ${bad === undefined ? "gone" : "wrong"}`, () => {
        const { violations } = change(bad);
        const own = violations.filter(({ policy }) => policy === rule);
        expect(own.map(({ message }) => message)).toContain(`${says} ${sentence(named(rule).remediation)}`);
        expect([...new Set(violations.map(({ policy }) => policy))].sort()).toEqual(
          [...new Set([rule, ...also])].sort(),
        );
      });

      const input = path ?? linkOf(one, safe);
      if (input === undefined) continue;
      it(`${rule}: ${at}.${input} absent is ${absent}`, () => {
        expect(outcome(judge(without(one, safe, input, undefined)), rule)).toBe(absent);
      });
      if (path !== undefined)
        it(`${rule}: ${at}.${path} unknown is ${unknown}`, () => {
          expect(outcome(change(UNKNOWN), rule)).toBe(unknown);
        });
      if (isOpen(one, safe) && (path === undefined || unknown === "pass"))
        it(`${rule}: ${at}.${input} unknown, and told by no resource, is undecidable`, () => {
          expect(outcome(judge(without(one, safe, input, UNKNOWN)), rule)).toBe("undecidable");
        });
    }
  });
}

const KINDS = ["passing", "violating", "absent", "unknown"] as const;
export type Kind = (typeof KINDS)[number];

/** The kinds of cases a rule has none of. */
export function missing(rule: Rule, topics: readonly Topic[]): Kind[] {
  const own = topics.flatMap(({ safe, cases }) =>
    cases.filter((one) => one.rule === rule.name).map((one) => ({ one, safe })),
  );
  const passes = own.some(({ safe }) =>
    Object.values(safe).some(({ type }) => rule.types.includes(typeToken(type))),
  );
  const has: Readonly<Record<Kind, boolean>> = {
    passing: passes,
    violating: own.length > 0,
    absent: own.some(({ one, safe }) => (one.path ?? linkOf(one, safe)) !== undefined),
    unknown: own.some(({ one, safe }) => isOpen(one, safe)),
  };
  return KINDS.filter((kind) => !has[kind]);
}
