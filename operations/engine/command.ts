import { spawn, type ChildProcess } from "node:child_process";
import { delimiter, dirname } from "node:path";
import type { PulumiCommand } from "@pulumi/pulumi/automation";
import { OperationFailed } from "../outcome";
import type { Cli } from "./find";

/** What a run of the CLI came to. */
export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
  /** What ended it, if it did not end by itself. */
  readonly signal?: string;
}

/** A run of the CLI that failed, before anything is made of it. */
export class CommandFailed extends OperationFailed {
  constructor(readonly result: CommandResult) {
    super(result.stderr.trim() || `the Pulumi CLI ended with ${result.signal ?? `exit code ${result.code}`}`);
  }
}

type Listener = (text: string) => void;

const running = new Set<ChildProcess>();

/** Asks every run of the CLI to stop: the first time after what it has begun, the second time at once. */
export function interruptCommands(): void {
  for (const child of running) child.kill("SIGINT");
}

interface CommandOptions {
  readonly directory: string;
  readonly env: Record<string, string>;
  /** What it reads: whatever must not be among its arguments, which everybody on the machine can see. */
  readonly input?: string;
  readonly onOutput?: Listener;
  readonly onError?: Listener;
}

/**
 * Runs the CLI in a process group of its own. A Ctrl-C then reaches it once, from here. As part of the terminal's
 * group it would get it from the terminal and from npm as well, and to the CLI a second one means to drop everything.
 *
 * @throws CommandFailed
 */
export function runCommand(
  cli: Cli,
  args: readonly string[],
  { directory, env, input, onOutput, onError }: CommandOptions,
): Promise<CommandResult> {
  const child = spawn(cli.path, [...args, "--non-interactive"], {
    cwd: directory,
    env: { ...process.env, ...env, PULUMI_AUTOMATION_API: "true", PATH: pathWith(cli) },
    stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    detached: true,
  });
  running.add(child);
  const stdout = collect(child.stdout, onOutput);
  const stderr = collect(child.stderr, onError);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      running.delete(child);
      const result = { stdout: stdout(), stderr: stderr(), code: code ?? -1, signal: signal ?? undefined };
      if (code === 0) resolve(result);
      else reject(new CommandFailed(result));
    });
    // Whoever ends without reading says why by itself.
    child.stdin?.on("error", () => undefined).end(input);
  });
}

/** The CLI as the Automation API runs it. */
export function engineCommand(cli: Cli): PulumiCommand {
  const run = (
    args: string[],
    directory: string,
    env: Record<string, string>,
    onOutput?: Listener,
    onError?: Listener,
  ) => runCommand(cli, args, { directory, env, onOutput, onError });
  // `run` is the one thing the Automation API does with a command; of its version it wants the text.
  return { command: cli.path, version: { toString: () => cli.version }, run } as unknown as PulumiCommand;
}

/** The CLI brings plugins that belong to it. */
const pathWith = (cli: Cli) => `${dirname(cli.path)}${delimiter}${process.env.PATH ?? ""}`;

function collect(stream: NodeJS.ReadableStream | null, listener?: Listener): () => string {
  const chunks: string[] = [];
  stream?.setEncoding("utf8");
  stream?.on("data", (chunk: string) => {
    chunks.push(chunk);
    listener?.(chunk);
  });
  return () => chunks.join("");
}
