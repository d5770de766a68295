/** The pack's entry, for the engine. To construct a pack starts a server, so nothing else imports this file. */
import { join } from "node:path";
import { PolicyPack } from "@pulumi/policy";
import { runtime } from "@pulumi/pulumi";
import { listStacks, readStackFiles } from "../environment/stack-files";
import type { Graph } from "../graph/resource";
import { asShown } from "./parity/as-shown";
import { DIFFERENCES } from "./differences";
import { packPolicies } from "./pack";
import { compareAlike, WITHOUT_PRODUCTION, type ParityDifference } from "./parity/compare";
import { RULES } from "./rules";
import { readSettings } from "./settings";
import { isProduction, lacksProduction, pairsIn, relatives, today } from "./situation";
import { standIns } from "./stand-ins";

const ROOT = join(__dirname, "..");

/**
 * The engine knows one stack of the two. What their files declare is the other, and what this one is held to. What
 * stacks on two platforms promise depends on no answer of the engine: `check` compares it.
 */
async function parity(stack: string, shown: Graph | undefined): Promise<ParityDifference[] | undefined> {
  if (lacksProduction(ROOT)) return [WITHOUT_PRODUCTION];
  const pairs = pairsIn(ROOT).filter(({ kind }) => kind !== "across");
  const own = relatives(pairs, [stack]);
  if (own.size === 0) return undefined;
  // Loaded when it is needed: most stacks have no sibling, and the start of each would wait for it. By `require`,
  // because what the engine starts compiles no `import()`.
  const { declareProject } = require("../graph") as typeof import("../graph");
  const graphOf = async (name: string) => {
    if (!own.has(name)) return undefined;
    const declared = await declareProject({ ...readStackFiles(ROOT, name), standIns });
    return name === stack && shown ? asShown(declared, shown) : declared;
  };
  return compareAlike(pairs, graphOf, { declared: DIFFERENCES, rules: RULES, today: today() });
}

new PolicyPack("mainstay", {
  description: "Every environment is safe, and staging is like production",
  policies: packPolicies({
    rules: RULES,
    settings: readSettings(__dirname, RULES, today()),
    stacks: listStacks(ROOT),
    situation: (stack) => ({ production: isProduction(ROOT, stack), today: today() }),
    settled: !runtime.isDryRun(),
    parity,
  }),
});
