import type { Environment } from "../../environment/environment";
import type { Undecided } from "../../environment/problems";
import type { Graph } from "../../graph/resource";
import type { Eased } from "../../policies/levels";
import type { ParityDifference } from "../../policies/parity/compare";
import type { StackVerdict, Undecidable } from "../../policies/reports/report";
import type { Rule } from "../../policies/rule";
import type { ValidStack } from "../project";

export type Verdict = Omit<StackVerdict, "stack" | "resources" | "unjudged">;

/** What decides how strictly a stack is judged. */
type Judged = Pick<Environment, "production">;

/** How far what is judged has come. */
interface Stage {
  /** Whether what rules remediate is taken for done, as it is before anything is deployed. */
  readonly remediate: boolean;
  /** Whether nothing more will be told of it, as of a state: what is undecidable then is a violation. */
  readonly settled: boolean;
}

/** The rules stacks are judged by. */
export interface Rules {
  /** None where no pack is installed. */
  readonly all: readonly Rule[];
  /** Those that the project makes less strict. */
  readonly eased: readonly Eased[];
  judge(graph: Graph, environment: Judged, stage: Stage): Verdict;
  /**
   * In what stacks are not like production; undefined where there are no two to compare.
   *
   * @param stacks compared with what they follow, and with what follows them
   * @param graphOf what one of all these declares; undefined where that is not known
   */
  parity(
    stacks: readonly string[],
    graphOf: (stack: string) => Promise<Graph | undefined>,
  ): Promise<readonly ParityDifference[] | undefined>;
}

/** What the rules say of a graph, and what the configuration's own rules could not. */
export function verdictOn(graph: Graph, rules: Rules, { environment, undecided }: ValidStack): Verdict {
  const verdict = rules.judge(graph, environment, { remediate: true, settled: false });
  return { ...verdict, undecidable: [...undecided.map(fromConfiguration), ...verdict.undecidable] };
}

const fromConfiguration = ({ file, key, rule }: Undecided): Undecidable => ({
  policy: "configuration",
  file,
  key,
  message: rule,
});
