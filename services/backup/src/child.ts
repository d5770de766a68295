/** Child processes: started without a shell, with exactly the environment they need, and ended when told to. */
import { spawn, type ChildProcess } from "node:child_process";
import type { Writable } from "node:stream";
import { stripVTControlCharacters } from "node:util";

/** Secrets belong in `env` as the names of files, never in `args`: those are for everyone to read. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Record<string, string>;
  /** What ends it in good order. @default SIGTERM */
  readonly stopSignal?: "SIGINT" | "SIGQUIT";
}

export interface Exit {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  /** Never rejects: what could not be started has exited with 127. */
  readonly exit: Promise<Exit>;
  stop(): void;
}

/** Shorter than the ten seconds Docker waits before it kills the container. */
const KILL_AFTER_MS = 8000;
const COMMAND_NOT_FOUND = 127;

/** Starts the command; `stdout` is where its output goes instead of into the result. */
export function start(
  command: Command,
  signal: AbortSignal,
  stdin: "ignore" | "pipe",
  stdout?: Writable,
): Running {
  const child = spawn(command.file, command.args, {
    env: command.env,
    stdio: [stdin, stdout ?? "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
  // A child that ends before it has read all its input is judged by its exit code, not by our broken pipe.
  child.stdin?.on("error", () => undefined);

  let killer: NodeJS.Timeout | undefined;
  const stop = () => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(command.stopSignal ?? "SIGTERM");
    killer ??= setTimeout(() => child.kill("SIGKILL"), KILL_AFTER_MS);
  };
  const exit = new Promise<Exit>((resolve) => {
    child.once("error", () =>
      resolve({ ...output, code: COMMAND_NOT_FOUND, stderr: `${command.file} cannot be run` }),
    );
    child.once("close", (code) => resolve({ ...output, code }));
  }).finally(() => {
    clearTimeout(killer);
    signal.removeEventListener("abort", stop);
  });
  if (signal.aborted) stop();
  else signal.addEventListener("abort", stop);
  return { child, exit, stop };
}

/** For what is ended by something else than a stop. */
export const NEVER = new AbortController().signal;

/** Runs the command to its end. */
export function run(command: Command, signal: AbortSignal): Promise<Exit> {
  return start(command, signal, "ignore").exit;
}

export interface PipeExit {
  readonly source: Exit;
  readonly sink: Exit;
  /** The one whose failure came first and so explains the other's; undefined where both succeeded. */
  readonly culprit: "source" | "sink" | undefined;
}

/**
 * Runs `source | sink`, with one difference from a shell: the sink sees the end of its input only after the
 * source has succeeded. We hold a second handle on the pipe's writing end and close it then; a source that
 * fails has the sink ended instead, so a sink that stores what it reads never stores half of something.
 * The data goes from child to child inside the kernel and does not pass through this process.
 */
export async function pipe(source: Command, sink: Command, signal: AbortSignal): Promise<PipeExit> {
  // A stop ends the source alone, and its end that of the sink: a restic whose reader is gone dies without taking its
  // lock away.
  const to = start(sink, NEVER, "pipe");
  const input = to.child.stdin as Writable;
  const from = start(source, signal, "ignore", input);
  let culprit: PipeExit["culprit"];
  const [sourceExit, sinkExit] = await Promise.all([
    from.exit.then((exit) => {
      if (exit.code !== 0) culprit ??= "source";
      if (exit.code === 0) input.end();
      else to.stop();
      return exit;
    }),
    to.exit.then((exit) => {
      if (exit.code === 0) return exit;
      culprit ??= "sink";
      // A source that waits for something else would not notice that nobody reads it any more.
      from.stop();
      return exit;
    }),
  ]);
  return { source: sourceExit, sink: sinkExit, culprit };
}

/** What a tool said went wrong, in one line: its error lines, or its last words. */
export function complaint(exit: Exit): string {
  const lines = stripVTControlCharacters(exit.stderr)
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const errors = lines.filter((line) => /error|fatal|denied|unable|detail/i.test(line));
  const words = (errors.length > 0 ? errors.slice(0, 4) : lines.slice(-3)).join("; ").slice(0, 600);
  if (words) return words;
  return exit.code === null
    ? "a signal ended it, perhaps for lack of memory"
    : `it ended with exit code ${exit.code}`;
}
