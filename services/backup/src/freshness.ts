/** Whether the newest verified backup of a kind is recent enough. Arithmetic only: no clock, no repository. */
import type { Kind } from "./kinds";

/** A backup may come half an interval late, and this much more for short intervals, before that is a fault. */
const TOLERANCE = 1.5;
const GRACE_SECONDS = 600;

export interface Freshness {
  readonly fresh: boolean;
  readonly ageSeconds: number | null;
  readonly limitSeconds: number;
  /** Why it is not fresh; null where it is. */
  readonly reason: string | null;
}

/** The age above which a backup of this interval counts as missed. */
export function limit(intervalSeconds: number): number {
  return TOLERANCE * intervalSeconds + GRACE_SECONDS;
}

/** Judges the newest verified backup, taken at `newest` (none: null). */
export function judge(kind: Kind, newest: Date | null, intervalSeconds: number, now: Date): Freshness {
  const limitSeconds = limit(intervalSeconds);
  if (!newest)
    return { fresh: false, ageSeconds: null, limitSeconds, reason: `${kind}: no verified backup yet` };
  const ageSeconds = Math.round((now.getTime() - newest.getTime()) / 1000);
  const fresh = ageSeconds <= limitSeconds;
  const reason = `${kind}: the newest verified backup is ${span(ageSeconds)} old, allowed are ${span(limitSeconds)}`;
  return { fresh, ageSeconds, limitSeconds, reason: fresh ? null : reason };
}

/** True where a backup should be taken at once instead of waiting for the schedule. */
export function isOverdue(newest: Date | null, intervalSeconds: number, now: Date): boolean {
  return !newest || now.getTime() - newest.getTime() > intervalSeconds * 1000;
}

/** "36 h 10 min". */
export function span(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min`;
}
