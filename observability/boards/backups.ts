import { graph, rate, stat, type Board } from "./board";

const age = (kind: string) => `time() - max(backup_last_success_timestamp_seconds{kind="${kind}"})`;
const HOUR = 3600;

export const backups: Board = {
  uid: "mainstay-backups",
  description: "Whether there is something to restore.",
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
          { bound: { warning: 26 * HOUR, critical: 48 * HOUR } },
        ),
        stat(
          "Events",
          "Age of the newest verified backup of the events.",
          "seconds",
          { age: age("events") },
          { bound: { warning: 2 * HOUR, critical: 6 * HOUR } },
        ),
        stat(
          "Kept",
          "Verified full backups in the repository.",
          "count",
          { backups: 'max(backup_snapshots{kind="full"})' },
          { bound: { critical: 1, below: true } },
        ),
        stat("Running", "Whether a backup is being taken.", "state", { running: "max(backup_running)" }),
        stat("Last attempt", "When a full backup was last begun.", "time", {
          attempt: 'max(backup_last_attempt_timestamp_seconds{kind="full"}) * 1000',
        }),
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
        }),
      ],
    },
  ],
};
