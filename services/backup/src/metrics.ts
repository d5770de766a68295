/** The metrics, in Prometheus' format. A value that is not known is absent: 0 would mean 1970. */
import { collectDefaultMetrics, Counter, Gauge, Registry } from "prom-client";
import { DRILL_STAGES, STAGES, type Kind } from "./kinds";

/** The metrics of a runner that takes these kinds of backup. */
export function createMetrics(kinds: readonly Kind[]) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const gauge = (name: string, help: string) =>
    new Gauge({ name, help, labelNames: ["kind"] as const, registers: [registry] });
  const failures = new Counter({
    name: "backup_failures_total",
    help: "Runs that failed, by the stage they failed in",
    labelNames: ["kind", "stage"] as const,
    registers: [registry],
  });
  // From the start at 0, or the first failure would be no increase that an alert could see.
  for (const kind of kinds) for (const stage of STAGES) failures.inc({ kind, stage }, 0);
  return {
    registry,
    failures,
    lastSuccess: gauge(
      "backup_last_success_timestamp_seconds",
      "The moment the newest verified backup is of",
    ),
    lastAttempt: gauge(
      "backup_last_attempt_timestamp_seconds",
      "When the newest run began, successful or not",
    ),
    lastDuration: gauge("backup_last_duration_seconds", "How long the newest verified backup took"),
    lastSize: gauge("backup_last_size_bytes", "Size of the newest verified backup, before compression"),
    snapshots: gauge("backup_snapshots", "Verified backups in the repository"),
    running: gauge("backup_running", "1 while a backup is being taken"),
  };
}

export type DrillMetrics = ReturnType<typeof createDrillMetrics>;

/** The metrics of drills, for the same page. */
export function createDrillMetrics(registry: Registry) {
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers: [registry] });
  const failures = new Counter({
    name: "backup_drill_failures_total",
    help: "Restore drills that failed, by the stage they failed in",
    labelNames: ["stage"] as const,
    registers: [registry],
  });
  for (const stage of DRILL_STAGES) failures.inc({ stage }, 0);
  return {
    failures,
    lastSuccess: gauge(
      "backup_drill_last_success_timestamp_seconds",
      "When the newest restore drill that succeeded was done",
    ),
    duration: gauge(
      "backup_drill_duration_seconds",
      "How long the newest restore drill that succeeded took to restore and compare a full backup",
    ),
    dataAge: gauge(
      "backup_drill_data_age_seconds",
      "How old the backup was that the newest successful restore drill restored, when it began",
    ),
    running: gauge("backup_drill_running", "1 while a restore drill is under way"),
  };
}
