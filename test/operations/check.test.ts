/** `check` on what the engine has recorded, and the files it writes. */
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { invoke, ROOT, TrialProject } from "./support";

let directory: string;
let trial: TrialProject;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "check-"));
  trial = new TrialProject("trial");
  symlinkSync(join(ROOT, "policies"), join(trial.directory, "policies"));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
  trial.remove();
});

const file = (name: string, content: unknown): string => {
  const path = join(directory, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
};

const urn = (stack: string, type: string, name: string) => `urn:pulumi:${stack}::mainstay::${type}::${name}`;
const record = (stack: string, type: string, name: string, inputs: object) => ({
  urn: urn(stack, type, name),
  type,
  custom: true,
  inputs,
});
const LOGS = "aws:cloudwatch/logGroup:LogGroup";
const state = (stack: string) => ({
  deployment: { resources: [record(stack, LOGS, "logs", { retentionInDays: 7, kmsKeyId: "x" })] },
});

const judged = async (...args: string[]) => {
  const { code, stdout, stderr } = await invoke("check", "--json", ...args);
  expect(stderr).toBe("");
  const { stacks, parity } = JSON.parse(stdout);
  return {
    code,
    parity,
    violations: stacks.flatMap(({ violations }: { violations: object[] }) => violations),
  };
};

describe("check of a state", () => {
  it("judges what was deployed, and takes nothing for mended", async () => {
    const { code, violations } = await judged("--state", file("state.json", state("local")));
    expect(code).toBe(1);
    expect(violations).toEqual([
      {
        policy: "log-retention",
        severity: "medium",
        enforcement: "mandatory",
        urn: urn("local", LOGS, "logs"),
        property: "retentionInDays",
        message: "retentionInDays is 7; allowed: 30 or more. Set retentionInDays to 30 or more.",
      },
    ]);
  });

  it("holds it against the sibling's file, as the engine does", async () => {
    const { parity } = await judged("--state", file("state.json", state("staging")), "staging");
    const undeclared = parity.differences.filter(({ allowed }: { allowed: boolean }) => !allowed);
    expect(undeclared).toContainEqual({
      stack: "staging",
      path: "environment",
      right: "mainstay:index:Environment",
      allowed: false,
    });
  });

  it("judges a preview the same way", async () => {
    const steps = [
      { op: "create", urn: urn("local", LOGS, "logs"), newState: state("local").deployment.resources[0] },
    ];
    const { code, violations } = await judged("--preview", file("preview.json", { steps }));
    expect([code, violations.length]).toEqual([1, 1]);
  });

  it.each([
    ["nothing", undefined, "cannot be read; wanted is a state, as pulumi stack export prints it"],
    ["no JSON", "{", "is not JSON; wanted is a state, as pulumi stack export prints it"],
    ["something else", { a: 1 }, ": this is no state: it has neither a deployment nor a checkpoint"],
    [
      "a broken one",
      { checkpoint: null },
      "holds no resource; wanted is a state, as pulumi stack export prints it",
    ],
    [
      "an empty one",
      { deployment: {} },
      "holds no resource; wanted is a state, as pulumi stack export prints it",
    ],
    [
      "a resource of no type",
      { deployment: { resources: [{ urn: "urn:pulumi:local::p::t::a" }] } },
      ": resource 1 has no URN, or no type",
    ],
  ])("says so of a file that holds %s", async (name, content, says) => {
    const path = content === undefined ? join(directory, "missing.json") : file(`${name}.json`, content);
    const { code, stdout, stderr } = await invoke("check", "--state", path);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toBe(`${path}${says.startsWith(":") ? "" : " "}${says}\n`);
  });

  it("says so of a state of another stack", async () => {
    const path = file("state.json", state("local"));
    expect((await invoke("check", "--state", path, "prod")).stderr).toBe(
      `${path} is a state of the stack local, not of prod\n`,
    );
  });
});

describe("what check writes", () => {
  const at = (name: string) => join(directory, "reports", name);

  it("is a report in each form, with what changed since before", async () => {
    const { stdout } = await trial.invoke("graph");
    const before = JSON.parse(stdout);
    before.resources = before.resources.filter(({ name }: { name: string }) => name !== "cache");
    file("trial.json", before);
    const args = ["--sarif", at("a.sarif"), "--junit", at("a.xml"), "--markdown", at("a.md")];
    const { stderr } = await trial.invoke("check", ...args, "--before", directory);
    expect(stderr).toBe("");
    expect(JSON.parse(readFileSync(at("a.sarif"), "utf8")).version).toBe("2.1.0");
    expect(readFileSync(at("a.xml"), "utf8")).toContain('<testsuite name="trial"');
    const markdown = readFileSync(at("a.md"), "utf8");
    expect(markdown).toContain("<summary>trial declares 2 resources more, 0 less, and 0 otherwise</summary>");
    expect(markdown).toContain("| `cache` | the resource |  | `mainstay:docker:Cache` |");
  });

  it("cannot be written everywhere", async () => {
    const { code, stderr } = await trial.invoke("check", "--sarif", join(file("file", ""), "a.sarif"));
    expect([code, stderr]).toEqual([2, `${join(directory, "file", "a.sarif")} cannot be written (EEXIST)\n`]);
  });
});
