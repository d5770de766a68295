import { exportedBy, type Metric } from "./metric";

const backup = exportedBy("backup runner", ["backup"]);

/** A value the runner does not know is absent: a backup that was never made has no series. */
export const BACKUP: readonly Metric[] = [
  ...backup.counters([
    ["backup_failures_total", "count", ["kind", "stage"], "Runs that failed, by the stage they failed in"],
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
  ]),
];
