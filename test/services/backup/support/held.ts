/** A run of the runner that is held in the middle, by stopping the restic it works with. */
import { descendants, eventually, type Process, type World } from "./world";
import type { Outcome, Runner } from "./runner";
import type { ChildProcess } from "node:child_process";

export interface Held {
  readonly child: ChildProcess;
  readonly done: Promise<Outcome>;
  /** The processes below the runner. */
  below(): Process[];
  letGo(): void;
}

/** Starts a full backup and holds it in the middle of a table: restic reads the dump. */
export async function heldBackup(
  world: World,
  runner: Runner,
  settings: Record<string, string> = {},
): Promise<Held> {
  const held = await hold(runner, ["once", "full"], settings, "--stdin");
  const copying = `SELECT 1 FROM pg_stat_activity WHERE query LIKE 'COPY app.events_2025%'`;
  await eventually(() => (world.database.sql("shop", copying).length > 0 ? true : undefined));
  return held;
}

/** Starts a drill and holds it in the middle of a restore: restic writes the dump. */
export const heldDrill = (runner: Runner, settings: Record<string, string>): Promise<Held> =>
  hold(runner, ["once", "drill"], settings, "dump");

async function hold(
  runner: Runner,
  args: readonly string[],
  settings: Record<string, string>,
  argument: string,
): Promise<Held> {
  const { child, done } = runner.start(args, settings);
  const below = () => descendants(child.pid ?? 0);
  const isWanted = ({ arguments: [program, ...rest] }: Process) =>
    program === "restic" && rest.includes(argument);
  const restic = await eventually(() => below().find(isWanted), 120);
  process.kill(restic.pid, "SIGSTOP");
  return { child, done, below, letGo: () => process.kill(restic.pid, "SIGCONT") };
}

/** A process that has ended and waits for its parent is not alive. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
