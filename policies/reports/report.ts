/** What a report is made of: the verdicts on the stacks, and what the stacks have not in common. */
import type { Undecidable, Verdict, Violation, Waived } from "../evaluate";
import type { ParityDifference } from "../parity";
import { SEVERITIES, type Severity } from "../rule";

export interface StackVerdict extends Verdict {
  readonly stack: string;
  /** How many resources were judged. */
  readonly resources: number;
}

export interface Report {
  readonly stacks: readonly StackVerdict[];
  readonly differences: readonly ParityDifference[];
  readonly seconds: number;
}

/** Whether nothing stands against a deployment. */
export const isClean = ({ stacks, differences }: Report) =>
  stacks.every(({ violations }) => violations.every(({ enforcement }) => enforcement !== "mandatory")) &&
  differences.every(({ allowed }) => allowed);

const rank = (severity: Severity) => SEVERITIES.indexOf(severity);

/** The most severe first; then what stops a deployment, then by rule and resource. */
export function bySeverity<V extends Violation>(violations: readonly V[]): V[] {
  const key = ({ enforcement, policy, urn }: V) => `${enforcement === "mandatory" ? 0 : 1} ${policy} ${urn}`;
  return [...violations].sort((a, b) => rank(a.severity) - rank(b.severity) || (key(a) < key(b) ? -1 : 1));
}

/** How often each rule could not be told. */
export function countByPolicy(undecidable: readonly Undecidable[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const { policy } of undecidable) counts.set(policy, (counts.get(policy) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
}

export const nameOf = (urn: string) => urn.split("::").slice(3).join("::") || urn;

/** A type as people write it: `container`, `s3/bucket`. */
export const typeOf = (urn: string) =>
  urn.split("::")[2]?.split("$").at(-1)?.split(":").slice(1).join(":") ?? "";

export const told = (value: unknown): string => {
  if (value === undefined) return "nothing";
  const text = Array.isArray(value) ? value.join(" ⏎ ") : String(value);
  return text === "" ? "nothing" : text;
};

export const describeWaiver = ({ reason, owner, until }: Waived) => `${reason} (${owner}, until ${until})`;
