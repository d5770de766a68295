import { Cron } from "croner";

/** Two years around a leap day: long enough for every schedule to show its longest gap. */
const FROM = new Date("2028-01-01T00:00:00Z");
const UNTIL = new Date("2030-01-01T00:00:00Z");
const DAY_MS = 86_400_000;

/** Results by schedule: every stack asks, and again for its alerts, and each answer takes some milliseconds. */
const gaps = new Map<string, number>();

/**
 * The longest gap between two days of a schedule, in days; Infinity where it has fewer than two days in two years.
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
 * The longest gap between two runs of a schedule, in minutes; Infinity where it has fewer than two days in two years.
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

/** When a schedule runs on the days it runs on at all, in minutes since midnight. */
function timesOfDay(schedule: string): number[] {
  const [minute, hour] = schedule.split(" ");
  const cron = new Cron(`${minute} ${hour} * * *`, { utcOffset: 0, paused: true });
  const end = new Date(FROM.getTime() + DAY_MS);
  const times: number[] = [];
  // `nextRun` leaves out the moment it starts from, and midnight counts.
  const before = new Date(FROM.getTime() - 60_000);
  for (let time = cron.nextRun(before); time && time < end; time = cron.nextRun(time))
    times.push((time.getTime() - FROM.getTime()) / 60_000);
  return times;
}

function findLongestGap(schedule: string): number {
  // Once a day is enough here: a schedule of every minute would have a million runs.
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
