import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  alertsSilent,
  criticalLineAlarms,
  lostMessageAlarms,
  messengerAlarms,
  operationAlarms,
  ownNamespace,
  rulesFailing,
  topicAlarms,
  workspaceAlarms,
} from "../../observability/alarms";
import { alarm, combinedAlarm } from "../aws/alarm";
import type { AwsContext } from "../aws/context";
import type { AwsTarget } from "../aws/kind";
import type { Messenger } from "./aws-receivers";

/** Alarms on the alerting itself: its rules, its topics and its messenger. */
export function ownAlarms(
  context: AwsContext,
  messenger: Messenger | undefined,
  parent: pulumi.Resource,
): void {
  const opts = { parent };
  const { metrics, topics } = context;
  // The watchdog is watched by CloudWatch, which shares neither rules nor Alertmanager with it.
  alarm(context, "watchdog", alertsSilent, { TopicName: topics.watchdog.name }, opts);
  for (const one of workspaceAlarms) alarm(context, "workspace", one, { Workspace: metrics.id }, opts);
  const failures = pulumi.interpolate`SELECT SUM(${rulesFailing.metric}) FROM "${rulesFailing.namespace}" WHERE Workspace = '${metrics.id}'`;
  combinedAlarm(context, "workspace", rulesFailing, failures, {}, opts);
  for (const [topic, { name }] of topics.byName())
    for (const one of topicAlarms) alarm(context, `topic-${topic}`, one, { TopicName: name }, opts);
  if (!messenger) return;
  const { function: passing, lost } = messenger;
  for (const one of messengerAlarms) alarm(context, "messenger", one, { FunctionName: passing.name }, opts);
  for (const one of lostMessageAlarms) alarm(context, "messenger", one, { QueueName: lost.name }, opts);
}

/** Critical lines in the logs of the app's services, the last ones of a process that died included. */
export function criticalLines(
  context: AwsContext,
  targets: readonly AwsTarget[],
  parent: pulumi.Resource,
): void {
  const own = new Set(context.environment.services.map(({ name }) => name));
  const namespace = ownNamespace(context.environment.name);
  for (const target of targets) {
    if (target.kind !== "service" || !own.has(target.name)) continue;
    const [definition] = criticalLineAlarms(namespace, `critical_lines_${target.name}`);
    new aws.cloudwatch.LogMetricFilter(
      `${target.name}-critical-lines`,
      {
        logGroupName: target.logs,
        pattern: '{ $.level = "critical" }',
        metricTransformation: { namespace, name: definition.metric, value: "1", defaultValue: "0" },
      },
      { parent },
    );
    alarm(context, target.name, definition, {}, { parent });
  }
}

/** Alarms on what the commands report to CloudWatch. They need no other resource. */
export function commandAlarms(context: AwsContext, parent: pulumi.Resource): void {
  const { name, secretRotationDays } = context.environment;
  for (const one of operationAlarms(ownNamespace(name), secretRotationDays))
    alarm(context, "operations", one, {}, { parent });
}
