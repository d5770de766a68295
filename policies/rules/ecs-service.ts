/** Services and clusters of ECS: what keeps tasks running. */
import { UNKNOWN, type Resource } from "../../graph/resource";
import { holdsAny, list, object } from "../documents";
import {
  atLeast,
  between,
  every,
  is,
  isSet,
  judge,
  oneOf,
  orAbsent,
  property,
  properties,
  softened,
  some,
  unless,
} from "../expect";
import { graphRule, resourceRule, type Finding } from "../rule";
import { aws, SERVICE } from "../tokens";

const CLUSTER = aws("ecs", "cluster");
const SCALING = aws("appautoscaling", "target");
const GUIDE = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide";

export const ecsService = [
  resourceRule({
    name: "ecs-no-public-ip",
    description: "A task has no address on the internet.",
    severity: "high",
    references: { fsbp: "ECS.2", checkov: "CKV_AWS_333" },
    remediation: "Set networkConfiguration.assignPublicIp: false",
    types: SERVICE,
    check: property("networkConfiguration.assignPublicIp", orAbsent(is(false))),
  }),
  resourceRule({
    name: "ecs-platform",
    description: "A service runs on a current Fargate platform.",
    severity: "medium",
    references: { fsbp: "ECS.10", checkov: "CKV_AWS_332" },
    remediation: "Remove platformVersion, which is then LATEST",
    types: SERVICE,
    check: property("platformVersion", orAbsent(oneOf("LATEST", "1.4.0"))),
  }),
  graphRule({
    name: "ecs-exec",
    description:
      "In production nobody gets into a running task but through sessions that are encrypted and written down.",
    severity: "medium",
    references: { checkov: "CKV_AWS_223 CKV_AWS_224" },
    remediation:
      "Set enableExecuteCommand: false, or kmsKeyId and a log group in the cluster's configuration",
    link: `${GUIDE}/ecs-exec.html`,
    types: SERVICE,
    production: true,
    check: (service, view) => {
      const { sure } = view.targets(service, "cluster", CLUSTER);
      const recorded = sure.length > 0 && sure.every((cluster) => judgeSessions(cluster).length === 0);
      return recorded ? [] : judge(service, "enableExecuteCommand", orAbsent(is(false)));
    },
  }),
  resourceRule({
    name: "ecs-rollback",
    description: "A release that does not become healthy is rolled back by itself.",
    severity: "medium",
    remediation: "Set deploymentCircuitBreaker: { enable: true, rollback: true }",
    link: `${GUIDE}/deployment-circuit-breaker.html`,
    types: SERVICE,
    check: (service) =>
      properties({
        "deploymentCircuitBreaker.enable": is(true),
        "deploymentCircuitBreaker.rollback": is(true),
        // Alarms that stop a release, where there are some.
        ...(service.inputs.alarms === undefined
          ? {}
          : { "alarms.enable": is(true), "alarms.rollback": is(true), "alarms.alarmNames": isSet }),
      })(service),
  }),
  graphRule({
    name: "ecs-release-alarms",
    description:
      "Alarms stop a release of a service that takes requests or scales, where tasks look healthy.",
    severity: "medium",
    remediation: "Set alarms: { enable: true, rollback: true, alarmNames } to alarms about its releases",
    link: `${GUIDE}/deployment-alarm-failure.html`,
    types: SERVICE,
    check: (service, view) => {
      const serves = holdsAny(service.inputs.loadBalancers);
      const scales = view.referring(SCALING, "resourceId", service).sure.length > 0;
      if (!scales && serves === false) return [];
      const findings = judge(service, "alarms", isSet);
      return scales || serves ? findings : softened(findings);
    },
  }),
  resourceRule({
    name: "ecs-runs",
    description: "A service runs: it has one task or more, and does not scale down to none.",
    severity: "high",
    remediation: "Set desiredCount, and a scaling target's minCapacity, to 1 or more",
    link: `${GUIDE}/ecs_services.html`,
    types: [...SERVICE, ...SCALING],
    check: (resource) =>
      resource.inputs.schedulingStrategy === "DAEMON"
        ? []
        : judge(resource, SERVICE.includes(resource.type) ? "desiredCount" : "minCapacity", atLeast(1)),
  }),
  resourceRule({
    name: "ecs-insights",
    description: "A cluster's figures are collected.",
    severity: "medium",
    references: { fsbp: "ECS.12", nag: "ECS4", checkov: "CKV_AWS_65", trivy: "AWS-0034" },
    remediation: 'Set settings: [{ name: "containerInsights", value: "enabled" }]',
    types: CLUSTER,
    check: judgeInsights,
  }),
  graphRule({
    name: "ecs-min-tasks",
    description:
      "In production two or more tasks of a service that takes requests or scales run at any time.",
    severity: "medium",
    remediation: "Set desiredCount to 2 or more, and the scaling target's minCapacity too",
    link: `${GUIDE}/service-auto-scaling.html`,
    types: SERVICE,
    production: true,
    check: (service, view) => {
      const { sure } = view.referring(SCALING, "resourceId", service);
      if (sure.length > 0) return sure.flatMap((target) => judge(target, "minCapacity", atLeast(2)));
      // One that nobody sends requests to, and that does not scale, may have to be the only one.
      return holdsAny(service.inputs.loadBalancers) === false
        ? []
        : judge(service, "desiredCount", atLeast(2));
    },
  }),
  resourceRule({
    name: "ecs-no-downtime",
    description: "A deployment stops no task before its successor is healthy.",
    severity: "medium",
    remediation: "Set deploymentMinimumHealthyPercent: 100 and deploymentMaximumPercent: 200",
    link: `${GUIDE}/deployment-type-ecs.html`,
    types: SERVICE,
    check: properties({
      deploymentMinimumHealthyPercent: orAbsent(atLeast(100)),
      deploymentMaximumPercent: orAbsent(atLeast(101)),
    }),
  }),
  resourceRule({
    name: "ecs-own-security-group",
    description: "A service has security groups chosen for it, not the network's default one.",
    severity: "high",
    remediation: "Set networkConfiguration.securityGroups",
    link: `${GUIDE}/task-networking-awsvpc.html`,
    types: SERVICE,
    check: property("networkConfiguration.securityGroups", isSet),
  }),
  resourceRule({
    name: "scaling-can-grow",
    description: "What scales has room to grow, and grows before it is used up.",
    severity: "medium",
    remediation: "Set maxCapacity above minCapacity, and targetValue of a utilization to 10 to 90",
    link: `${GUIDE}/service-auto-scaling.html`,
    types: [...SCALING, ...aws("appautoscaling", "policy")],
    check: (resource) => {
      const { minCapacity, targetTrackingScalingPolicyConfiguration: tracking } = resource.inputs;
      if (SCALING.includes(resource.type)) {
        const least = typeof minCapacity === "number" ? minCapacity + 1 : 1;
        return judge(resource, "maxCapacity", { ...atLeast(least), allowed: "more than minCapacity" });
      }
      const { predefinedMetricSpecification: metric } = object(tracking);
      const most = /Utilization$/.test(String(object(metric).predefinedMetricType)) ? 90 : Infinity;
      return tracking === undefined
        ? []
        : judge(resource, "targetTrackingScalingPolicyConfiguration.targetValue", between(1, most));
    },
  }),
];

const SESSIONS = "configuration.executeCommandConfiguration";

const judgeSessions = properties({
  [`${SESSIONS}.kmsKeyId`]: isSet,
  [`${SESSIONS}.logging`]: is("OVERRIDE"),
  [`${SESSIONS}.logConfiguration.cloudWatchLogGroupName`]: isSet,
  [`${SESSIONS}.logConfiguration.cloudWatchEncryptionEnabled`]: is(true),
});

function judgeInsights(cluster: Resource): Finding[] {
  const { settings } = cluster.inputs;
  if (settings === UNKNOWN) return judge(cluster, "settings", isSet);
  const answers = list(settings).map((setting) => {
    const { name, value } = object(setting);
    if (setting === UNKNOWN) return undefined;
    return every([
      name === UNKNOWN ? undefined : name === "containerInsights",
      value === UNKNOWN ? undefined : value === "enabled" || value === "enhanced",
    ]);
  });
  return unless(some(answers), cluster, "containerInsights is not enabled", "settings");
}
