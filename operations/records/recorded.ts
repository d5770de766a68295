import { METRICS, type Metric } from "../../observability/metrics";

/** A value of a metric of the catalogue, by the value of its one label where it has one. */
export type Recorded = Readonly<Record<string, number | Readonly<Record<string, number>>>>;

/** Only what the catalogue explains is recorded. */
export function metricNamed(name: string): Metric {
  const metric = METRICS.get(name);
  if (!metric) throw new Error(`${name} is not in the catalogue`);
  return metric;
}
