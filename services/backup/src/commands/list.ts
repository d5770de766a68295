/** `list`: what the repository holds, newest last. */
import type { Context } from "../backup";

/** Prints the snapshots as JSON. */
export async function list({ restic, log }: Context, stop: AbortSignal): Promise<number> {
  try {
    process.stdout.write(`${JSON.stringify({ snapshots: await restic.snapshots(stop) }, null, 2)}\n`);
    return 0;
  } catch (error) {
    log.error({ reason: (error as Error).message }, "the repository cannot be read");
    return 1;
  }
}
