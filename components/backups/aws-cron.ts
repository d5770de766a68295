/**
 * A schedule as AWS writes it. AWS wants a year, and a question mark for one of the two kinds of days; its week
 * begins with Sunday as 1. A schedule that names both kinds of days cannot be said, and is not configured.
 *
 * @param schedule five cron fields, in UTC
 */
export function awsCron(schedule: string): string {
  const [minute, hour, day, month, weekday = "*"] = schedule.split(" ");
  if (weekday === "*") return `cron(${minute} ${hour} ${day} ${month} ? *)`;
  return `cron(${minute} ${hour} ? ${month} ${fromOne(weekday)} *)`;
}

/** Days of the week count from 0 in cron, where 7 is Sunday, too; what follows a slash is a step, not a day. */
const fromOne = (weekday: string) =>
  weekday.replace(/(^|[,-])(\d)/g, (_, before: string, day: string) => `${before}${(Number(day) % 7) + 1}`);
