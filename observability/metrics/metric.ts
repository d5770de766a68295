/** What is scraped: the `job` labels of the components' targets. The app's services are jobs of their own. */
export const APP_JOBS = ["api", "worker", "web"] as const;
/** What runs beside them on a host. */
export const PLATFORM_JOBS = [
  "postgres",
  "redis",
  "jaeger",
  "backup",
  "prometheus",
  "alertmanager",
  "grafana",
  "host",
  "blackbox",
  "probe",
  "loki",
  "shipper",
] as const;
/** What is scraped beside them on AWS: the rest is AWS's own to run and to watch. */
export const AWS_JOBS = [
  "postgres",
  "redis",
  "backup",
  "grafana",
] as const satisfies readonly (typeof PLATFORM_JOBS)[number][];
export const JOBS = [...APP_JOBS, ...PLATFORM_JOBS] as const;
export type Job = (typeof JOBS)[number];

export type Unit = "seconds" | "bytes" | "cores" | "count" | "timestamp" | "ratio" | "state";

/** A metric as it is really exported. Alerts, objectives and boards may use no others. */
export interface Metric {
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly unit: Unit;
  /** Beside `job` and `instance`, which every scraped series has. */
  readonly labels: readonly string[];
  readonly meaning: string;
  /** Who exports it, with the versions its name was checked in. */
  readonly source: string;
  readonly jobs: readonly Job[];
  /** Whether only a self-hosted exporter has it: AWS's service in its place does not expose it. */
  readonly selfHosted?: true;
  /** Upper bounds of a histogram's buckets, without the infinite one. */
  readonly buckets?: readonly number[];
}

type Row = readonly [name: string, unit: Unit, labels: readonly string[], meaning: string];

/** The metrics of one exporter, written as a table. */
export function exportedBy(source: string, jobs: readonly Job[]) {
  const of =
    (type: "counter" | "gauge") =>
    (rows: readonly Row[]): Metric[] =>
      rows.map(([name, unit, labels, meaning]) => ({ name, type, unit, labels, meaning, source, jobs }));
  return {
    counters: of("counter"),
    gauges: of("gauge"),
    histograms: (buckets: readonly number[], rows: readonly Row[]): Metric[] =>
      rows.map(([name, unit, labels, meaning]) => ({
        name,
        type: "histogram",
        unit,
        labels,
        meaning,
        source,
        jobs,
        buckets,
      })),
  };
}
