import type { Metrics } from "../../../../services/app/src/telemetry/metrics";
import { createLogger } from "../../../../services/app/src/telemetry/logger";

/** A logger whose lines are kept. */
export function keptLogger(metrics?: Metrics, level: "trace" | "info" = "trace") {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>);
  const settings = { ENVIRONMENT: "test", LOG_LEVEL: level, LOG_FORMAT: "json" } as const;
  return { lines, logger: createLogger("test", settings, metrics, { write }) };
}

/** The metric's value for these labels. */
export async function value(
  metrics: Metrics,
  name: string,
  labels: Record<string, string> = {},
): Promise<number> {
  const all = await metrics.registry.getMetricsAsJSON();
  // Once they have been written out, the library knows counters without the end of their names.
  const found = all.find((metric) => [metric.name, `${metric.name}_total`].includes(name));
  const values = (found?.values ?? []) as {
    labels: Record<string, unknown>;
    value: number;
  }[];
  const matches = (own: Record<string, unknown>) =>
    Object.entries(labels).every(([key, wanted]) => own[key] === wanted);
  const series = values.find((entry) => matches(entry.labels));
  if (series === undefined) throw new Error(`${name} has no series ${JSON.stringify(labels)}`);
  return series.value;
}
