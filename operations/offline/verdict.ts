import type { Environment } from "../../environment/environment";
import type { Undecided } from "../../environment/problems";
import type { Graph, Json } from "../../graph/resource";
import type { ValidStack } from "../project";
import { plural } from "../text";

/** A rule that a stack breaks. */
export interface Violation {
  readonly policy: string;
  readonly severity: string;
  /** `mandatory` stops a deployment, `advisory` is said. */
  readonly enforcement: string;
  readonly urn?: string;
  readonly message: string;
}

/** A rule that cannot be judged without what is not known here. */
export interface Undecidable {
  readonly policy: string;
  readonly urn?: string;
  readonly file?: string;
  readonly key?: string;
  readonly message: string;
}

export interface Verdict {
  readonly violations: readonly Violation[];
  readonly waived: readonly (Violation & { readonly reason: string })[];
  readonly undecidable: readonly Undecidable[];
}

/** Something staging and production do not have in common. */
export interface ParityDifference {
  readonly path: string;
  readonly left: Json | undefined;
  readonly right: Json | undefined;
  readonly allowed: boolean;
  readonly reason?: string;
}

/** The rules stacks are judged by. */
export interface Rules {
  /** Said beside every verdict: how many rules it comes from. */
  readonly count: number;
  judge(graph: Graph, environment: Environment): Verdict;
  /** The two stacks that have to be alike. */
  readonly alike?: readonly [string, string];
  compare(left: Graph, right: Graph): readonly ParityDifference[];
}

/** What the rules say of a graph, and what the configuration's own rules could not. */
export function verdictOn(graph: Graph, rules: Rules, { environment, undecided }: ValidStack): Verdict {
  const { violations, waived, undecidable } = rules.judge(graph, environment);
  return { violations, waived, undecidable: [...undecided.map(fromConfiguration), ...undecidable] };
}

const fromConfiguration = ({ file, key, rule }: Undecided): Undecidable => ({
  policy: "configuration",
  file,
  key,
  message: rule,
});

/** Whether a deployment may go on. */
export const passes = ({ violations }: Verdict) =>
  violations.every(({ enforcement }) => enforcement !== "mandatory");

/** The verdict as lines of text. */
export function renderVerdict({ violations, waived, undecidable }: Verdict, rules: Rules): string[] {
  const about = (urn: string | undefined) => (urn === undefined ? "" : ` ${urn.split("::").at(-1)}`);
  return [
    rules.count === 0
      ? "policies: none installed"
      : `policies: ${plural(rules.count, "rule")}, ${plural(violations.length, "violation")}`,
    ...violations.map((v) => `  ${v.enforcement} ${v.policy} (${v.severity})${about(v.urn)}: ${v.message}`),
    ...waived.map((v) => `  waived ${v.policy}${about(v.urn)}: ${v.reason}`),
    ...undecidable.map(
      (u) => `  cannot be judged here: ${u.policy} ${u.key ?? about(u.urn).trim()}: ${u.message}`,
    ),
  ];
}
