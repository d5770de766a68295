import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Alarm } from "../../observability/alarms";
import { runbookOf } from "../../observability/render";
import type { AwsContext } from "./context";

/** Names of a metric's resource, by what CloudWatch calls them. */
export type Dimensions = Readonly<Record<string, pulumi.Input<string>>>;

/** The parts of the environment an alarm needs. */
export type AlarmContext = Pick<AwsContext, "environment" | "prefix" | "topics">;

const MINUTE = 60;

/**
 * An alarm on one metric of one resource. It notifies the topic of its level when it begins and when it is over.
 *
 * @param of what it is about, such as a service's name; part of the alarm's name, which people are sent
 */
export function alarm(
  context: AlarmContext,
  of: string,
  definition: Alarm,
  dimensions: Dimensions,
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.MetricAlarm {
  const { namespace, metric, statistic, period } = definition;
  const percentile = statistic.startsWith("p");
  return new aws.cloudwatch.MetricAlarm(
    alarmName(of, definition),
    {
      ...alarmBasics(context, of, definition),
      namespace,
      metricName: metric,
      dimensions,
      period: period * MINUTE,
      ...(percentile
        ? // A handful of requests has no meaningful percentile.
          { extendedStatistic: statistic, evaluateLowSampleCountPercentiles: "ignore" }
        : { statistic }),
    },
    opts,
  );
}

/**
 * An alarm on metric math over several metrics.
 *
 * @param expression metric math over the metrics' ids, or a query of Metrics Insights without any
 * @param metrics dimensions by id
 */
export function combinedAlarm(
  context: AlarmContext,
  of: string,
  definition: Alarm,
  expression: pulumi.Input<string>,
  metrics: Readonly<Record<string, Dimensions>>,
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.MetricAlarm {
  const { namespace, metric, statistic } = definition;
  const period = definition.period * MINUTE;
  const queries = Object.entries(metrics).map(([id, dimensions]) => ({
    id,
    metric: { namespace, metricName: metric, dimensions, period, stat: statistic },
  }));
  const result = { id: "result", expression, label: definition.name, returnData: true };
  return new aws.cloudwatch.MetricAlarm(
    alarmName(of, definition),
    {
      ...alarmBasics(context, of, definition),
      // Math takes its period from its metrics; a query has to be given one.
      metricQueries: [...queries, queries.length > 0 ? result : { ...result, period }],
    },
    opts,
  );
}

/** What is the same whatever metrics an alarm is made of. */
export function alarmBasics(
  context: AlarmContext,
  of: string,
  definition: Omit<Alarm, "namespace" | "metric" | "statistic">,
) {
  const { bound, datapoints, missingData, warmUp = 30 } = definition;
  const [datapointsToAlarm, evaluationPeriods] = datapoints;
  const above = "above" in bound;
  const actions = actionsFor(context, definition.level);
  return {
    name: `${context.prefix}-${alarmName(of, definition)}`,
    alarmDescription: described(context, definition),
    comparisonOperator: above ? "GreaterThanThreshold" : "LessThanThreshold",
    threshold: above ? bound.above : bound.below,
    datapointsToAlarm,
    evaluationPeriods,
    treatMissingData: missingData,
    // A resource made together with its alarm has no datapoints yet.
    ...(missingData === "breaching"
      ? { warmUpConfiguration: { warmUpPeriodDurationInMinutes: warmUp } }
      : {}),
    alarmActions: actions,
    okActions: actions,
  };
}

/** ARNs of the topics of a level. As with alerts, what pages stands in the channel of the warnings as well. */
const actionsFor = ({ topics }: AlarmContext, level: Alarm["level"]) =>
  (level === "critical" ? [topics.critical, topics.warning] : [topics[level]]).map(({ arn }) => arn);

/** A composite alarm in the place of many that share a cause: it begins with the first of them, and ends with the last. */
export function anyOf(
  context: AlarmContext,
  of: string,
  definition: Pick<Alarm, "name" | "level" | "summary">,
  alarms: readonly aws.cloudwatch.MetricAlarm[],
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.CompositeAlarm {
  const actions = actionsFor(context, definition.level);
  return new aws.cloudwatch.CompositeAlarm(
    alarmName(of, definition),
    {
      alarmName: `${context.prefix}-${alarmName(of, definition)}`,
      alarmDescription: described(context, definition),
      alarmRule: pulumi
        .all(alarms.map(({ name }) => name))
        .apply((names) => names.map((name) => `ALARM("${name}")`).join(" OR ")),
      alarmActions: actions,
      okActions: actions,
    },
    opts,
  );
}

const alarmName = (of: string, { name }: Pick<Alarm, "name">) => `${of}-${name}`;

/** What people read: one sentence, and a link to the rest. */
const described = (
  { environment }: Pick<AwsContext, "environment">,
  { name, summary }: Pick<Alarm, "name" | "summary">,
) => `${summary}.\nRunbook: ${runbookOf(environment, name)}`;
