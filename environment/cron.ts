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

const DAY_MINUTES = 24 * 60;

/**
 * The longest time between two moments of a schedule, in minutes; Infinity where it comes on fewer than two days of two
 * years.
 *
 * @param schedule five cron fields, in UTC
 */
export function longestGapMinutes(schedule: string): number {
  const times = timesOfDay(schedule);
  const [first = NaN, last = NaN] = [times[0], times.at(-1)];
  const withinDay = times.slice(1).map((time, index) => time - (times[index] ?? NaN));
  const overNight = longestGapDays(schedule) * DAY_MINUTES - last + first;
  return Math.max(overNight, ...withinDay);
}

/** When a schedule comes on the days it comes on at all, in minutes since midnight. */
function timesOfDay(schedule: string): number[] {
  const [minute, hour] = schedule.split(" ");
  const cron = new Cron(`${minute} ${hour} * * *`, { utcOffset: 0, paused: true });
  const end = new Date(FROM.getTime() + DAY_MS);
  const times: number[] = [];
  // The moment it is asked from does not count, and midnight does.
  const before = new Date(FROM.getTime() - 60_000);
  for (let time = cron.nextRun(before); time && time < end; time = cron.nextRun(time))
    times.push((time.getTime() - FROM.getTime()) / 60_000);
  return times;
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
