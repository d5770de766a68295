import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { PORTS, testConfiguration } from "../../docker/support/environment";

export const ROOT = join(__dirname, "../../..");
/** Not the name of the stack the container tests use, so that neither finds what the other left. */
export const STACK = "enginetest";

/** What the program consists of; the rest of the project has no part in an update. */
const PROGRAM = [
  "index.ts",
  "components",
  "environment",
  "observability",
  "node_modules",
  "package.json",
  "tsconfig.json",
];

/** What a project of a test's own is made of. */
export interface ProjectOptions {
  /** Files of stacks as they are committed. Default: one stack with images that can be had on this machine. */
  readonly stacks?: readonly string[];
  /** Of the rest of the project, what has a part in an update. Default: nothing. */
  readonly parts?: readonly string[];
  /** What the engine is given beside this process's own environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A project of its own for a test: the real program, and stacks of it. */
export interface TestProject {
  readonly directory: string;
  /** Runs a command of the project's, and tells how it ended. */
  readonly mainstay: (...args: string[]) => Promise<Ended>;
  /** The same, with something to read. */
  readonly mainstayReading: (input: string, ...args: string[]) => Promise<Ended>;
  /** The same, and what it tells meanwhile is heard as it comes. */
  readonly mainstayHeard: (hear: Hear, ...args: string[]) => Promise<Ended>;
  /** Runs the engine itself, against a state of its own or that of `mainstay`. */
  readonly pulumi: (env: Record<string, string>, ...args: string[]) => Ended;
  /** What git finds changed in the project since it was made or last committed. */
  readonly changed: () => string;
  /** Commits what is there. */
  readonly commit: () => void;
  readonly remove: () => void;
}

/** @param interrupt what Ctrl-C does */
export type Hear = (told: string, interrupt: () => void) => void;

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function makeProject({ stacks, parts = [], env: own = {} }: ProjectOptions = {}): TestProject {
  const directory = mkdtempSync(join(tmpdir(), "mainstay-engine-"));
  for (const part of [...PROGRAM, ...parts]) {
    symlinkSync(join(ROOT, part), join(directory, part));
  }
  cpSync(join(ROOT, "Pulumi.yaml"), join(directory, "Pulumi.yaml"));
  if (stacks === undefined) writeTestStack(directory);
  for (const stack of stacks ?? [])
    cpSync(join(ROOT, `Pulumi.${stack}.yaml`), join(directory, `Pulumi.${stack}.yaml`));
  cpSync(join(ROOT, ".gitignore"), join(directory, ".gitignore"));
  const git = (...args: string[]) =>
    spawnSync("git", ["-C", directory, ...args], { encoding: "utf8" }).stdout;
  git("init", "--quiet");
  const commit = () => {
    git("add", ".");
    const author = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
    git(...author, "commit", "--quiet", "--message", "as it is");
  };
  commit();
  return {
    directory,
    changed: () => git("status", "--porcelain"),
    commit,
    mainstay: (...args) => ended([...MAINSTAY, ...args, "--project", directory], own),
    mainstayReading: (input, ...args) =>
      ended([...MAINSTAY, ...args, "--project", directory], own, { input }),
    mainstayHeard: (hear, ...args) => ended([...MAINSTAY, ...args, "--project", directory], own, { hear }),
    pulumi: (env, ...args) => {
      const { status, stdout, stderr } = spawnSync(
        "pulumi",
        [...args, "--cwd", directory, "--non-interactive"],
        {
          encoding: "utf8",
          env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true", ...own, ...env },
          maxBuffer: 64 * 1024 * 1024,
        },
      );
      return { status, stdout, stderr };
    },
    remove: () => rmSync(directory, { recursive: true }),
  };
}

function writeTestStack(directory: string): void {
  // The containers of the tests before are there until all tests are done.
  const ports = Object.fromEntries(
    Object.entries(PORTS).map(([of, port]) => [of, port + 1000]),
  ) as typeof PORTS;
  const { config } = testConfiguration(ROOT, ports);
  const values = Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key, JSON.parse(value) as unknown]),
  );
  writeFileSync(join(directory, `Pulumi.${STACK}.yaml`), stringify({ config: values }));
}

const MAINSTAY = ["--require", join(ROOT, "transpile.js"), join(ROOT, "operations/cli.ts")];

function ended(
  args: string[],
  env: Readonly<Record<string, string>>,
  { input = "", hear }: { input?: string; hear?: Hear } = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: "pipe",
    });
    child.stdin.end(input);
    const output = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk: Buffer) => (output.stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => {
      output.stderr += chunk.toString();
      hear?.(chunk.toString(), () => child.kill("SIGINT"));
    });
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, ...output }));
  });
}
