import type { MetricDatum, StandardUnit } from "@aws-sdk/client-cloudwatch";
import type { AwsEnvironment } from "../../environment/environment";
import { nameInCloudWatch, ownNamespace } from "../../observability/alarms";
import type { Unit } from "../../observability/metrics";
import { metricNamed, type Recorded } from "./recorded";

/** The command itself is done by then: nobody waits long for its record alone. */
const TIMEOUT_MS = 10_000;

const UNITS: Partial<Record<Unit, StandardUnit>> = { timestamp: "Seconds", count: "Count" };

/**
 * Puts what is recorded into CloudWatch, as metrics in the environment's own namespace.
 *
 * @throws Error that says which permission and network it needs, if CloudWatch does not take them
 */
export async function putCloudWatchMetrics(
  { name, aws: { region } }: AwsEnvironment,
  records: Readonly<Record<string, Recorded>>,
): Promise<void> {
  // Loaded here, because no other command has a use for it.
  const { CloudWatchClient, PutMetricDataCommand } =
    require("@aws-sdk/client-cloudwatch") as typeof import("@aws-sdk/client-cloudwatch");
  const client = new CloudWatchClient({ region });
  const namespace = ownNamespace(name);
  const figures = new PutMetricDataCommand({
    Namespace: namespace,
    MetricData: Object.values(records).flatMap((recorded) => figuresOf(recorded, Date.now() / 1000)),
  });
  const abortSignal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    await client.send(figures, { abortSignal });
  } catch (error) {
    const why = abortSignal.aborted ? "it has not answered" : (error as Error).message;
    const needed = `cloudwatch:PutMetricData for the namespace ${namespace}, and a way to CloudWatch in ${region}`;
    throw new Error(`${why}; it takes credentials that allow ${needed}`);
  } finally {
    client.destroy();
  }
}

/**
 * A record as datapoints for CloudWatch, one for each metric. Of a metric's values only the greatest is put: alarms look
 * at that one, and each value with a dimension of its own would be billed as a metric.
 *
 * @param now in seconds since 1970: timestamps are put as ages
 */
export function figuresOf(recorded: Recorded, now: number): MetricDatum[] {
  return Object.entries(recorded).map(([name, value]) => {
    const { unit } = metricNamed(name);
    const values = typeof value === "number" ? [value] : Object.values(value);
    const told = unit === "timestamp" ? values.map((moment) => Math.round(now - moment)) : values;
    // Nothing to tell ends what was told before.
    return { MetricName: nameInCloudWatch(name), Unit: UNITS[unit] ?? "None", Value: Math.max(0, ...told) };
  });
}
