import { Cron } from "croner";

/** Two years with a leap day between them: what comes round at all comes round in them as far apart as it can. */
const FROM = new Date("2028-01-01T00:00:00Z");
const UNTIL = new Date("2030-01-01T00:00:00Z");
const DAY_MS = 86_400_000;

/** A schedule is asked about by every stack, and again for its alerts: each costs some milliseconds once. */
const gaps = new Map<string, number>();

/**
 * The longest time between two days a schedule comes on, in days; Infinity where it comes on fewer than two days of
 * two years.
 *
 * @param schedule five cron fields, in UTC
 */
export function longestGapDays(schedule: string): number {
  const known = gaps.get(schedule);
  if (known !== undefined) return known;
  const gap = findLongestGap(schedule);
  gaps.set(schedule, gap);
  return gap;
}

function findLongestGap(schedule: string): number {
  // Days are enough here, and a schedule of every minute has only so many of them.
  const days = `0 0 ${schedule.split(" ").slice(2).join(" ")}`;
  const cron = new Cron(days, { utcOffset: 0, paused: true });
  let [longest, runs] = [0, 0];
  let previous: Date | null = null;
  for (let day = cron.nextRun(FROM); day && day < UNTIL; day = cron.nextRun(day)) {
    if (previous) longest = Math.max(longest, (day.getTime() - previous.getTime()) / DAY_MS);
    previous = day;
    runs += 1;
  }
  return runs < 2 ? Infinity : longest;
}
