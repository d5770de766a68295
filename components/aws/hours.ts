import type { AwsEnvironment } from "../../environment/environment";

/** The hour of the nightly backup where its schedule does not name a single one. */
const NIGHT = 2;

/**
 * An hour of the day in UTC, counted from the nightly backup, so that whatever else AWS does once a day or week
 * stands clear of it: a backup that meets a maintenance is not started.
 */
export function hourAfterBackup({ backups }: AwsEnvironment, hours: number): number {
  const [, hour = ""] = backups.fullSchedule.split(" ");
  const night = /^\d+$/.test(hour) ? Number(hour) : NIGHT;
  return (night + hours) % 24;
}

const clock = (hour: number) => `${String(hour % 24).padStart(2, "0")}:00`;

/** One such hour every day, as databases and caches are told of it: `06:00-07:00`. */
export function dailyWindow(environment: AwsEnvironment, hours: number): string {
  const hour = hourAfterBackup(environment, hours);
  return `${clock(hour)}-${clock(hour + 1)}`;
}

/** One such hour every Sunday: `sun:08:00-sun:09:00`. */
export function sundayWindow(environment: AwsEnvironment, hours: number): string {
  const hour = hourAfterBackup(environment, hours);
  return `sun:${clock(hour)}-${hour === 23 ? "mon" : "sun"}:${clock(hour + 1)}`;
}
