/** The pack's entry, for the engine. To construct a pack starts a server, so nothing else imports this file. */
import { join } from "node:path";
import { PolicyPack } from "@pulumi/policy";
import { readStackFiles } from "../environment/stack-files";
import { DIFFERENCES } from "./differences";
import { packPolicies } from "./pack";
import { compare, type ParityDifference } from "./parity";
import { RULES } from "./rules";
import waivers from "./waivers.json";

const ROOT = join(__dirname, "..");
const ALIKE = ["staging", "prod"] as const;

const today = () => new Date().toISOString().slice(0, 10);

/** A stack without a file of ours is held to what production is. */
function isProduction(stack: string): boolean {
  try {
    const { config } = readStackFiles(ROOT, stack);
    return (JSON.parse(config["mainstay:scale"] ?? "{}") as { production?: unknown }).production !== false;
  } catch {
    return true;
  }
}

/** Both stacks from their files, so that the verdict is the same whichever of them is deployed. */
async function parity(stack: string): Promise<readonly ParityDifference[] | undefined> {
  if (!ALIKE.some((name) => name === stack)) return undefined;
  const [{ declare }, { declareStack }] = await Promise.all([
    import("../graph/index.js"),
    import("../components/root.js"),
  ]);
  const [left, right] = [
    await declare(declareStack, readStackFiles(ROOT, ALIKE[0])),
    await declare(declareStack, readStackFiles(ROOT, ALIKE[1])),
  ];
  return compare(left, right, { declared: DIFFERENCES, rules: RULES, today: today() });
}

new PolicyPack("mainstay", {
  description: "Every environment is safe, and staging is like production",
  policies: packPolicies({
    rules: RULES,
    waivers,
    situation: (stack) => ({ production: isProduction(stack), today: today() }),
    parity,
  }),
});
