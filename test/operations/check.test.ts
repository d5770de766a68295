/** `check` on what the engine has recorded, and the files it writes. */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
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
  it("judges what was deployed, and takes nothing for remediated", async () => {
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
    ["nothing", undefined, "cannot be read; expected is a state, as pulumi stack export prints it"],
    ["no JSON", "{", "is not JSON; expected is a state, as pulumi stack export prints it"],
    ["something else", { a: 1 }, ": not a Pulumi state: it has neither a deployment nor a checkpoint"],
    [
      "a broken one",
      { checkpoint: null },
      "holds no resource; expected is a state, as pulumi stack export prints it",
    ],
    [
      "an empty one",
      { deployment: {} },
      "holds no resource; expected is a state, as pulumi stack export prints it",
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

it.each(["state", "preview"])("takes no second stack beside a %s", async (kind) => {
  expect(await invoke("check", `--${kind}`, join(directory, "missing.json"), "local", "prod")).toEqual({
    code: 2,
    stdout: "",
    stderr: `--${kind} holds one stack: name that one, or none; found local and prod\n`,
  });
});

it("takes a state or a preview, not both", async () => {
  expect(await invoke("check", "--state", "a.json", "--preview", "b.json")).toEqual({
    code: 2,
    stdout: "",
    stderr:
      "error: option '--preview <file>' cannot be used with option '--state <file>'\n(--help tells more)\n",
  });
});

describe("check --before", () => {
  const before = async (change: (resources: { name: string; inputs: object }[]) => object[]) => {
    const graph = JSON.parse((await trial.invoke("graph")).stdout);
    const resources = change(graph.resources);
    file("trial.json", { ...graph, resources });
  };
  const changes = async (...args: string[]) => {
    const { code, stdout, stderr } = await trial.invoke("check", "--before", directory, ...args);
    expect([code, stderr]).toEqual([0, ""]);
    return stdout.split("\n").filter((line) => /^changes|^ {2}(added|removed|changed) /.test(line));
  };

  it("says what was added, removed and changed since", async () => {
    await before((resources) => [
      ...resources
        .filter(({ name }) => name !== "cache")
        .map((one) => (one.name === "edge" ? { ...one, inputs: { image: "of before" } } : one)),
      { ...resources[0], urn: urn("trial", "t", "old"), name: "old" },
    ]);
    expect(await changes()).toEqual([
      "changes of trial: added 2, removed 1, changed 2",
      "  added       cache",
      "  added       cache",
      "  removed     old",
      "  changed     edge",
      "  changed     edge",
    ]);
  });

  it("says that nothing was", async () => {
    await before((resources) => resources);
    expect(await changes()).toEqual(["changes of trial: none"]);
  });

  it("asks for a graph, and says how it is printed", async () => {
    const path = file("trial.json", "> mainstay@0.1.0 graph\n{}");
    const { code, stdout, stderr } = await trial.invoke("check", "--before", directory);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toBe(`${path} is not JSON; expected is a graph, as npm run --silent graph prints it\n`);
  });

  it("asks for a directory that is there", async () => {
    const missing = join(directory, "missing");
    expect(await trial.invoke("check", "--before", missing)).toEqual({
      code: 2,
      stdout: "",
      stderr: `--before ${missing}: there is no such directory\n`,
    });
  });

  it("asks for it before anything is read", async () => {
    const missing = join(directory, "missing");
    const { stderr } = await invoke("check", "--before", missing, "--state", join(directory, "none.json"));
    expect(stderr).toBe(`--before ${missing}: there is no such directory\n`);
  });
});

describe("check of one stack", () => {
  let project: TrialProject;
  beforeAll(() => {
    project = new TrialProject("staging");
    symlinkSync(join(ROOT, "policies"), join(project.directory, "policies"));
    for (const stack of ["staging", "prod"])
      cpSync(join(ROOT, `Pulumi.${stack}.yaml`), join(project.directory, `Pulumi.${stack}.yaml`));
    project.configure((scale) => {
      scale.variables = { ...(scale.variables as object), DATABASE_POOL_MAX: 6 };
    });
  });
  afterAll(() => project.remove());

  const POOL = ["api", "worker"].map((service) => ({
    stack: "staging",
    path: `environment/app/${service}/${service}/${service}:TaskDefinition/containerDefinitions/${service}/environment/DATABASE_POOL_MAX`,
    left: "6",
    right: "5",
    allowed: false,
  }));

  it.each(["staging", "prod"])(
    "compares %s with the one beside it, and judges itself only",
    async (stack) => {
      const { code, stdout, stderr } = await invoke("check", stack, "--json", "--project", project.directory);
      const { stacks, invalid, parity } = JSON.parse(stdout);
      expect([code, stderr, invalid]).toEqual([1, "", []]);
      expect(stacks.map((one: { stack: string }) => one.stack)).toEqual([stack]);
      expect(parity.differences.filter(({ allowed }: { allowed: boolean }) => !allowed)).toEqual(POOL);
    },
  );

  it("cannot pass where the one beside it is not valid", async () => {
    const prod = join(project.directory, "Pulumi.prod.yaml");
    writeFileSync(prod, readFileSync(prod, "utf8").replace("platform: aws", "platform: moon"));
    const { code, stdout, stderr } = await project.invoke("check", "--json");
    const { stacks, invalid, parity } = JSON.parse(stdout);
    expect([code, stacks.length, parity]).toEqual([2, 1, null]);
    expect(invalid).toMatchObject([{ stack: "prod", problems: [{ key: "mainstay:scale.platform" }] }]);
    expect(stderr).toContain('Pulumi.prod.yaml: mainstay:scale.platform: found "moon"');
  });
});

describe("what people declare beside the environment, in index.ts", () => {
  let own: TrialProject;
  beforeAll(() => {
    own = new TrialProject("trial", join(__dirname, "fixtures/open-bucket.ts"));
    symlinkSync(join(ROOT, "policies"), join(own.directory, "policies"));
  });
  afterAll(() => own.remove());

  const OPEN = urn("trial", "aws:s3/bucketAcl:BucketAcl", "open");

  it("is judged by check, and told in every report", async () => {
    const { stdout: before } = await trial.invoke("graph");
    file("trial.json", before);
    const [sarif, markdown] = [join(directory, "own.sarif"), join(directory, "own.md")];
    const args = ["--json", "--before", directory, "--sarif", sarif, "--markdown", markdown];
    const { code, stdout, stderr } = await own.invoke("check", ...args);
    const { stacks, changes } = JSON.parse(stdout);
    expect([code, stderr]).toEqual([1, ""]);
    expect(stacks[0].violations).toMatchObject([{ policy: "s3-no-public-acl", urn: OPEN }]);
    expect(changes[0].differences).toMatchObject([{ urn: OPEN, path: "" }]);
    expect(readFileSync(sarif, "utf8")).toContain(OPEN);
    expect(readFileSync(markdown, "utf8")).toContain("| `s3-no-public-acl` | `open` |");
  });

  it("is in what graph prints, and in what preview says where there is no engine", async () => {
    const { resources } = JSON.parse((await own.invoke("graph")).stdout);
    expect(resources.map((one: { urn: string }) => one.urn)).toContain(OPEN);
    const { code, stdout } = await own.invoke("preview", "--offline", "--json");
    expect([code, JSON.parse(stdout).violations]).toMatchObject([1, [{ urn: OPEN }]]);
  });

  it("is told where it fails, without a trace", async () => {
    const failing = new TrialProject("failing");
    rmSync(join(failing.directory, "index.ts"));
    writeFileSync(
      join(failing.directory, "index.ts"),
      `const program = require(${JSON.stringify(join(ROOT, "index.ts"))});
      module.exports = () => {
        if (program.length === 0) throw new Error("no such part");
      };`,
    );
    const problem =
      "index.ts: line 3: found an error, no such part; allowed: a program that declares the stack";
    const { code, stdout, stderr } = await failing.run("check", ["--json"]);
    expect([code, JSON.parse(stdout).invalid[0].problems[0].file]).toEqual([2, "index.ts"]);
    expect(stderr).toBe(`invalid configuration, 1 problem:\n  ${problem} to its end\n`);
    expect(await failing.run("graph")).toEqual({
      code: 1,
      stdout: "",
      stderr: "index.ts:3: the program failed: no such part\n",
    });
    failing.remove();
  });
});

describe("the documentation's example of a Docker host", () => {
  it("is a stack as it stands, once it is copied: nothing is violated, nothing is waived", async () => {
    const project = new TrialProject("laptop");
    symlinkSync(join(ROOT, "policies"), join(project.directory, "policies"));
    // It is no rehearsal of the host, as the page about policies says of such a stack.
    project.configure((scale) => void (scale.follows = []));
    cpSync(join(ROOT, "docs/examples/Pulumi.docker-host.yaml"), join(project.directory, "Pulumi.acme.yaml"));
    const { code, stdout, stderr } = await invoke("check", "acme", "--json", "--project", project.directory);
    project.remove();
    const { stacks } = JSON.parse(stdout);
    const [{ stack, violations, waived }] = stacks;
    expect({ code, stderr, stack, waived }).toEqual({ code: 0, stderr: "", stack: "acme", waived: [] });
    expect(violations).toMatchObject([{ policy: "s3-replication", enforcement: "advisory" }]);
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
    expect(markdown).toContain("<summary>trial: 2 resources added, 0 removed, 0 changed</summary>");
    expect(markdown).toContain("| `cache` | the resource |  | `mainstay:docker:Cache` |");
  });

  it("tells of a pack whose own files cannot be relied on", async () => {
    const broken = new TrialProject("broken");
    const pack = join(broken.directory, "policies");
    cpSync(join(ROOT, "policies/PulumiPolicy.yaml"), join(pack, "PulumiPolicy.yaml"));
    writeFileSync(join(pack, "enforcement.json"), "{");
    writeFileSync(join(pack, "waivers.json"), "[]");
    const { code, stdout, stderr } = await broken.invoke("check", "--markdown", at("b.md"));
    broken.remove();
    expect([code, stdout]).toEqual([2, expect.stringMatching(/^no stack was judged, in \d\.\d s\n$/)]);
    expect(stderr).toContain("policies/enforcement.json");
    expect(readFileSync(at("b.md"), "utf8")).toContain(
      "Policies broken\n\n### The configuration is not valid",
    );
  });

  it("cannot be written everywhere, and is printed all the same", async () => {
    const path = join(file("file", ""), "a.sarif");
    const { code, stdout, stderr } = await trial.invoke("check", "--sarif", path);
    expect([code, stderr]).toEqual([1, `${path} cannot be written (EEXIST: file already exists)\n`]);
    expect(stdout).toMatch(/^trial: \d+ resources, violations 0/);
  });
});
