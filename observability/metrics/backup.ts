import { exportedBy, type Metric } from "./metric";

const backup = exportedBy("backup runner", ["backup"]);

/** A value the runner does not know is absent: what was never made or restored has no series. */
export const BACKUP: readonly Metric[] = [
  ...backup.counters([
    ["backup_failures_total", "count", ["kind", "stage"], "Runs that failed, by the stage they failed in"],
    [
      "backup_drill_failures_total",
      "count",
      ["stage"],
      "Restore drills that failed, by the stage they failed in",
    ],
  ]),
  ...backup.gauges([
    [
      "backup_last_success_timestamp_seconds",
      "timestamp",
      ["kind"],
      "The moment the newest verified backup is of",
    ],
    ["backup_last_attempt_timestamp_seconds", "timestamp", ["kind"], "When the newest run began"],
    ["backup_last_duration_seconds", "seconds", ["kind"], "How long the newest verified backup took"],
    ["backup_last_size_bytes", "bytes", ["kind"], "Size of the newest verified backup, before compression"],
    ["backup_snapshots", "count", ["kind"], "Verified backups in the repository"],
    ["backup_running", "state", ["kind"], "1 while a backup is being taken"],
    [
      "backup_drill_last_success_timestamp_seconds",
      "timestamp",
      [],
      "When the newest restore drill that succeeded was done",
    ],
    [
      "backup_drill_duration_seconds",
      "seconds",
      [],
      "How long the newest restore drill that succeeded took to restore and compare a full backup",
    ],
    [
      "backup_drill_data_age_seconds",
      "seconds",
      [],
      "How old the backup was that the newest successful restore drill restored, when it began",
    ],
    ["backup_drill_running", "state", [], "1 while a restore drill is under way"],
  ]),
];
