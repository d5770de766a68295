/** Logs are kept, alarms reach somebody, and nothing that matters is without one. */
import { UNKNOWN, type Json, type Resource } from "../../graph/resource";
import { list, object } from "../documents";
import { atLeast, hold, is, isSet, judge, longerThan, orAbsent, property, some, unless } from "../expect";
import { graphRule, resourceRule, type Answer, type Finding } from "../rule";
import { aws, CACHE, DATABASE, LOAD_BALANCER, SERVICE } from "../tokens";
import type { GraphView } from "../view";
import { opensToAll, statements } from "./statements";

const LOGS = aws("cloudwatch", "logGroup");
const ALARM = aws("cloudwatch", "metricAlarm");
const TOPIC = aws("sns", "topic");
const TOPIC_POLICY = aws("sns", "topicPolicy");
const ALARM_GUIDE = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html";
const LEAST_DAYS = 30;

/** What an alarm has to watch of each kind of resource, and which of its dimensions name it. */
const REQUIRED: readonly {
  readonly types: readonly string[];
  readonly dimension: string;
  readonly metrics: readonly (readonly string[])[];
}[] = [
  {
    types: DATABASE,
    dimension: "DBInstanceIdentifier",
    metrics: [["CPUUtilization"], ["FreeStorageSpace"], ["DatabaseConnections"]],
  },
  {
    types: CACHE,
    dimension: "ReplicationGroupId",
    metrics: [
      ["EngineCPUUtilization", "CPUUtilization"],
      ["DatabaseMemoryUsagePercentage", "FreeableMemory"],
    ],
  },
  {
    types: LOAD_BALANCER,
    dimension: "LoadBalancer",
    metrics: [["HTTPCode_Target_5XX_Count", "HTTPCode_ELB_5XX_Count"], ["TargetResponseTime"]],
  },
  { types: SERVICE, dimension: "ServiceName", metrics: [["CPUUtilization"], ["MemoryUtilization"]] },
];

export const monitoring = [
  resourceRule({
    name: "log-retention",
    description: "Logs are kept for thirty days or more, and not for ever.",
    severity: "medium",
    references: {
      fsbp: "CloudWatch.16",
      nag: "CloudWatchLogGroupRetentionPeriod",
      checkov: "CKV_AWS_66 CKV_AWS_338",
    },
    remediation: `Set retentionInDays to ${LEAST_DAYS} or more`,
    types: LOGS,
    check: property("retentionInDays", atLeast(LEAST_DAYS)),
    remedy: () => ({ retentionInDays: LEAST_DAYS }),
  }),
  resourceRule({
    name: "log-cmk",
    description: "Logs are encrypted with a key of their own.",
    severity: "low",
    references: { nag: "CloudWatchLogGroupEncrypted", checkov: "CKV_AWS_158", trivy: "AWS-0017" },
    remediation: "Set kmsKeyId to a kms.Key's arn",
    link: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html",
    types: LOGS,
    check: property("kmsKeyId", isSet),
  }),
  graphRule({
    name: "alarm-actions",
    description: "An alarm tells somebody, by a topic.",
    severity: "high",
    references: { fsbp: "CloudWatch.15 CloudWatch.17", nag: "CloudWatchAlarmAction", checkov: "CKV_AWS_319" },
    remediation: "Set alarmActions to a topic's arn, and remove actionsEnabled: false",
    types: [...ALARM, ...aws("cloudwatch", "compositeAlarm")],
    check: (alarm, view) => [
      ...judge(alarm, "actionsEnabled", orAbsent(is(true))),
      ...(hold(alarm.inputs.alarmActions, longerThan(1)) === true
        ? judgeTold(alarm, view)
        : judge(alarm, "alarmActions", longerThan(1))),
    ],
  }),
  graphRule({
    name: "alarm-coverage",
    description: "Each database, cache, load balancer and service has the alarms it needs.",
    severity: "medium",
    remediation: "Declare a cloudwatch.MetricAlarm for the metric with the resource among its dimensions",
    link: ALARM_GUIDE,
    types: REQUIRED.flatMap(({ types }) => types),
    check: judgeCoverage,
  }),
  resourceRule({
    name: "sns-encrypted",
    description: "Messages of a topic are stored encrypted.",
    severity: "medium",
    references: { fsbp: "SNS.1", nag: "SNSEncryptedKMS", checkov: "CKV_AWS_26", trivy: "AWS-0095 AWS-0136" },
    remediation: "Set kmsMasterKeyId",
    types: TOPIC,
    check: property("kmsMasterKeyId", isSet),
  }),
  resourceRule({
    name: "sns-policy",
    description: "Only named accounts and services publish to a topic or subscribe to it.",
    severity: "high",
    references: { fsbp: "SNS.4", nag: "SNS3", checkov: "CKV_AWS_169 CKV_AWS_385" },
    remediation: "Name principals, or add a condition on aws:SourceAccount or aws:SourceArn",
    types: [...TOPIC, ...TOPIC_POLICY],
    check: statements(["policy"], opensToAll, "named principals"),
  }),
];

/** A topic of the stack, which its policy may stand for; one that is elsewhere is named by its ARN. */
function judgeTold(alarm: Resource, view: GraphView): Finding[] {
  const { sure, open } = view.targets(alarm, "alarmActions", [...TOPIC, ...TOPIC_POLICY]);
  const answers = list(alarm.inputs.alarmActions).map((arn): Answer => {
    if (arn !== UNKNOWN) return /^arn:aws[\w-]*:sns:/.test(String(arn));
    return sure.length > 0 ? true : open ? undefined : false;
  });
  return unless(some(answers), alarm, "none of its actions is a topic", "alarmActions");
}

function judgeCoverage(resource: Resource, view: GraphView): Finding[] {
  const required = REQUIRED.find(({ types }) => types.includes(resource.type));
  if (!required) return [];
  const { sure, possible } = view.referring(ALARM, "dimensions", resource);
  const named = [...sure, ...namedBy(view, required.dimension, resource)];
  return required.metrics.flatMap((alternatives) => {
    const answers: Answer[] = [
      ...named.map((alarm) => watches(alarm, alternatives)),
      ...possible.map((alarm) => (watches(alarm, alternatives) === false ? false : undefined)),
    ];
    return unless(some(answers), resource, `no alarm watches ${alternatives.join(" or ")}`);
  });
}

/** Alarms that name the resource in plain text. */
function namedBy(view: GraphView, dimension: string, { inputs }: Resource): Resource[] {
  const byValue = view.memo(`alarms by ${dimension}`, () => {
    const index = new Map<Json, Resource[]>();
    for (const alarm of view.ofType(ALARM)) {
      const value = object(alarm.inputs.dimensions)[dimension];
      if (value !== undefined && value !== UNKNOWN) index.set(value, [...(index.get(value) ?? []), alarm]);
    }
    return index;
  });
  const own: readonly (Json | undefined)[] = [inputs.identifier, inputs.replicationGroupId, inputs.name];
  return own.flatMap((name) => (name === undefined ? [] : (byValue.get(name) ?? [])));
}

function watches(alarm: Resource, metrics: readonly string[]): Answer {
  const direct = hold(alarm.inputs.metricName, {
    test: (value) => metrics.includes(String(value)),
    absent: false,
    given: false,
    allowed: "",
  });
  const queried = list(alarm.inputs.metricQueries).map((query): Answer => {
    const { metricName } = object(object(query).metric);
    return metricName === UNKNOWN ? undefined : metrics.includes(String(metricName));
  });
  return some([direct, ...queried]);
}
