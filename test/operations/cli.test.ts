import { execFile, type ChildProcess } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { commands, invoke, mainstay, ROOT, TrialProject } from "./support";

const ALL = commands().commands.map((command) => command.name());
/** Commands of commands as well: `secret set`. */
const EVERY = commands().commands.flatMap((command) => [
  [command.name()],
  ...command.commands.map((below) => [command.name(), below.name()]),
]);
/** Those that work on one stack. */
const COMMANDS = ["preview", "up", "down", "check", "graph", "drift", "probe", "unlock"];
const ASKING = ["up", "down", "unlock"];

let trial: TrialProject;
beforeAll(() => {
  trial = new TrialProject("trial");
});
afterEach(() => void vi.unstubAllEnvs());
afterAll(() => trial.remove());

/** Nothing to be found on the PATH: no Pulumi CLI. */
const withoutCli = () => void vi.stubEnv("PATH", "/nowhere");

describe("help", () => {
  it("lists every command", async () => {
    const { code, stdout, stderr } = await mainstay(["--help"]);
    const listed = [...stdout.matchAll(/^ {2}([a-z]+) .*$/gm)].map(([, name]) => name);
    expect({ code, stderr, listed }).toEqual({ code: 0, stderr: "", listed: [...ALL, "help"] });
  });

  it.each(EVERY.map((words) => words.join(" ")))(
    "of %s has an example, and tells the exit codes once",
    async (name) => {
      const { code, stdout, stderr } = await invoke(...name.split(" "), "--help");
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toMatch(new RegExp(`^Usage: mainstay ${name} `));
      expect(stdout).toMatch(/^Examples:\n {2}npm run (--silent )?(\w+|mainstay -- \w+)/m);
      expect(stdout.match(/exit codes?:.*/gi)).toEqual([expect.stringMatching(/^Exit codes: \S.*\.$/)]);
    },
  );

  it("offers --json with every command that has a result of another form", () => {
    const without = commands().commands.flatMap((command) =>
      (command.commands.length > 0 ? command.commands : [command]).filter(
        ({ options }) => !options.some(({ long }) => long === "--json"),
      ),
    );
    expect(without.map((command) => command.name())).toEqual(["graph"]);
  });
});

it("prints nothing but JSON where npm is told to be silent, as every example of a pipe tells it to be", async () => {
  const { stdout } = await promisify(execFile)("npm", ["run", "--silent", "graph", "--", "local"], {
    cwd: ROOT,
    maxBuffer: 2 ** 24,
  });
  expect(JSON.parse(stdout).stack).toBe("local");

  const texts = [
    ...(await Promise.all(EVERY.map(async (words) => (await invoke(...words, "--help")).stdout))),
    readFileSync(join(ROOT, "README.md"), "utf8"),
    ...readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".md"))
      .map((file) => readFileSync(join(ROOT, "docs", file), "utf8")),
  ];
  const piped = texts
    .flatMap((text) => text.split("\n"))
    .flatMap((line) => line.match(/npm run [^`]*(?:--json| [>|] )/g) ?? []);
  expect(piped.length).toBeGreaterThan(5);
  expect(piped.filter((line) => !line.startsWith("npm run --silent "))).toEqual([]);
});

it("leaves quietly whoever reads no further, as head does", async () => {
  const started = (child: ChildProcess) => void child.stdout?.destroy();
  expect(await mainstay(["graph", "local"], { started })).toEqual({ code: 0, stdout: "", stderr: "" });
});

describe("what cannot be tried ends with exit code 2 and says why", () => {
  it.each([
    [["nope"], "error: unknown command 'nope'\n(--help tells more)\n"],
    [
      ["down", "local", "--with-data", "--keep-protected"],
      "error: option '--with-data' cannot be used with option '--keep-protected'\n(--help tells more)\n",
    ],
    [
      ["preview", "local", "--offline", "--no-fallback"],
      "error: option '--no-fallback' cannot be used with option '--offline'\n(--help tells more)\n",
    ],
    [["up"], "error: missing required argument 'stack'\n(--help tells more)\n"],
    [
      ["drift", "local", "--jsn"],
      "error: unknown option '--jsn'\n(Did you mean --json?)\n(--help tells more)\n",
    ],
  ])("%j", async (args, stderr) => {
    expect(await invoke(...args)).toEqual({ code: 2, stdout: "", stderr });
  });

  it.each(COMMANDS)("%s of a stack that does not exist", async (name) => {
    const consent = ASKING.includes(name) ? ["--yes"] : [];
    expect(await invoke(name, "nope", "--project", trial.directory, ...consent)).toEqual({
      code: 2,
      stdout: "",
      stderr: "there is no stack nope: Pulumi.nope.yaml does not exist. Stacks: trial\n",
    });
  });

  it.each(ASKING)("%s without a terminal and without --yes", async (name) => {
    expect(await trial.invoke(name)).toEqual({
      code: 2,
      stdout: "",
      stderr: `${name} asks before it changes anything, and there is no terminal to ask on: add --yes\n`,
    });
  });

  it("a directory that is no project", async () => {
    const directory = join(trial.directory, "empty");
    mkdirSync(directory);
    expect(await invoke("check", "--project", directory)).toEqual({
      code: 2,
      stdout: "",
      stderr: `${directory} holds no Pulumi.yaml\n`,
    });
  });
});

describe("invalid configuration", () => {
  let invalid: TrialProject;
  beforeAll(() => {
    invalid = new TrialProject("invalid");
    invalid.configure((scale) => (scale.domain = "UPPER"));
  });
  afterAll(() => invalid.remove());

  const problem =
    'Pulumi.invalid.yaml: mainstay:scale.domain: found "UPPER"; allowed: a lower-case host name, such as "api.example.com"';
  const stderr = `invalid configuration, 1 problem:\n  ${problem}\n`;

  it("is the command's answer", async () => {
    expect(await invalid.run("preview")).toEqual({ code: 2, stdout: "", stderr });
  });

  it.each(["preview", "graph", "drift", "probe", "up"])(
    "stops %s before the engine is looked for",
    async (name) => {
      withoutCli();
      const consent = ASKING.includes(name) ? ["--yes"] : [];
      expect(await invalid.invoke(name, ...consent)).toEqual({ code: 2, stdout: "", stderr });
    },
  );

  it("is told by check for every stack, beside the verdict on the others", async () => {
    writeFileSync(join(invalid.directory, "Pulumi.fine.yaml"), readFileSync(trial.stackFile));
    const result = await invoke("check", "--json", "--project", invalid.directory);
    const { stacks, invalid: listed } = JSON.parse(result.stdout);
    expect({ code: result.code, stderr: result.stderr }).toEqual({ code: 2, stderr });
    expect(stacks.map(({ stack }: { stack: string }) => stack)).toEqual(["fine"]);
    expect(listed).toEqual([
      {
        stack: "invalid",
        problems: [
          {
            file: "Pulumi.invalid.yaml",
            key: "mainstay:scale.domain",
            found: '"UPPER"',
            allowed: 'a lower-case host name, such as "api.example.com"',
          },
        ],
      },
    ]);
  });
});

describe("where no CLI can be had", () => {
  it("preview says so in one line and shows what is declared", async () => {
    const env = { ...process.env, PATH: "/nowhere" };
    const { code, stdout, stderr } = await trial.run("preview", [], { env });
    expect(code).toBe(0);
    expect(stderr).toBe(
      "no Pulumi CLI (none on the PATH, no npm package pulumi): this is what the program declares, not compared with what runs\n",
    );
    const lines = stdout.trimEnd().split("\n");
    expect(lines[0]).toMatch(/^trial declares \d+ resources$/);
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^environment +docker:RemoteImage ×\d+, random:RandomPassword$/),
        expect.stringMatching(/^ {2}database +docker:Container/),
        expect.stringMatching(/^ {2}url +https:\/\/localhost:8443$/),
        "policies: none installed",
      ]),
    );
    expect(stdout).not.toContain("\u001b");
  });

  it("preview --no-fallback fails", async () => {
    withoutCli();
    expect(await trial.invoke("preview", "--no-fallback")).toEqual({
      code: 1,
      stdout: "",
      stderr:
        "this needs the Pulumi CLI (none on the PATH, no npm package pulumi): https://www.pulumi.com/docs/install/\n",
    });
  });

  it("its JSON has the same numbers", async () => {
    withoutCli();
    const text = await trial.invoke("preview");
    const json = await trial.invoke("preview", "--json", "--offline");
    const plan = JSON.parse(json.stdout);
    interface Branch {
      counts: Record<string, number>;
      branches: Branch[];
    }
    const count = ({ counts, branches }: Branch): number =>
      [...Object.values(counts), ...branches.map(count)].reduce((sum, number) => sum + number, 0);
    expect(json.stderr).toBe("");
    expect(text.stdout).toContain(`trial declares ${plan.resources} resources`);
    expect({ stack: plan.stack, source: plan.source, counted: count(plan.components) }).toEqual({
      stack: "trial",
      source: "offline",
      counted: plan.resources,
    });
  });

  it.each(["drift", "up", "down", "unlock"])("%s fails", async (name) => {
    withoutCli();
    expect(await trial.invoke(name, ...(ASKING.includes(name) ? ["--yes"] : []))).toEqual({
      code: 1,
      stdout: "",
      stderr:
        "this needs the Pulumi CLI (none on the PATH, no npm package pulumi): https://www.pulumi.com/docs/install/\n",
    });
  });
});

describe("graph", () => {
  it("prints the keys that are agreed on, and no secret", async () => {
    const { code, stdout, stderr } = await trial.invoke("graph");
    const graph = JSON.parse(stdout);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(Object.keys(graph)).toEqual(["stack", "resources", "outputs"]);
    expect(graph.stack).toBe("trial");
    const keys = ["urn", "type", "name", "parent", "inputs", "dependencies", "protect", "secrets"];
    for (const resource of graph.resources) expect(Object.keys(resource)).toEqual(keys);
    const secrets = graph.resources.flatMap((resource: { secrets: string[] }) => resource.secrets);
    expect(secrets.length).toBeGreaterThan(10);
  });
});

describe("check", () => {
  it("prints the keys that are agreed on", async () => {
    // Components and the stack only group what is real.
    const declared = JSON.parse((await trial.invoke("graph")).stdout).resources.filter(
      ({ type }: { type: string }) => !/^(mainstay|pulumi:pulumi):/.test(type),
    );
    const { code, stdout, stderr } = await invoke("check", "--json", "--project", trial.directory);
    const { seconds, ...verdict } = JSON.parse(stdout);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(seconds).toBeGreaterThan(0);
    expect(verdict).toEqual({
      eased: [],
      stacks: [
        {
          stack: "trial",
          resources: declared.length,
          violations: [],
          waived: [],
          undecidable: [],
          remediated: [],
          unjudged: [],
        },
      ],
      invalid: [],
      parity: null,
    });
  });

  it("does not pretend there were rules", async () => {
    const { stdout } = await trial.invoke("check");
    expect(stdout.split("\n")).toEqual([
      expect.stringMatching(/^trial: \d+ resources, violations 0$/),
      expect.stringMatching(/^no rules installed, in \d+\.\d s$/),
      "",
    ]);
  });
});

/** A folder with a program of shell commands in the place of the CLI. */
function standIn(name: string, script: string): string {
  const bin = join(trial.directory, name);
  mkdirSync(bin);
  writeFileSync(join(bin, "pulumi"), script);
  chmodSync(join(bin, "pulumi"), 0o755);
  return bin;
}

describe("where there is a CLI that cannot look at what runs", () => {
  function failingCli(error: string): void {
    const script = `#!/bin/sh
case "$1" in
version) echo v3.260.0 ;;
preview) echo "error: ${error}" >&2; exit 255 ;;
esac
`;
    const bin = standIn(`bin-${error.replace(/\W+/g, "-")}`, script);
    vi.stubEnv("PATH", `${bin}:${process.env.PATH}`);
  }

  it.each([
    ["failed to connect to any docker daemon", "no Docker daemon answers"],
    [
      "Could not automatically download and install resource plugin 'pulumi-resource-aws' at version v7.48.0",
      "one of its providers cannot be fetched",
    ],
    [
      "unable to validate AWS credentials: No valid credential sources found",
      "there are no valid credentials for AWS",
    ],
  ])("for %j, preview says why in one line and shows what is declared", async (told, why) => {
    failingCli(told);
    const { code, stdout, stderr } = await trial.invoke("preview");
    expect({ code, said: stderr.split("\n").slice(0, 1).concat(stderr.split("\n").slice(-2)) }).toEqual({
      code: 0,
      said: [
        "previewing trial with Pulumi 3.260.0",
        `the engine cannot look (${why}): this is what the program declares, not compared with what runs`,
        "",
      ],
    });
    expect(stdout).toMatch(/^trial declares \d+ resources\n[^]*policies: none installed/);
  });

  it("preview --no-fallback fails with the engine's own words and what helps", async () => {
    failingCli("failed to connect to any docker daemon at all");
    expect(await trial.invoke("preview", "--no-fallback")).toEqual({
      code: 1,
      stdout: "",
      stderr: [
        "previewing trial with Pulumi 3.260.0",
        "preview of trial failed:",
        "  failed to connect to any docker daemon at all",
        "Is the Docker daemon running, and may you use it? `docker info` tells.",
        "",
      ].join("\n"),
    });
  });

  it("an error of another kind is the answer", async () => {
    failingCli("something else");
    const { code, stdout, stderr } = await trial.invoke("preview");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/preview of trial failed:\n {2}something else\n$/);
  });
});

it("unlock says that it is done, to people and to programs", async () => {
  const bin = standIn("bin-unlock", '#!/bin/sh\nif test "$1" = version; then echo v3.260.0; fi\n');
  vi.stubEnv("PATH", `${bin}:${process.env.PATH}`);
  const { code, stdout, stderr } = await trial.invoke("unlock", "--yes", "--json");
  expect([code, JSON.parse(stdout)]).toEqual([0, { stack: "trial", unlocked: true }]);
  expect(stderr.split("\n").slice(-2)).toEqual(["trial is unlocked", ""]);
});

describe("an operation that is interrupted", () => {
  /** Stands in for the CLI: writes down how often it was asked to stop, and stops when the test lets it. */
  const CLI = `#!/bin/sh
case "$1" in
version) echo v3.260.0; exit ;;
stack) exit ;;
esac
trap 'echo int >> "$CLI_LOG"' INT
echo "$@" >> "$CLI_LOG"
until test -e "$CLI_LOG.over"; do sleep 0.1; done
echo "error: canceled" >&2
exit 1
`;

  it.each([
    ["once, if the terminal and npm both pass it on", 1],
    ["again, if it is asked for again", 2],
  ])("asks the CLI to stop %s", async (_name, times) => {
    const bin = standIn(`bin-${times}`, CLI);
    const log = join(bin, "log");
    writeFileSync(log, "");
    const env = { ...process.env, PATH: `${bin}:${process.env.PATH}`, CLI_LOG: log };
    const lines = () => readFileSync(log, "utf8").trim().split("\n");
    const written = (count: number) => vi.waitUntil(() => lines().filter(Boolean).length >= count, 20_000);
    const interrupt = async (child: ChildProcess) => {
      await written(1);
      child.kill("SIGINT");
      // Another signal: two of one kind that come at once are one.
      if (times === 1) child.kill("SIGTERM");
      await written(2);
      // Longer than what comes close counts as one.
      await sleep(600);
      if (times === 2) child.kill("SIGINT");
      await written(1 + times);
      writeFileSync(`${log}.over`, "");
    };
    let interrupted: Promise<void> | undefined;
    const { code, stdout, stderr } = await trial.run("preview", [], {
      env,
      started: (child) => void (interrupted = interrupt(child)),
    });
    await interrupted;
    expect({ code, stdout }).toEqual({ code: 130, stdout: "" });
    const [args = "", ...interrupts] = lines();
    expect(interrupts).toEqual(Array(times).fill("int"));
    expect(args).toContain(
      `--refresh --config-file ${join(trial.directory, ".state", "config", "Pulumi.trial.yaml")}`,
    );
    expect(args).toContain(`--stack trial --cwd ${trial.directory} --non-interactive`);
    expect(stderr).toContain("preview of trial was stopped; the same command again goes on from there\n");
  });
});
