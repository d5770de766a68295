import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { RELEASE_ALARMS } from "../../observability/alarms";
import { alarm, alarmBasics } from "./alarm";
import type { AwsContext } from "./context";
import type { Entrance } from "./release";

/** Few requests prove nothing. */
const FEWEST_REQUESTS = 20;

type Query = aws.types.input.cloudwatch.MetricAlarmMetricQuery;
type Metric = readonly [id: string, metric: string, statistic: string];

/** The service is named by its name: its alarms have to stand before it does. */
export const memoryAlarm = (context: AwsContext, service: string, parent: pulumi.ComponentResource) =>
  alarm(
    context,
    service,
    RELEASE_ALARMS.memory,
    { ClusterName: context.cluster.name, ServiceName: service },
    { parent },
  );

/**
 * Alarms on how requests to a service are answered, by whichever of its two versions does worse: at first the new one
 * gets few, and would not be seen in a sum.
 */
export const requestAlarms = (
  context: AwsContext,
  service: string,
  entrance: Entrance,
  parent: pulumi.ComponentResource,
): aws.cloudwatch.MetricAlarm[] => [
  worstOf(context, service, "failures", entrance, parent, {
    figure: ["failed", "HTTPCode_Target_5XX_Count", "Sum"],
    value: (failed, requests) => `FILL(${failed}, 0) / FILL(${requests}, 1)`,
  }),
  worstOf(context, service, "latency", entrance, parent, {
    figure: ["seconds", "TargetResponseTime", "p95"],
    value: (seconds) => `FILL(${seconds}, 0)`,
  }),
];

function worstOf(
  context: AwsContext,
  service: string,
  which: "failures" | "latency",
  entrance: Entrance,
  parent: pulumi.ComponentResource,
  {
    figure,
    value,
  }: { readonly figure: Metric; readonly value: (figure: string, requests: string) => string },
): aws.cloudwatch.MetricAlarm {
  const definition = RELEASE_ALARMS[which];
  const ofGroup = (group: aws.lb.TargetGroup, index: number): Query[] => {
    const requests = `requests${index}`;
    return [
      statistic([requests, "RequestCount", "Sum"], entrance, group),
      statistic([`${figure[0]}${index}`, figure[1], figure[2]], entrance, group),
      {
        id: `of${index}`,
        expression: `IF(FILL(${requests}, 0) >= ${FEWEST_REQUESTS}, ${value(`${figure[0]}${index}`, requests)}, 0)`,
        returnData: false,
      },
    ];
  };
  return new aws.cloudwatch.MetricAlarm(
    `${service}-${definition.name}`,
    {
      ...alarmBasics(context, service, definition),
      metricQueries: [
        ...entrance.targetGroups.flatMap(ofGroup),
        { id: "worst", expression: "MAX([of0, of1])", label: definition.name, returnData: true },
      ],
    },
    { parent },
  );
}

const statistic = (
  [id, metricName, stat]: Metric,
  { loadBalancer }: Entrance,
  group: aws.lb.TargetGroup,
): Query => ({
  id,
  metric: {
    namespace: "AWS/ApplicationELB",
    metricName,
    stat,
    period: 60,
    dimensions: { LoadBalancer: loadBalancer, TargetGroup: group.arnSuffix },
  },
  returnData: false,
});
