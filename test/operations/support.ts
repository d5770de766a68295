import { spawn, type ChildProcess } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { vi } from "vitest";
import { parse, stringify } from "yaml";
import type { Actions } from "../../operations/actions";
import { check } from "../../operations/check";
import { cost } from "../../operations/cost";
import { down } from "../../operations/down";
import { drift } from "../../operations/drift";
import { Recorder, type RunRecord } from "../../operations/engine/record";
import { graph } from "../../operations/graph";
import { images } from "../../operations/images";
import { preview } from "../../operations/preview";
import { probe } from "../../operations/probe";
import { program } from "../../operations/program";
import { render } from "../../operations/render";
import { outcomeOf } from "../../operations/run";
import { listSecrets, setSecret } from "../../operations/secret";
import { unlock } from "../../operations/unlock";
import { up } from "../../operations/up";

export const ROOT = resolve(__dirname, "..", "..");

const ACTIONS: Actions = {
  check,
  cost,
  down,
  drift,
  graph,
  images,
  listSecrets,
  preview,
  probe,
  render,
  setSecret,
  unlock,
  up,
};

/** All commands, as the command line has them. */
export const commands = () => program(ACTIONS);

export interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Given the command as soon as it runs. */
  readonly started?: (child: ChildProcess) => void;
}

/** Runs a command in this process: the same program, without a start for each. */
export async function invoke(...args: string[]): Promise<Result> {
  const written = { stdout: "", stderr: "" };
  const spies = (["stdout", "stderr"] as const).map((name) =>
    vi.spyOn(process[name], "write").mockImplementation((chunk) => {
      written[name] += String(chunk);
      return true;
    }),
  );
  try {
    const code = await outcomeOf(() => commands().parseAsync(args, { from: "user" }));
    return { code, ...written };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

/** Runs a command as its npm script does. Nobody is there to answer questions. */
export function mainstay(
  args: readonly string[],
  { env = process.env, started }: RunOptions = {},
): Promise<Result> {
  const child = spawn(process.execPath, ["--require", "./transpile.js", "operations/cli.ts", ...args], {
    cwd: ROOT,
    env: { ...env, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  started?.(child);
  return new Promise((done, failed) => {
    child.on("error", failed);
    child.on("close", (code) => done({ code, stdout, stderr }));
  });
}

/** A stack's configuration, as much of it as tests change. */
export interface StackFile {
  config: { "mainstay:scale": Record<string, unknown> & { cache: { memoryMiB: number }; domain: string } };
}

/** A project of its own, with the real shape and one stack like `local`. */
export class TrialProject {
  readonly directory = mkdtempSync(join(tmpdir(), "mainstay-"));
  readonly stackFile: string;

  /** @param program the file of the project's program, where the engine runs it; @default the real one */
  constructor(
    readonly stack: string,
    program?: string,
  ) {
    this.stackFile = join(this.directory, `Pulumi.${stack}.yaml`);
    cpSync(join(ROOT, "Pulumi.yaml"), join(this.directory, "Pulumi.yaml"));
    cpSync(join(ROOT, "Pulumi.local.yaml"), this.stackFile);
    writeFileSync(join(this.directory, "package.json"), '{ "name": "trial" }\n');
    symlinkSync(program ?? join(ROOT, "index.ts"), join(this.directory, "index.ts"));
    // Without it no CLI of an npm package is found there.
    if (program) symlinkSync(join(ROOT, "node_modules"), join(this.directory, "node_modules"));
  }

  /** Rewrites the stack's file, the way somebody who edits it would: comments stay. */
  configure(change: (scale: StackFile["config"]["mainstay:scale"]) => void): string {
    const file = parse(readFileSync(this.stackFile, "utf8")) as StackFile;
    change(file.config["mainstay:scale"]);
    const text = `# What people wrote stays as they wrote it.\n${stringify(file)}`;
    writeFileSync(this.stackFile, text);
    return text;
  }

  invoke(command: string, ...args: string[]): Promise<Result> {
    return invoke(command, this.stack, "--project", this.directory, ...args);
  }

  run(command: string, args: readonly string[] = [], options: RunOptions = {}): Promise<Result> {
    return mainstay([command, this.stack, "--project", this.directory, ...args], options);
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** What the engine once told, recorded event by event. */
export function recorded(name: string): RunRecord {
  const recorder = new Recorder();
  const lines = readFileSync(join(__dirname, "recorded", `${name}.jsonl`), "utf8")
    .trim()
    .split("\n");
  for (const line of lines) recorder.listen(JSON.parse(line));
  return recorder.result();
}
