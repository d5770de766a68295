import { InvalidConfiguration } from "../../environment/problems";
import { listStacks } from "../../environment/stack-files";
import { DIFFERENCES } from "../../policies/differences";
import { evaluate } from "../../policies/evaluate";
import { easedBy } from "../../policies/levels";
import { compareAlike, WITHOUT_PRODUCTION } from "../../policies/parity/compare";
import { RULES } from "../../policies/rules";
import { readSettings, reasonsOf } from "../../policies/settings";
import { lacksProduction, pairsIn, relatives, today } from "../../policies/situation";
import { policyPack, type Project } from "../project";
import type { Rules } from "./verdict";

const NONE: Rules = {
  all: [],
  eased: [],
  judge: () => ({ violations: [], waived: [], undecidable: [], remediated: [] }),
  parity: () => Promise.resolve(undefined),
};

/**
 * The rules of the project's policy pack, without the pack's server: what the engine applies, and nothing else.
 *
 * @throws InvalidConfiguration if one of the pack's own files is not to be relied on, or a stack is to be followed that
 *   there is not
 */
export function loadRules(project: Project): Rules {
  const pack = policyPack(project);
  if (pack === undefined) return NONE;
  const settings = readSettings(pack, RULES, today());
  const { levels, waivers, remediateProduction, problems } = settings;
  if (problems.length > 0) throw new InvalidConfiguration(problems);
  const pairs = pairsIn(project.root);
  const common = { today: today(), levels, waivers, stacks: listStacks(project.root) };
  return {
    all: RULES,
    eased: easedBy(RULES, levels, reasonsOf(settings)),
    judge: (graph, { production }, { remediate, settled }) =>
      evaluate(graph, RULES, {
        ...common,
        production,
        settled,
        remediate: remediate && (!production || remediateProduction),
      }),
    parity: async (stacks, graphOf) => {
      if (lacksProduction(project.root)) return [WITHOUT_PRODUCTION];
      const compared = relatives(pairs, stacks);
      return compareAlike(pairs, async (stack) => (compared.has(stack) ? graphOf(stack) : undefined), {
        declared: DIFFERENCES,
        rules: RULES,
        today: common.today,
      });
    },
  };
}
