import { counted } from "../promql";
import { group, type AlertsFor } from "./alert";

const HOUR = 3600;
const DAY = 24 * HOUR;
const age = (kind: string) => `time() - backup_last_success_timestamp_seconds{kind="${kind}"}`;

/**
 * Whether there is something to restore, and whether it can be. The runner counts a backup only once it has read all of
 * it back, and a drill once a database came of it.
 */
export const backups: AlertsFor = ({ drillDays, recoverySeconds }) =>
  group("backups", { owner: "data", board: "mainstay-backups" }, [
    {
      name: "BackupOverdue",
      levels: { critical: [48 * HOUR, "0m"], warning: [26 * HOUR, "0m"] },
      expr: (seconds) => `${age("full")} > ${seconds}`,
      summary: "The newest full backup is too old",
      description: "The newest verified full backup is {{ $value | humanizeDuration }} old.",
    },
    {
      name: "EventsBackupOverdue",
      levels: { critical: [6 * HOUR, "0m"], warning: [2 * HOUR, "0m"] },
      expr: (seconds) => `${age("events")} > ${seconds}`,
      summary: "The newest backup of the events is too old",
      description: "The newest verified backup of the events is {{ $value | humanizeDuration }} old.",
    },
    {
      name: "BackupMissing",
      levels: { critical: [0, "3h"] },
      expr: () => `
        absent(backup_last_success_timestamp_seconds{job="backup",kind="full"})
        or absent(backup_last_success_timestamp_seconds{job="backup",kind="events"})`,
      summary: "There is no verified backup",
      description: "No verified {{ $labels.kind }} backup is known.",
    },
    {
      name: "BackupFailed",
      levels: { warning: [0, "0m"] },
      expr: (count) => `${counted("backup_failures_total", "1h", "kind, stage")} > ${count}`,
      summary: "A backup failed",
      description: "A {{ $labels.kind }} backup failed in its stage {{ $labels.stage }}.",
    },
    {
      name: "BackupStuck",
      levels: { warning: [0, "4h"] },
      expr: (running) => `backup_running > ${running}`,
      summary: "A backup does not come to an end",
      description: "A {{ $labels.kind }} backup has been running for more than four hours.",
    },
    {
      name: "BackupShrunk",
      levels: { warning: [0.5, "0m"] },
      expr: (share) => `
        backup_last_size_bytes{kind="full"} / max_over_time(backup_last_size_bytes{kind="full"}[7d]) < ${share}`,
      summary: "The newest full backup is much smaller than others of the week",
      description:
        "The newest full backup has {{ $value | humanizePercentage }} of the size of the week's largest.",
    },
    {
      name: "DrillOverdue",
      // A day more than its plan: for the drill itself, what it waits for, and its further attempts.
      levels: { warning: [(drillDays + 1) * DAY, "0m"] },
      expr: (seconds) => `time() - backup_drill_last_success_timestamp_seconds > ${seconds}`,
      summary: "No restore drill has succeeded for longer than planned",
      description: "The last restore drill that succeeded was {{ $value | humanizeDuration }} ago.",
    },
    {
      name: "DrillMissing",
      levels: { warning: [0, "1d"] },
      expr: () => `absent(backup_drill_last_success_timestamp_seconds{job="backup"})`,
      summary: "No restore drill has ever succeeded",
      description: "No restore drill that succeeded is known.",
    },
    {
      name: "DrillFailed",
      levels: { warning: [0, "0m"] },
      expr: (count) => `${counted("backup_drill_failures_total", "1h", "stage")} > ${count}`,
      summary: "A restore drill failed",
      description: "A restore drill failed in its stage {{ $labels.stage }}.",
    },
    {
      name: "DrillSlow",
      levels: { warning: [recoverySeconds, "0m"] },
      expr: (seconds) => `backup_drill_duration_seconds > ${seconds}`,
      summary: "A restore takes longer than the objective",
      description: "The last restore drill took {{ $value | humanizeDuration }}.",
    },
  ]);
