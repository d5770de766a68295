/** The metrics, in Prometheus' format. A value that is not known is absent: 0 would mean 1970. */
import { collectDefaultMetrics, Counter, Gauge, Registry } from "prom-client";
import { STAGES, type Kind } from "./kinds";

export type Metrics = ReturnType<typeof createMetrics>;

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
