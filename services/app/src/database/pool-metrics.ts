import type { PoolUse } from "../health/status";
import type { Metrics } from "../telemetry/metrics";

/** Has the pool's figures read when metrics are scraped: they are a moment's. */
export function reportPool(metrics: Metrics, use: () => PoolUse): void {
  const { poolSize, poolMax, poolActive, poolIdle, poolWaiting } = metrics;
  const gauges = { size: poolSize, max: poolMax, active: poolActive, idle: poolIdle, waiting: poolWaiting };
  for (const [name, gauge] of Object.entries(gauges)) {
    Object.assign(gauge, { collect: () => gauge.set(use()[name as keyof PoolUse]) });
  }
}
