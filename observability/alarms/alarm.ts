import type { Level } from "../alerts";

/** What an alarm says while its metric says nothing: silence is an outage, or it is rest, or it changes nothing. */
type Silence = "breaching" | "notBreaching" | "ignore";

/** One figure of CloudWatch over one period. */
interface Figure {
  readonly namespace: string;
  readonly metric: string;
  /** A percentile is written as CloudWatch has it: `p95`. */
  readonly statistic: "Average" | "Sum" | "Minimum" | "Maximum" | "SampleCount" | `p${number}`;
}

/**
 * A condition on what only AWS sees. Its name is a section of docs/runbooks/aws.md, as an alert's is of its page;
 * which resource it is about is for the component that declares it to say.
 */
export interface Alarm extends Figure {
  readonly name: string;
  readonly level: Level;
  /** One sentence, which stands first in what people are sent. */
  readonly summary: string;
  readonly bound: { readonly above: number } | { readonly below: number };
  /** In minutes. */
  readonly period: number;
  /** How many of how many periods have to be bad. */
  readonly bad: readonly [of: number, periods: number];
  readonly silence: Silence;
  /**
   * Where silence is an outage: minutes after which a new resource has to be heard of at the latest.
   * @default 30
   */
  readonly warmUp?: number;
}

/** Alarms on the figures of one kind of resource, which share its namespace. */
export const alarmsOn = <const T extends readonly Omit<Alarm, "namespace">[]>(namespace: string, alarms: T) =>
  alarms.map((alarm) => ({ namespace, ...alarm })) as unknown as { [K in keyof T]: Alarm };

/** Where the figures stand in CloudWatch that are an environment's own. */
export const ownNamespace = (environment: string) => `mainstay/${environment}`;

/** Bad once is bad enough. */
export const ONCE = [1, 1] as const;
