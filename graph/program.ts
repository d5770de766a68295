/**
 * A project's own program, run in this process: the file the engine would run, with whatever people added to it.
 *
 * The engine starts a process for each run, and a program may rely on that. So the modules a run has loaded are dropped
 * after it, except packages and modules this process had loaded before: neither keeps anything of a stack.
 */
import { realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative, sep } from "node:path";
import { declare, type DeclareOptions } from "./offline";
import { ProgramFailed } from "./program-failed";
import type { Graph } from "./resource";

export interface ProjectOptions extends DeclareOptions {
  /** The directory of Pulumi.yaml. The program is run there. */
  readonly root: string;
  /**
   * The program's file, relative to `root`.
   *
   * @default what package.json calls `main`
   */
  readonly main?: string;
}

/**
 * Runs a project's program, as `declare` runs a function: it may declare while it is loaded, export a function, or
 * the outputs themselves. What it prints goes to the standard error, as this process's output is its own.
 *
 * @throws ProgramFailed if it cannot be loaded, or does not end well
 */
export async function declareProject({ root, main = "", ...options }: ProjectOptions): Promise<Graph> {
  const file = join(root, main);
  const undo = [forgetModules(), workIn(root), printAside()];
  try {
    return await declare(() => started(file), options);
  } catch (error) {
    throw failure(error, root, main);
  } finally {
    for (const restore of undo) restore();
  }
}

function started(file: string): unknown {
  const program = createRequire(__filename)(file) as unknown;
  return program instanceof Function ? (program as () => unknown)() : program;
}

const PACKAGES = `${sep}node_modules${sep}`;

/** Returns what forgets all modules that are loaded from now on. */
function forgetModules(): () => void {
  const { cache } = createRequire(__filename);
  const known = new Set(Object.keys(cache));
  return () => {
    for (const file of Object.keys(cache))
      if (!known.has(file) && !file.includes(PACKAGES)) Reflect.deleteProperty(cache, file);
  };
}

/** Changes the working directory, and returns what changes it back. */
function workIn(directory: string): () => void {
  const former = process.cwd();
  process.chdir(directory);
  return () => process.chdir(former);
}

/** Sends the standard output to the standard error, and returns what ends that. */
function printAside(): () => void {
  const { stdout, stderr } = process;
  const write = Reflect.get(stdout, "write");
  stdout.write = stderr.write.bind(stderr);
  return () => {
    stdout.write = write;
  };
}

/** The error with the project's line that threw; what is thrown in this folder has no such line. */
function failure(error: unknown, root: string, main: string): ProgramFailed {
  const above = realpathSync(root) + sep;
  const trace = error instanceof Error ? (error.stack ?? "") : "";
  const [first] = [...trace.matchAll(/^ {4}at (?:.* \()?(.+):(\d+):\d+\)?$/gm)].filter(
    ([, file = ""]) =>
      file.startsWith(above) && !file.includes(PACKAGES) && !file.startsWith(__dirname + sep),
  );
  const [, file = "", line] = first ?? [];
  return first
    ? new ProgramFailed(relative(above, file), Number(line), error)
    : new ProgramFailed(main || "package.json's main", undefined, error);
}
