import type { Environment } from "../../environment/environment";

/** Where the runner answers. */
export const PORT = 9560;

/** Where the disk of its drills is mounted: the image has the directory. */
export const DRILL_DIRECTORY = "/drill";

/** The runner's settings that are the same wherever it runs; secrets and the repository are not among them. */
export const runnerSettings = ({ backups }: Environment): Readonly<Record<string, string>> => ({
  BACKUP_FULL_SCHEDULE: backups.fullSchedule,
  BACKUP_EVENTS_SCHEDULE: backups.eventsSchedule,
  BACKUP_EVENT_TABLES: backups.eventTables.join(","),
  BACKUP_RETENTION_DAYS: String(backups.retentionDays),
  BACKUP_DRILL_SCHEDULE: backups.drillSchedule,
  BACKUP_DRILL_DIR: DRILL_DIRECTORY,
  BACKUP_DRILL_MIB: String(backups.drillGiB * 1024),
  // One that takes longer than the objective is told of; backups of the events wait for it.
  BACKUP_DRILL_TIMEOUT_MINUTES: String(2 * backups.recoveryMinutes),
  BACKUP_PORT: String(PORT),
});
