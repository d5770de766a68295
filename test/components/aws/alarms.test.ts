import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Graph, Json, Resource } from "../../../graph";
import { inventAws } from "../support/aws-outputs";
import { monitoringGraph } from "../support/aws-monitoring";

const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const COMPOSITE = "aws:cloudwatch/compositeAlarm:CompositeAlarm";

/** What each namespace really has, by the service's page on its metrics, and the dimensions they come with. */
const KNOWN: Record<string, { metrics: string[]; dimensions: string[][] }> = {
  "AWS/RDS": {
    metrics: [
      ...["CPUUtilization", "FreeableMemory", "FreeStorageSpace", "DatabaseConnections", "WriteLatency"],
      ...["MaximumUsedTransactionIDs", "ReplicaLag"],
    ],
    dimensions: [["DBInstanceIdentifier"]],
  },
  "AWS/ElastiCache": {
    metrics: [
      ...["EngineCPUUtilization", "FreeableMemory", "CurrConnections", "AuthenticationFailures"],
      ...["ReplicationLag"],
    ],
    dimensions: [["CacheClusterId"]],
  },
  "AWS/ECS": {
    metrics: ["CPUUtilization", "MemoryUtilization"],
    dimensions: [["ClusterName", "ServiceName"]],
  },
  "ECS/ContainerInsights": { metrics: ["RunningTaskCount"], dimensions: [["ClusterName", "ServiceName"]] },
  "AWS/ApplicationELB": {
    metrics: [
      ...["HTTPCode_ELB_5XX_Count", "TargetResponseTime", "RejectedConnectionCount", "HealthyHostCount"],
    ],
    dimensions: [["LoadBalancer"], ["LoadBalancer", "TargetGroup"]],
  },
  "AWS/WAFV2": { metrics: ["BlockedRequests"], dimensions: [["Region", "Rule", "WebACL"]] },
  "AWS/CertificateManager": { metrics: ["DaysToExpiry"], dimensions: [["CertificateArn"]] },
  "AWS/NATGateway": { metrics: ["ErrorPortAllocation", "PacketsDropCount"], dimensions: [["NatGatewayId"]] },
  "AWS/Logs": { metrics: ["IncomingLogEvents"], dimensions: [["LogGroupName"]] },
  "AWS/SNS": {
    metrics: ["NumberOfMessagesPublished", "NumberOfNotificationsFailed"],
    dimensions: [["TopicName"]],
  },
  "AWS/Lambda": { metrics: ["Errors"], dimensions: [["FunctionName"]] },
  "AWS/SQS": { metrics: ["ApproximateNumberOfMessagesVisible"], dimensions: [["QueueName"]] },
  "AWS/Prometheus": { metrics: ["AlertManagerNotificationsFailed"], dimensions: [["Workspace"]] },
  CloudWatchSynthetics: { metrics: ["SuccessPercent"], dimensions: [["CanaryName"]] },
  "mainstay/prod": {
    metrics: [
      ...["critical_lines_api", "mainstay_deployment_failed", "mainstay_drift_differences"],
      ...["mainstay_drift_look_age_seconds", "mainstay_secret_made_age_seconds"],
      "mainstay_secret_given_age_seconds",
    ],
    dimensions: [[]],
  },
};

/** What the targets of the test are called; everything else a dimension names has to be in the graph. */
const OUTSIDE = [
  ...["mainstay-prod", "mainstay-prod-replica-1", "mainstay-prod-001", "mainstay-prod-002"],
  ...["api", "database-exporter", "app/mainstay-prod/0123456789abcdef", "eu-west-1", "ALL"],
  ...["targetgroup/api-a/1111111111111111", "targetgroup/api-b/2222222222222222"],
  ...["targetgroup/web-a/3333333333333333", "arn:aws:acm:eu-west-1:123456789012:certificate/0"],
  ...["nat-1", "nat-2", "nat-3"],
];

interface Figure {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** What an alarm looks at: one figure, or those it does its sums with. */
function figuresOf({ inputs }: Resource): Figure[] {
  const queries = (inputs.metricQueries ?? []) as { metric?: Record<string, Json> }[];
  const asked = queries.flatMap(({ metric }) => (metric ? [metric] : []));
  return [...(inputs.metricName === undefined ? [] : [inputs]), ...asked].map((one) => ({
    namespace: String(one.namespace),
    metric: String(one.metricName),
    dimensions: (one.dimensions ?? {}) as Record<string, string>,
  }));
}

describe("alarms", () => {
  let graph: Graph;
  let alarms: Resource[];
  beforeAll(async () => {
    graph = await monitoringGraph();
    alarms = graph.resources.filter(({ type, urn }) => type === ALARM && urn.includes("Monitoring"));
  });
  const find = (name: string) => graph.resources.find((one) => one.name === name && /Alarm$/.test(one.type));
  const topic = (name: string) => {
    const found = graph.resources.find((one) => one.name === `topics-${name}`);
    return found && String(inventAws(found)["arn"]);
  };

  test("watch what the environment's parts give them to", () => {
    const kinds = new Map<string, string[]>();
    for (const { name } of alarms) {
      const [, of = "", condition = ""] = /^(.+)-(\w+)$/.exec(name) ?? [];
      kinds.set(of, [...(kinds.get(of) ?? []), condition].sort());
    }
    const service = ["ServiceCpuHigh", "ServiceMemoryHigh", "TasksMissing"];
    const database = [
      ...["DatabaseConnectionsHigh", "DatabaseCpuHigh", "DatabaseDiskSlow", "DatabaseIdsRunOut"],
      ...["DatabaseMemoryLow"],
    ];
    const cache = [
      ...["CacheConnectionsMany", "CacheCpuHigh", "CacheLoginsRefused", "CacheMemoryLow", "CacheReplicaLag"],
    ];
    const wayOut = ["WayOutFull", "WayOutLossy"];
    expect(Object.fromEntries(kinds)).toEqual({
      api: ["CriticalLines", "ServiceCpuHigh", "ServiceMemoryHigh", "ServiceUnreachable", "TasksMissing"],
      "cache-1": cache,
      "cache-2": cache,
      certificate: ["CertificateEnding", "CertificateRunningOut"],
      database: [...database, "DatabaseStorageLow", "DatabaseStorageOut"],
      "database-exporter": service,
      "database-replica-1": [...database, "DatabaseReplicaLag", "DatabaseStorageLow", "DatabaseStorageOut"],
      "dead-tasks": ["TasksDying"],
      edge: ["EdgeFailing", "EdgeRefusing", "EdgeSlow"],
      "finished-backups": ["VaultBackupMissing"],
      "finished-trials": ["TrialRestoreMissing"],
      firewall: ["RequestsBlocked"],
      grafana: ["ReleaseMemoryHigh", ...service],
      messenger: ["MessagesLost", "MessengerFailing"],
      operations: ["DeploymentFailed", "DriftFound", "DriftUnknown", "GivenSecretOverdue", "SecretOverdue"],
      outside: ["OutsideProbeFailing"],
      "topic-critical": ["MessagesUndelivered"],
      "topic-escalation": ["MessagesUndelivered"],
      "topic-info": ["MessagesUndelivered"],
      "topic-warning": ["MessagesUndelivered"],
      "topic-watchdog": ["MessagesUndelivered"],
      watchdog: ["AlertsSilent"],
      "way-out-1": wayOut,
      "way-out-2": wayOut,
      "way-out-3": wayOut,
      web: ["ServiceUnreachable"],
      workspace: ["AlertmanagerFailing", "RulesFailing"],
    });
  });

  test("look at metrics that exist, of resources that exist", () => {
    const names = new Set([
      ...OUTSIDE,
      ...graph.resources.flatMap((one) =>
        [...Object.values(one.inputs), ...Object.values(inventAws(one))].filter(
          (value): value is string => typeof value === "string",
        ),
      ),
    ]);
    const figures = alarms.flatMap((one) => figuresOf(one));
    expect([...new Set(figures.map(({ namespace }) => namespace))].sort()).toEqual(Object.keys(KNOWN).sort());
    for (const { namespace, metric, dimensions } of figures) {
      const known = KNOWN[namespace];
      expect(known?.metrics, namespace).toContain(metric);
      expect(known?.dimensions, metric).toContainEqual(Object.keys(dimensions).sort());
      expect(Object.values(dimensions).filter((value) => !names.has(value))).toEqual([]);
    }
  });

  test("tell the topic of their level when they begin and when they are over", () => {
    const critical = [topic("critical"), topic("warning")];
    const expected: Record<string, (string | undefined)[]> = {
      DatabaseStorageOut: critical,
      DatabaseIdsRunOut: critical,
      CertificateRunningOut: critical,
      TasksMissing: critical,
      VaultBackupMissing: critical,
      AlertsSilent: critical,
      MessagesUndelivered: critical,
      MessagesLost: critical,
      AlertmanagerFailing: critical,
      RulesFailing: critical,
      EnvironmentUnreachable: critical,
      DriftUnknown: [topic("info")],
    };
    for (const one of [...alarms, find("environment-EnvironmentUnreachable")]) {
      const condition = one?.name.split("-").at(-1) ?? "";
      expect([condition, one?.inputs.alarmActions]).toEqual([
        condition,
        expected[condition] ?? [topic("warning")],
      ]);
      expect(one?.inputs.okActions).toEqual(one?.inputs.alarmActions);
    }
  });

  test("say what happened and which section of the runbooks says what to do", () => {
    const page = readFileSync(join(__dirname, "../../../docs/runbooks/aws.md"), "utf8");
    const sections = [...page.matchAll(/^## (\w+)$/gm)].map(([, name = ""]) => name);
    for (const { name, type, inputs } of graph.resources.filter((one) => /Alarm$/.test(one.type))) {
      const condition = name.split("-").at(-1) ?? "";
      const own = type === COMPOSITE ? inputs.alarmName : inputs.name;
      expect(own).toBe(`mainstay-prod-${name}`);
      expect(inputs.alarmDescription).toMatch(
        new RegExp(
          `^[A-Z].+[^.]\\.\nRunbook: https://\\S+/docs/runbooks/aws\\.md#${condition.toLowerCase()}$`,
        ),
      );
      expect(sections).toContain(condition);
    }
  });

  test("keep to what CloudWatch evaluates", () => {
    for (const { name, inputs } of alarms) {
      const query = ((inputs.metricQueries ?? []) as { period?: number; metric?: { period: number } }[])[0];
      const period = Number(inputs.period ?? query?.period ?? query?.metric?.period);
      const periods = Number(inputs.evaluationPeriods);
      expect([name, period % 60]).toEqual([name, 0]);
      // "PutMetricAlarm", CloudWatch API reference: a day, or a week in periods of an hour and more.
      expect(period * periods).toBeLessThanOrEqual(period < 3600 ? 86_400 : 604_800);
      expect(Number(inputs.datapointsToAlarm)).toBeLessThanOrEqual(periods);
      expect([inputs.statistic, inputs.extendedStatistic, inputs.metricQueries].filter(Boolean)).toHaveLength(
        1,
      );
      // What is made together with its alarm is not silent because it is broken.
      expect("warmUpConfiguration" in inputs).toBe(inputs.treatMissingData === "breaching");
    }
  });

  test("take their bounds from the sizes that are really had", () => {
    const bound = (name: string) => [find(name)?.inputs.comparisonOperator, find(name)?.inputs.threshold];
    // A database of 16 GiB and 200 GB, for 100 connections; a node of 3.09 GiB.
    expect(bound("database-DatabaseMemoryLow")).toEqual([
      "LessThanThreshold",
      Math.round(0.1 * 16 * 1024 ** 3),
    ]);
    expect(bound("database-DatabaseStorageLow")).toEqual(["LessThanThreshold", 0.15 * 200 * 1024 ** 3]);
    expect(bound("database-DatabaseStorageOut")).toEqual(["LessThanThreshold", 0.05 * 200 * 1024 ** 3]);
    expect(bound("database-DatabaseConnectionsHigh")).toEqual(["GreaterThanThreshold", 80]);
    expect(bound("cache-1-CacheMemoryLow")).toEqual([
      "LessThanThreshold",
      Math.round(0.05 * Math.floor(3.09 * 1024) * 1024 ** 2),
    ]);
    expect(bound("api-TasksMissing")).toEqual(["LessThanThreshold", 3]);
    expect(bound("edge-EdgeSlow")).toEqual(["GreaterThanThreshold", 5]);
    expect(bound("certificate-CertificateEnding")).toEqual(["LessThanThreshold", 21]);
    expect(bound("certificate-CertificateRunningOut")).toEqual(["LessThanThreshold", 7]);
  });

  test("count a service's copies in both of its groups, of which one is empty", () => {
    const queries = find("api-ServiceUnreachable")?.inputs.metricQueries as Record<string, Json>[];
    expect(queries.map(({ id, expression }) => [id, expression])).toEqual([
      ["group1", undefined],
      ["group2", undefined],
      ["result", "FILL(group1, 0) + FILL(group2, 0)"],
    ]);
    expect(queries.filter(({ returnData }) => returnData === true)).toHaveLength(1);
    const rules = find("workspace-RulesFailing")?.inputs.metricQueries as Record<string, Json>[];
    const [workspace] = graph.resources.filter(({ type }) => type === "aws:amp/workspace:Workspace");
    expect(rules).toEqual([
      expect.objectContaining({
        expression: `SELECT SUM(RuleEvaluationFailures) FROM "AWS/Prometheus" WHERE Workspace = '${String(workspace && inventAws(workspace)["id"])}'`,
        period: 300,
      }),
    ]);
  });

  test("hold what a command has told until it tells again, and miss the look that is not taken", () => {
    const judged = (name: string) => {
      const { comparisonOperator, threshold, statistic, period, evaluationPeriods, ...rest } =
        find(`operations-${name}`)?.inputs ?? {};
      const { datapointsToAlarm, treatMissingData, warmUpConfiguration } = rest;
      return [
        [comparisonOperator, threshold, statistic, period],
        [datapointsToAlarm, evaluationPeriods, treatMissingData, warmUpConfiguration],
      ];
    };
    const latest = (threshold: number) => [
      ["GreaterThanThreshold", threshold, "Maximum", 60],
      [1, 1, "ignore", undefined],
    ];
    expect(judged("DeploymentFailed")).toEqual(latest(0));
    expect(judged("DriftFound")).toEqual(latest(0));
    expect(judged("SecretOverdue")).toEqual(latest(90 * 86_400));
    expect(judged("GivenSecretOverdue")).toEqual(latest(90 * 86_400));
    expect(judged("DriftUnknown")).toEqual([
      ["LessThanThreshold", 1, "SampleCount", 86_400],
      [2, 2, "breaching", { warmUpPeriodDurationInMinutes: 2880 }],
    ]);
  });

  test("page once for an outage, however many see it", () => {
    const page = find("environment-EnvironmentUnreachable");
    const seen = [
      "edge-EdgeFailing",
      "api-ServiceUnreachable",
      "web-ServiceUnreachable",
      "outside-OutsideProbeFailing",
    ];
    expect(page?.inputs.alarmRule).toBe(seen.map((name) => `ALARM("mainstay-prod-${name}")`).join(" OR "));
    for (const name of seen) expect(find(name)?.inputs.alarmActions).toEqual([topic("warning")]);
  });
});
