import { graph, rate, stat, type Board } from "./board";
import { alertBound, because } from "./thresholds";

const age = (kind: string) => `time() - max(backup_last_success_timestamp_seconds{kind="${kind}"})`;

export const backups: Board = {
  uid: "mainstay-backups",
  description: "Whether there is something to restore, and whether it can be.",
  runbook: "backups",
  rows: [
    {
      title: "Newest",
      panels: [
        stat(
          "Full",
          "Age of the newest verified full backup.",
          "seconds",
          { age: age("full") },
          { bound: alertBound("BackupOverdue") },
        ),
        stat(
          "Events",
          "Age of the newest verified backup of the events.",
          "seconds",
          { age: age("events") },
          { bound: alertBound("EventsBackupOverdue") },
        ),
        stat(
          "Kept",
          "Verified full backups in the repository.",
          "count",
          { backups: 'max(backup_snapshots{kind="full"})' },
          {
            bound: {
              critical: because(1, "BackupMissing tells of none, and looks at what is absent"),
              below: true,
            },
          },
        ),
        stat("Running", "Whether a backup is being taken.", "state", { running: "max(backup_running)" }),
        stat("Last attempt", "When a full backup was last begun.", "time", {
          attempt: 'max(backup_last_attempt_timestamp_seconds{kind="full"}) * 1000',
        }),
      ],
    },
    {
      title: "Restore drills",
      panels: [
        stat("Last drill", "When a full backup was last restored into a server of its own.", "time", {
          drill: "max(backup_drill_last_success_timestamp_seconds) * 1000",
        }),
        stat("Restore took", "Until the newest drill's data were restored and counted.", "seconds", {
          duration: "max(backup_drill_duration_seconds)",
        }),
        stat("Age of the data", "How old the restored backup was when the newest drill began.", "seconds", {
          age: "max(backup_drill_data_age_seconds)",
        }),
        stat("Running", "Whether a drill is under way.", "state", { running: "max(backup_drill_running)" }),
      ],
    },
    {
      title: "Over time",
      panels: [
        graph("Size", "Of the newest verified backup, before compression.", "bytes", {
          "{{kind}}": "max by (kind) (backup_last_size_bytes)",
        }),
        graph("Duration", "Of the newest verified backup.", "seconds", {
          "{{kind}}": "max by (kind) (backup_last_duration_seconds)",
        }),
        graph("Failures", "Runs that failed, by stage.", "operations", {
          "{{kind}} {{stage}}": `sum by (kind, stage) (${rate("backup_failures_total")})`,
          "drill {{stage}}": `sum by (stage) (${rate("backup_drill_failures_total")})`,
        }),
      ],
    },
  ],
};
