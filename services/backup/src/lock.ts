/** Keeps a drill apart from everything else of this container that works on the repository. */
import type { Readable, Writable } from "node:stream";
import { once } from "node:events";
import { complaint, start } from "./child";
import type { Settings } from "./settings";

/**
 * Backups have the lock together, and restic keeps them apart; a drill has it alone, because the two would not fit
 * into the container's memory at once. Waits for it. It is the kernel's, on the drill's directory, so it ends with
 * its holder however that ends. Without a drill nothing has to be kept apart.
 */
export async function withLock<T>(
  { drill }: Settings,
  mode: "shared" | "exclusive",
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  if (!drill) return work();
  // cat gets to run once flock has the lock, echoes what we send it, and ends when we close its input or are gone.
  const args = [`--${mode}`, "--no-fork", drill.directory, "cat"];
  const env = { PATH: process.env.PATH ?? "/usr/bin:/bin" };
  // A stop ends the waiting, and not the holding: what is being ended still has the lock.
  const waiting = new AbortController();
  const giveUp = () => waiting.abort();
  const holder = start({ file: "flock", args, env }, waiting.signal, "pipe");
  const input = holder.child.stdin as Writable;
  try {
    signal.addEventListener("abort", giveUp);
    input.write("held\n");
    const held = once(holder.child.stdout as Readable, "data").then(() => undefined);
    const failed = await Promise.race([held, holder.exit]);
    signal.removeEventListener("abort", giveUp);
    if (failed) throw new Error(`${drill.directory} cannot be locked: ${complaint(failed)}`);
    return await work();
  } finally {
    input.end();
    await holder.exit;
  }
}
