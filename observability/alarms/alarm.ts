import type { Level } from "../alerts";

/** What missing data mean, as CloudWatch calls it: an outage, rest, or that the alarm stays as it was. */
type MissingData = "breaching" | "notBreaching" | "ignore";

/** A metric of CloudWatch, and what is looked at of its values in a period. */
interface MetricStatistic {
  readonly namespace: string;
  readonly metric: string;
  /** A percentile is written as CloudWatch has it: `p95`. */
  readonly statistic: "Average" | "Sum" | "Minimum" | "Maximum" | "SampleCount" | `p${number}`;
}

/**
 * A condition on what only AWS sees. Its name is a section of docs/runbooks/aws.md, as an alert's is of its page;
 * which resource it is about is for the component that declares it to say.
 */
export interface Alarm extends MetricStatistic {
  readonly name: string;
  readonly level: Level;
  /** One sentence, which stands first in what people are sent. */
  readonly summary: string;
  readonly bound: { readonly above: number } | { readonly below: number };
  /** In minutes. */
  readonly period: number;
  /** How many datapoints have to breach the bound, of how many periods that are looked at. */
  readonly datapoints: readonly [toAlarm: number, periods: number];
  readonly missingData: MissingData;
  /**
   * Where missing data are breaching: minutes a new resource has until its first datapoint.
   *
   * @default 30
   */
  readonly warmUp?: number;
}

/** Alarms on the metrics of one kind of resource, which share its namespace. */
export const alarmsOn = <const T extends readonly Omit<Alarm, "namespace">[]>(namespace: string, alarms: T) =>
  alarms.map((alarm) => ({ namespace, ...alarm })) as unknown as { [K in keyof T]: Alarm };

/** The namespace in CloudWatch of what an environment itself reports. */
export const ownNamespace = (environment: string) => `mainstay/${environment}`;

/** A single datapoint is enough. */
export const ONCE = [1, 1] as const;
