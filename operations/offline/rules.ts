import { policyPack, type Project } from "../project";
import type { Rules } from "./verdict";

const NONE: Rules = {
  count: 0,
  judge: () => ({ violations: [], waived: [], undecidable: [] }),
  compare: () => [],
};

/** The rules of the project's policy pack, without the pack's server: what the engine applies, and nothing else. */
export async function loadRules(project: Project): Promise<Rules> {
  if (policyPack(project) === undefined) return NONE;
  const [{ evaluate }, { RULES }, { compare }, { DIFFERENCES }, waivers] = await Promise.all([
    import("../../policies/evaluate.js"),
    import("../../policies/rules/index.js"),
    import("../../policies/parity.js"),
    import("../../policies/differences.js"),
    import("../../policies/waivers.json"),
  ]);
  const today = new Date().toISOString().slice(0, 10);
  return {
    count: RULES.length,
    judge: (graph, { production }) => evaluate(graph, RULES, { production, today, waivers: waivers.default }),
    alike: ["staging", "prod"],
    compare: (left, right) => compare(left, right, { declared: DIFFERENCES, rules: RULES, today }),
  };
}
