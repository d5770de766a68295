import { APP } from "./app";
import { BACKUP } from "./backup";
import { EDGE } from "./edge";
import { HOST } from "./host";
import { LOGS } from "./logs";
import type { Metric } from "./metric";
import { MONITORING } from "./monitoring";
import { OPERATIONS } from "./operations";
import { POSTGRES } from "./postgres";
import { PROBE } from "./probe";
import { REDIS } from "./redis";
import { RUNTIME } from "./runtime";

export { APP_JOBS, AWS_JOBS, JOBS, PLATFORM_JOBS, type Job, type Metric, type Unit } from "./metric";

/** Every metric that may be used, by name. */
export const METRICS: ReadonlyMap<string, Metric> = new Map(
  [
    ...[...APP, ...RUNTIME, ...BACKUP, ...POSTGRES, ...REDIS],
    ...[...HOST, ...PROBE, ...EDGE, ...LOGS, ...MONITORING, ...OPERATIONS],
  ].map((one) => [one.name, one]),
);

/** Finds the metric a series belongs to: a histogram's series carry a suffix of their own. */
export function metricOf(series: string): Metric | undefined {
  const histogram = METRICS.get(series.replace(/_(bucket|sum|count)$/, ""));
  return METRICS.get(series) ?? (histogram?.type === "histogram" ? histogram : undefined);
}
