/** What is let go of, and when. The newest verified backup of each kind stays, and the newest drill's report. */
import type { Context } from "./backup";
import { KINDS } from "./kinds";
import { newestDrill, restorable, type Snapshot } from "./snapshots";

/** For whoever looks into the failure. Longer than any run may last, so none loses its snapshot meanwhile. */
const UNVERIFIED_HOURS = 72;

/** Applies the retention to all our snapshots and frees their space. */
export async function cleanUp(
  { restic, settings, log }: Context,
  now: Date,
  signal: AbortSignal,
): Promise<void> {
  const snapshots = await restic.snapshots(signal);
  const lost = abandoned(snapshots, now);
  await restic.forgetIds(lost, signal);
  const expired = { full: 0, events: 0, drill: 0 };
  for (const kind of KINDS) {
    if (restorable(snapshots, kind).length > 0)
      expired[kind] = await restic.forget(kind, settings.retentionDays, signal);
  }
  if (newestDrill(snapshots)) expired.drill = await restic.forget("drill", settings.retentionDays, signal);
  await restic.prune(signal);
  log.info({ expired, abandoned: lost.length }, "retention applied");
}

/** The snapshots of runs that never came to a good end. */
export function abandoned(snapshots: readonly Snapshot[], now: Date): string[] {
  const oldest = now.getTime() - UNVERIFIED_HOURS * 3_600_000;
  return snapshots.filter((one) => !one.verified && one.time.getTime() < oldest).map((one) => one.id);
}
