/** What a cron pattern means: when it is due next, and the longest time two runs of it lie apart. */
import { Cron } from "croner";

/** Long enough to see a month of 31 days of a monthly pattern, bounded for patterns that run every minute. */
const HORIZON_DAYS = 100;
const MOST_RUNS = 3000;
const DAY_MS = 86_400_000;

/** True where the pattern can be read and comes round again and again. */
export function isSchedule(pattern: string): boolean {
  try {
    return new Cron(pattern, { timezone: "UTC", paused: true }).nextRuns(2).length === 2;
  } catch {
    return false;
  }
}

/**
 * The longest gap between two runs, in seconds. The longest and not the usual one, because a backup of
 * "weekdays at two" is not late on a Sunday.
 */
export function longestInterval(pattern: string, from: Date): number {
  const cron = new Cron(pattern, { timezone: "UTC", paused: true });
  let longest = 0;
  let previous = cron.nextRun(from);
  for (let runs = 0; previous && runs < MOST_RUNS; runs += 1) {
    const next = cron.nextRun(previous);
    if (!next) break;
    longest = Math.max(longest, next.getTime() - previous.getTime());
    if (next.getTime() - from.getTime() > HORIZON_DAYS * DAY_MS) break;
    previous = next;
  }
  return longest / 1000;
}
