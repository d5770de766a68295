import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const ROOT = join(__dirname, "..");
const TWO = 'import { two } from "./two";\ninterface Told { readonly n: number }\n';
const PROGRAM = `${TWO}export const told: Told = { n: two };\nconsole.log(told.n, require.main === module);\n`;

let directory: string;
const cache = () => join(directory, "node_modules/.cache/mainstay");
const contents = () => keptFiles().map((file) => readFileSync(join(cache(), file), "hex"));
const keptFiles = () => readdirSync(cache()).sort();

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "mainstay-transpile-"));
  mkdirSync(join(directory, "node_modules"));
  symlinkSync(join(ROOT, "node_modules/esbuild"), join(directory, "node_modules/esbuild"));
  copyFileSync(join(ROOT, "transpile.js"), join(directory, "transpile.js"));
  writeFileSync(join(directory, "two.ts"), "export const two: number = 2;\n");
  writeFileSync(join(directory, "program.ts"), PROGRAM);
});
afterEach(() => rmSync(directory, { recursive: true }));

function run() {
  const args = ["--require", "./transpile.js", "program.ts"];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: directory, encoding: "utf8" });
  return { stdout, stderr };
}

describe("TypeScript that Node loads", () => {
  it("does the same for the first time and from what was kept", () => {
    expect(run()).toEqual({ stdout: "2 true\n", stderr: "" });
    const kept = keptFiles();
    expect(kept.filter((file) => file.endsWith(".js"))).toHaveLength(2);
    expect(run()).toEqual({ stdout: "2 true\n", stderr: "" });
    expect(keptFiles()).toEqual(kept);
  });

  it("is made anew when it has changed, even where it is as long as before", () => {
    run();
    writeFileSync(join(directory, "two.ts"), "export const two: number = 3;\n");
    expect(run()).toEqual({ stdout: "3 true\n", stderr: "" });
  });

  it.each<[string, (content: Buffer) => Buffer]>([
    ["cut short", (content) => content.subarray(0, content.length - 1)],
    ["empty", () => Buffer.alloc(0)],
    ["overwritten in one place", (content) => content.fill(0x7f, content.length - 30, content.length - 20)],
  ])("is made anew when what was kept is %s", (_, damage) => {
    run();
    for (const file of keptFiles()) {
      const path = join(cache(), file);
      writeFileSync(path, damage(readFileSync(path)));
    }
    expect(run()).toEqual({ stdout: "2 true\n", stderr: "" });
    const mended = contents();
    run();
    // What cannot be relied on is written again.
    expect(contents()).toEqual(mended);
  });

  it("needs no place to keep anything", () => {
    writeFileSync(join(directory, "node_modules/.cache"), "");
    expect(run()).toEqual({ stdout: "2 true\n", stderr: "" });
  });

  it("fails at the line that people wrote, kept or not", () => {
    writeFileSync(
      join(directory, "program.ts"),
      `${TWO}const told: Told = { n: two };\nthrow new Error(\`\${told.n}\`);\n`,
    );
    for (const { stderr } of [run(), run()])
      expect(
        stderr
          .split("\n")
          .filter((line) => /Error|program\.ts:/.test(line))
          .slice(-2),
      ).toEqual(["Error: 2", `    at Object.<anonymous> (${join(directory, "program.ts")}:4:7)`]);
  });
});
