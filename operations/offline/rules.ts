import { InvalidConfiguration } from "../../environment/problems";
import { policyPack, type Project } from "../project";
import type { Rules } from "./verdict";

const NONE: Rules = {
  all: [],
  judge: () => ({ violations: [], waived: [], undecidable: [], remediated: [] }),
  parity: () => Promise.resolve(undefined),
};

/**
 * The rules of the project's policy pack, without the pack's server: what the engine applies, and nothing else.
 *
 * @throws InvalidConfiguration if one of the pack's own files is not to be relied on
 */
export async function loadRules(project: Project): Promise<Rules> {
  const pack = policyPack(project);
  if (pack === undefined) return NONE;
  const [{ evaluate }, { RULES }, { compareAlike }, { DIFFERENCES }, { readSettings }, { today }] =
    await Promise.all([
      import("../../policies/evaluate.js"),
      import("../../policies/rules/index.js"),
      import("../../policies/parity.js"),
      import("../../policies/differences.js"),
      import("../../policies/settings.js"),
      import("../../policies/situation.js"),
    ]);
  const { levels, waivers, remediateProduction, problems } = readSettings(pack, RULES);
  if (problems.length > 0) throw new InvalidConfiguration(problems);
  const common = { today: today(), levels, waivers };
  return {
    all: RULES,
    judge: (graph, { production }, mend) =>
      evaluate(graph, RULES, {
        ...common,
        production,
        remediate: mend && (!production || remediateProduction),
      }),
    parity: (graphOf) => compareAlike(graphOf, { declared: DIFFERENCES, rules: RULES, today: common.today }),
  };
}
