/** What the runner knows about its drills, for metrics: as with backups, the repository is where the truth stands. */
import type { Registry } from "prom-client";
import type { StageError } from "./kinds";
import { createDrillMetrics, type DrillMetrics } from "./metrics";
import { newestDrill, type Snapshot } from "./snapshots";

export class DrillStatus {
  private readonly metrics: DrillMetrics;
  private last: Date | null = null;

  /** `registry` is what the page of metrics is made of. */
  constructor(registry: Registry) {
    this.metrics = createDrillMetrics(registry);
    this.update([]);
  }

  /** When the newest drill that succeeded was done; null where there is none. */
  newest(): Date | null {
    return this.last;
  }

  /** Takes over what the repository holds. */
  update(snapshots: readonly Snapshot[]): void {
    const { lastSuccess, duration, dataAge } = this.metrics;
    const newest = newestDrill(snapshots);
    this.last = newest?.time ?? null;
    for (const [gauge, value] of [
      [lastSuccess, newest && newest.time.getTime() / 1000],
      [duration, newest?.seconds],
      [dataAge, newest?.ageSeconds],
    ] as const) {
      if (value === null || value === undefined) gauge.remove();
      else gauge.set(value);
    }
  }

  started(): void {
    this.metrics.running.set(1);
  }

  ended(error: StageError | null): void {
    this.metrics.running.set(0);
    if (error) this.metrics.failures.inc({ stage: error.stage });
  }
}
