/** The pack runs the program itself, for the stacks that one is held against: the real server, and an index.ts each. */
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readStackFiles } from "../../environment/stack-files";
import { declareProject } from "../../graph";
import { askOfStack, startPack } from "./support/engine";
import { ROOT } from "./support/stacks";

let project: string;
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), "mainstay-pack-"));
  for (const part of ["environment", "graph", "node_modules", "transpile.js"])
    symlinkSync(join(ROOT, part), join(project, part));
  for (const part of ["policies", "Pulumi.yaml", "Pulumi.staging.yaml", "Pulumi.prod.yaml"])
    cpSync(join(ROOT, part), join(project, part), { recursive: true });
});
afterAll(() => rmSync(project, { recursive: true }));

/** What the pack says of staging beside production, where index.ts declares this beside the environment. */
async function parity(beside: string): Promise<string[]> {
  writeFileSync(
    join(project, "index.ts"),
    `const program = require(${JSON.stringify(join(ROOT, "index.ts"))});
    const [{ RandomPet }, { getStack }] = [require("@pulumi/random"), require("@pulumi/pulumi")];
    module.exports = async () => { await null; ${beside} return program(); };`,
  );
  const shown = await declareProject(readStackFiles(project, "staging"));
  const pack = await startPack(project);
  try {
    const said = await askOfStack(shown, pack);
    return said.filter(({ policy }) => policy === "parity").map(({ message }) => message);
  } finally {
    pack.stop();
  }
}

it.each([
  ["has nothing against what is declared for both stacks", `new RandomPet("mine");`, []],
  [
    "tells what is declared for staging only",
    `if (getStack() === "staging") new RandomPet("mine");`,
    [
      "staging: mine:RandomPet: random:index/randomPet:RandomPet, and in production nothing. Make them alike, or add it to policies/differences.ts with a reason.",
    ],
  ],
  [
    "tells where it cannot know production",
    `if (getStack() === "prod") throw new Error("no such part");`,
    ["The stacks cannot be compared: index.ts:3: the program failed: no such part"],
  ],
])("%s", { timeout: 120_000 }, async (_, beside, expected) => {
  expect(await parity(beside)).toEqual(expected);
});
