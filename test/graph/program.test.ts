/** The project's program, run as the engine would: each test writes one of its own. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { declareProject } from "../../graph";

const ROOT = join(__dirname, "../..");

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "mainstay-program-")));
  symlinkSync(join(ROOT, "node_modules"), join(root, "node_modules"));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
}

const declared = (stack = "s", main: string | undefined = "index.ts") =>
  declareProject({ root, main, project: "p", stack });
const names = async (stack?: string) => (await declared(stack)).resources.map(({ name }) => name);

const SDKS = `import * as pulumi from "@pulumi/pulumi"; import * as random from "@pulumi/random";\n`;

describe("a project's program", () => {
  it.each([
    ["a function", `${SDKS}export = () => { new random.RandomPet("pet"); return { a: 1 }; };`],
    [
      "a function that waits",
      `${SDKS}export = async () => { await null; new random.RandomPet("pet"); return { a: 1 }; };`,
    ],
    ["nothing but its outputs", `${SDKS}new random.RandomPet("pet"); export const a = Promise.resolve(1);`],
  ])("may be %s", async (_, text) => {
    write({ "index.ts": text });
    const { resources, outputs } = await declared();
    expect([resources.map(({ name }) => name), outputs]).toEqual([["p-s", "pet"], { a: 1 }]);
  });

  it("begins anew in every run, with all of its files", async () => {
    write({
      "index.ts": `import "./lib/beside"; import { next } from "./lib/count"; ${SDKS}new random.RandomPet("z-" + next());`,
      "lib/beside.ts": `import { next } from "./count"; ${SDKS}new random.RandomPet(pulumi.getStack() + "-" + next());`,
      "lib/count.ts": `let count = 0; export const next = () => (count += 1);`,
    });
    for (const stack of ["one", "two", "one"])
      expect(await names(stack)).toEqual([`p-${stack}`, `${stack}-1`, "z-2"]);
  });

  it("is what it has become since", async () => {
    write({ "index.ts": `${SDKS}new random.RandomPet("before");` });
    expect(await names()).toEqual(["p-s", "before"]);
    write({ "index.ts": `${SDKS}new random.RandomPet("after");` });
    expect(await names()).toEqual(["p-s", "after"]);
  });

  it("is what package.json names, where Pulumi.yaml names none", async () => {
    write({ "package.json": `{ "main": "src/program.ts" }`, "src/program.ts": `export const from = "src";` });
    expect((await declareProject({ root, project: "p", stack: "s" })).outputs).toEqual({ from: "src" });
  });

  it("runs in its directory, prints beside what the command prints, and leaves both as they were", () => {
    write({ "index.ts": `console.log("hello"); export const directory = process.cwd();` });
    expect(run(`({ outputs }) => console.log([outputs.directory, process.cwd()].join())`)).toEqual({
      stdout: `${root},${ROOT}\n`,
      stderr: "hello\n",
    });
  });
});

describe("a program that fails says where, and nothing else", () => {
  it.each<[string, Record<string, string>, string]>([
    [
      "when it is loaded",
      { "index.ts": `const part: { of?: string[] } = {};\n\nexport const a = part.of!.length;` },
      "index.ts:3: the program failed: Cannot read properties of undefined (reading 'length')",
    ],
    [
      "in another of its files, later",
      {
        "index.ts": `import { wait } from "./lib/wait";\nexport = async () => { await null; wait(); };`,
        "lib/wait.ts": `export function wait() {\n  throw new Error("no");\n}`,
      },
      "lib/wait.ts:2: the program failed: no",
    ],
    [
      "in an apply",
      { "index.ts": `${SDKS}pulumi.output(1).apply(() => {\n  throw new Error("no");\n});` },
      "index.ts:3: the program failed: no",
    ],
    ["with what is no error", { "index.ts": `throw "no";` }, "index.ts: the program failed: no"],
    [
      "for want of a file",
      { "index.ts": `import "./missing";` },
      "index.ts:1: the program failed: Cannot find module './missing'",
    ],
    [
      "for want of an engine",
      {
        "index.ts": `import * as docker from "@pulumi/docker";\nexport = () => docker.getNetwork({ name: "x" });`,
      },
      "index.ts: the program failed: the program calls the function docker:index/getNetwork:getNetwork: only an engine can answer that, and the program has to run without one; take it from the configuration instead",
    ],
    ["for want of itself", {}, "index.ts: the program failed: Cannot find module 'ROOT/index.ts'"],
    [
      "as it cannot be read",
      { "index.ts": `export = () => {\n  const = 1;\n};` },
      'index.ts: the program failed: Transform failed with 1 error:\nROOT/index.ts:2:8: ERROR: Expected identifier but found "="',
    ],
  ])("%s", (_, files, message) => {
    write(files);
    const { stdout, stderr } = run(`() => {}, (error) => console.log(error.name, error.message)`);
    expect([stdout.replaceAll(root, "ROOT"), stderr]).toEqual([`ProgramFailed ${message}\n`, ""]);
  });
});

/** In a process of its own: a test runner has its own way with lines of code, and with what is printed. */
function run(then: string): { stdout: string; stderr: string } {
  const script = `require("./graph").declareProject({ root: ${JSON.stringify(root)}, main: "index.ts", project: "p", stack: "s" }).then(${then});`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--require", "./transpile.js", "-e", script], {
    cwd: ROOT,
    encoding: "utf8",
  });
  return { stdout, stderr };
}
