/** What a report is made of: the verdicts on the stacks, and what the stacks have not in common. */
import type { Problem } from "../../environment/problems";
import type { Difference } from "../../graph/compare";
import type { Verdict, Violation } from "../evaluate";
import type { Eased } from "../levels";
import type { ParityDifference } from "../parity/compare";
import { SEVERITIES, type Severity } from "../rule";
import type { Unjudged } from "../unjudged";

/** What cannot be told without what is not known here: of a resource, or of a place in a file. */
export interface Undecidable {
  readonly policy: string;
  readonly message: string;
  readonly urn?: string;
  /** The input that is not known. */
  readonly property?: string;
  readonly file?: string;
  readonly key?: string;
}

export interface StackVerdict extends Omit<Verdict, "undecidable"> {
  readonly stack: string;
  /** How many resources were judged. */
  readonly resources: number;
  readonly undecidable: readonly Undecidable[];
  /** What no rule is about; nothing where no pack is installed. */
  readonly unjudged: readonly Unjudged[];
}

/** A stack that could not be judged. */
export interface InvalidStack {
  readonly stack: string;
  readonly problems: readonly Problem[];
}

/** What a stack declares otherwise than before. */
export interface StackChanges {
  readonly stack: string;
  readonly differences: readonly Difference[];
}

export interface Report {
  /** How many rules the verdicts come from; none where no pack is installed. */
  readonly rules: number;
  /** Rules that policies/enforcement.json makes less strict. */
  readonly eased: readonly Eased[];
  readonly stacks: readonly StackVerdict[];
  readonly invalid: readonly InvalidStack[];
  /** Undefined where no two stacks that have to be alike were compared. */
  readonly differences: readonly ParityDifference[] | undefined;
  /** Undefined where there is nothing to compare with. */
  readonly changes?: readonly StackChanges[];
  readonly seconds: number;
}

/** Whether nothing of a stack stands against a deployment. */
export const passes = ({ violations }: Pick<StackVerdict, "violations">) =>
  violations.every(({ enforcement }) => enforcement !== "mandatory");

/** Whether nothing stands against a deployment. */
export const isClean = ({ stacks, invalid, differences = [] }: Report) =>
  invalid.length === 0 && stacks.every(passes) && differences.every(({ allowed }) => allowed);

export const undeclared = ({ differences = [] }: Report) => differences.filter(({ allowed }) => !allowed);

/** Problems of the project's own file are every stack's; each is told once. */
export const problemsOf = ({ invalid }: Report): Problem[] => [
  ...new Map(
    invalid.flatMap(({ problems }) => problems).map((problem) => [JSON.stringify(problem), problem]),
  ).values(),
];

/** How many violations stop a deployment, and how many are only said. */
export function countViolations({ violations }: Pick<StackVerdict, "violations">) {
  const mandatory = violations.filter(({ enforcement }) => enforcement === "mandatory").length;
  return { mandatory, advisory: violations.length - mandatory };
}

const rank = (severity: Severity) => SEVERITIES.indexOf(severity);

/** The most severe first; then what stops a deployment, then by rule and resource. */
export function bySeverity<V extends Violation>(violations: readonly V[]): V[] {
  const key = ({ enforcement, policy, urn }: V) => `${enforcement === "mandatory" ? 0 : 1} ${policy} ${urn}`;
  return [...violations].sort((a, b) => rank(a.severity) - rank(b.severity) || (key(a) < key(b) ? -1 : 1));
}

/** How often each rule could not be told, and for want of which values: `event-passed-on (2: eventPattern)`. */
export function undecidableByPolicy(undecidable: readonly Undecidable[]): string[] {
  const groups = new Map<string, Undecidable[]>();
  for (const one of undecidable) groups.set(one.policy, [...(groups.get(one.policy) ?? []), one]);
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([policy, those]) => {
      const values = new Set(those.flatMap(({ property }) => property?.replace(/\[[^\]]*\]/g, "") ?? []));
      const wanting = values.size === 0 ? "" : `: ${[...values].sort().join(", ")}`;
      return `${policy} (${those.length}${wanting})`;
    });
}

/** URNs of the resources that differ from before, each once. */
export function changedResources({ differences }: StackChanges) {
  const whole = differences.filter(({ path }) => path === "");
  const inside = differences.filter(({ path }) => path !== "");
  return {
    added: whole.filter(({ left }) => left === undefined).map(({ urn }) => urn),
    removed: whole.filter(({ right }) => right === undefined).map(({ urn }) => urn),
    changed: [...new Set(inside.map(({ urn }) => urn))],
  };
}

export const nameOf = (urn: string) => urn.split("::").slice(3).join("::") || urn;
