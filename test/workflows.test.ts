import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { listStacks } from "../environment/stack-files";
import manifest from "../package.json";

const ROOT = join(__dirname, "..");
const FOLDER = join(ROOT, ".github/workflows");
const stackFile = (stack: string) => readFileSync(join(ROOT, `Pulumi.${stack}.yaml`), "utf8");
const files = readdirSync(FOLDER).filter((file) => file.endsWith(".yml"));
const read = (file: string) => readFileSync(join(FOLDER, file), "utf8");

interface Job {
  readonly if?: string;
  readonly needs?: string | readonly string[];
  readonly permissions?: Readonly<Record<string, string>>;
  readonly strategy?: { readonly matrix: { readonly stack?: readonly string[] } };
}

interface Workflow {
  readonly permissions: object;
  readonly defaults?: object;
  readonly jobs: Readonly<Record<string, Job>>;
}

/** The stacks that are not somebody's own machine. */
const deployed = listStacks(ROOT).filter((stack) => !stackFile(stack).includes("domain: localhost\n"));

const actionlint = (process.env.PATH ?? "")
  .split(delimiter)
  .map((folder) => join(folder, "actionlint"))
  .find((program) => existsSync(program));

describe.each(files)("%s", (file) => {
  const text = read(file);
  const workflow = parse(text) as Workflow;

  it("pins every action by a whole commit, and says which version that is", () => {
    const uses = [...text.matchAll(/uses: (.*)/g)].map(([, use = ""]) => use);
    expect(uses.filter((use) => !/^[\w/.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(use))).toEqual([]);
    expect(uses.length).toBeGreaterThan(0);
  });

  it("gives no job more than it asks for, and none both a role of the cloud and leave to write", () => {
    expect(workflow.permissions).toEqual({});
    for (const { permissions = {} } of Object.values(workflow.jobs)) {
      const writes = Object.entries(permissions).flatMap(([what, how]) => (how === "write" ? [what] : []));
      expect(Object.keys(permissions)).not.toEqual([]);
      if (writes.includes("id-token")) expect(writes).toEqual(["id-token"]);
    }
  });

  it("fails where any part of a pipe does: a shell that is not named does not", () => {
    expect(workflow.defaults).toEqual({ run: { shell: "bash" } });
    expect(text).not.toMatch(/^ {8,}shell:/m);
  });

  it("puts nothing of an event into a script, where it would be run", () => {
    const scripts = [...text.matchAll(/run: \|\n((?: {10,}.*\n?)+)/g)].map(([script]) => script);
    expect(scripts.filter((script) => script.includes("${{"))).toEqual([]);
  });

  it("runs for every deployed stack, where it runs for one", () => {
    const matrices = Object.values(workflow.jobs).flatMap(({ strategy }) => strategy?.matrix.stack ?? []);
    if (matrices.length > 0) expect([...matrices].sort()).toEqual([...deployed].sort());
  });

  it("looks at what is deployed only where the repository has switched that on", () => {
    const looking = Object.values(workflow.jobs).filter(({ strategy }) => strategy?.matrix.stack);
    for (const job of looking) expect(job.if).toMatch(/^vars\.[A-Z]+ == 'on'(?: && |$)/);
    const telling = Object.values(workflow.jobs).filter(({ needs }) => needs === "look");
    for (const job of telling) expect(job.if).toContain("needs.look.result != 'skipped'");
  });

  it("calls commands that the project has", () => {
    const scripts = [...text.matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map(([, script = ""]) => script);
    expect(scripts.filter((script) => !(script in manifest.scripts))).toEqual([]);
  });
});

describe("all workflows", () => {
  it("use the same version of an action", () => {
    const versions = new Map<string, Set<string>>();
    for (const [, action = "", commit = ""] of files
      .map(read)
      .join("\n")
      .matchAll(/uses: (\S+)@(\S+)/g))
      versions.set(action, (versions.get(action) ?? new Set()).add(commit));
    expect([...versions].filter(([, commits]) => commits.size > 1)).toEqual([]);
  });

  it.skipIf(!actionlint)("pass actionlint, and its look into their scripts", () => {
    const { status, stdout } = spawnSync(actionlint ?? "", ["-color=false", ...files], {
      cwd: FOLDER,
      encoding: "utf8",
    });
    expect([stdout, status]).toEqual(["", 0]);
  });
});
