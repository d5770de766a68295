/**
 * What each role has to be allowed, told by what uses it: a container's image, secrets and log, a collector's
 * exporters, the calls in a function's code. What AWS's guides ask for stands beside the guide's name.
 */
import type { Resource } from "../../../../graph";
import { kindOf, outputsOf, type Links } from "../../support/aws-links";
import { containersOf, keyOfSecret, secretBehind, variable, type Container } from "../../support/aws-tasks";
import { ofFunction } from "./functions";
import { ofBackup, ofCanary, ofFlowLog, ofHooks, ofReplication } from "./guides";
import { arn, bucketCalled, here, line, lines, managed, through, WRITE_LOGS } from "./lines";

export interface Use {
  /** The service that takes the role. */
  readonly service: string;
  /** On behalf of what it says it takes it; none where it does not say. */
  readonly source?: string;
  readonly needs: (links: Links, user: Resource) => string[];
}

const TASK = { service: "ecs-tasks", source: arn("ecs", "task/x/0") };

/** By kind of the user and the input that names the role. */
export const USES: Readonly<Record<string, Use>> = {
  "TaskDefinition executionRoleArn": { ...TASK, needs: toStart },
  "TaskDefinition taskRoleArn": { ...TASK, needs: toRun },
  "Function role": { service: "lambda", needs: ofFunction },
  "Canary executionRoleArn": { service: "lambda", needs: ofCanary },
  "FlowLog iamRoleArn": {
    service: "vpc-flow-logs",
    source: arn("ec2", "vpc-flow-log/fl-0"),
    needs: ofFlowLog,
  },
  "Instance monitoringRoleArn": {
    service: "monitoring.rds",
    source: arn("rds", "db:x"),
    needs: () => [managed("service-role/AmazonRDSEnhancedMonitoringRole")],
  },
  "Service loadBalancers.advancedConfiguration.roleArn": {
    service: "ecs",
    needs: () => [managed("AmazonECSInfrastructureRolePolicyForLoadBalancers")],
  },
  "Service deploymentConfiguration.lifecycleHooks.roleArn": { service: "ecs", needs: ofHooks },
  "BucketReplicationConfig role": { service: "s3", needs: ofReplication },
  "Selection iamRoleArn": { service: "backup", needs: ofBackup },
  "RestoreTestingSelection iamRoleArn": { service: "backup", needs: ofBackup },
};

function toStart(links: Links, task: Resource): string[] {
  return containersOf(task).flatMap(({ image, secrets, logConfiguration }) => {
    const [, account, region, repository] =
      /^(\d+)\.dkr\.ecr\.([^.]+)\.amazonaws\.com\/([^@:]+)@sha256:/.exec(image) ?? [];
    const group = links.with("LogGroup", "name", logConfiguration.options["awslogs-group"]);
    return [
      line("ecr:GetAuthorizationToken", "*"),
      ...lines(
        ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        `arn:aws:ecr:${region}:${account}:repository/${repository}`,
      ),
      ...lines(WRITE_LOGS, `${String(group && outputsOf(group).arn)}:*`),
      ...secrets.flatMap(({ valueFrom }) => {
        const { arn } = secretBehind(valueFrom);
        return [
          line("secretsmanager:GetSecretValue", arn),
          line("kms:Decrypt", String(keyOfSecret(links, arn)), through("secretsmanager")),
        ];
      }),
    ];
  });
}

function toRun(links: Links, task: Resource): string[] {
  const services = links.all("Service").filter((service) => links.at(service.inputs.taskDefinition) === task);
  const containers = containersOf(task);
  return [
    ...containers.flatMap((container) => [...ofCollector(links, container), ...ofBucket(links, container)]),
    ...(containers.some(({ image }) => image.includes("/dashboards@")) ? ofGrafana(links) : []),
    ...(services.some(({ inputs }) => inputs.enableExecuteCommand === true) ? ofSessions(links) : []),
  ];
}

interface CollectorConfig {
  readonly exporters: {
    readonly prometheusremotewrite?: { readonly endpoint: string };
    readonly awsxray?: object;
    readonly awsemf?: { readonly log_group_name: string };
  };
}

/** The exporters' own documents, AWS Distro for OpenTelemetry. */
function ofCollector(links: Links, container: Container): string[] {
  const text = variable(container, "AOT_CONFIG_CONTENT");
  if (text === undefined) return [];
  const { prometheusremotewrite, awsxray, awsemf } = (JSON.parse(text) as CollectorConfig).exporters;
  const workspace = links
    .all("Workspace")
    .find((one) => prometheusremotewrite?.endpoint.startsWith(String(outputsOf(one).prometheusEndpoint)));
  const group = links.with("LogGroup", "name", awsemf?.log_group_name);
  return [
    ...(prometheusremotewrite
      ? [line("aps:RemoteWrite", String(workspace && outputsOf(workspace).arn))]
      : []),
    ...(awsxray ? lines(["xray:PutTelemetryRecords", "xray:PutTraceSegments"], "*") : []),
    ...(awsemf
      ? ["", ":*"].flatMap((end) =>
          lines([...WRITE_LOGS, "logs:DescribeLogStreams"], `${String(group && outputsOf(group).arn)}${end}`),
        )
      : []),
  ];
}

/** "Amazon S3", restic's manual: what a repository in a bucket takes. The bucket's key is used by S3. */
function ofBucket(links: Links, container: Container): string[] {
  const [, name] =
    /^s3:https:\/\/[^/]+\/([^/]+)\//.exec(variable(container, "BACKUP_REPOSITORY") ?? "") ?? [];
  if (name === undefined) return [];
  const { bucket, key } = bucketCalled(links, name);
  return [
    ...lines(["s3:ListBucket", "s3:GetBucketLocation"], bucket),
    ...lines(["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], `${bucket}/*`),
    ...lines(["kms:Decrypt", "kms:GenerateDataKey"], key, through("s3")),
  ];
}

/** "Amazon CloudWatch data source" of Grafana, and "IAM permissions" of Managed Prometheus: what boards call. */
function ofGrafana(links: Links): string[] {
  const [workspace] = links.all("Workspace");
  const metrics = String(workspace && outputsOf(workspace).arn);
  return [
    ...["QueryMetrics", "GetLabels", "GetSeries", "GetMetricMetadata", "ListRules", "ListAlerts"],
    ...["Alerts", "AlertGroups", "Receivers", "Silences"].map((what) => `ListAlertManager${what}`),
    ...["GetAlertManagerSilence", "GetAlertManagerStatus"],
    ...["PutAlertManagerSilences", "DeleteAlertManagerSilence"],
  ]
    .map((action) => line(`aps:${action}`, metrics))
    .concat(
      lines(
        [
          ...[
            "DescribeAlarms",
            "DescribeAlarmsForMetric",
            "DescribeAlarmHistory",
            "GetMetricData",
            "ListMetrics",
          ].map((action) => `cloudwatch:${action}`),
          ...["logs:DescribeLogGroups", "logs:GetQueryResults", "logs:StopQuery"],
        ],
        "*",
        here,
      ),
      lines(
        ["logs:GetLogEvents", "logs:GetLogGroupFields", "logs:StartQuery"],
        arn("logs", `log-group:/mainstay/${links.graph.stack}/*`),
      ),
    );
}

/** "ECS Exec", Amazon ECS developer guide: with a key, and a log of what is done. */
function ofSessions(links: Links): string[] {
  const [cluster] = links.all("Cluster");
  const { executeCommandConfiguration } = (cluster?.inputs.configuration ?? {}) as {
    executeCommandConfiguration: {
      kmsKeyId: string;
      logConfiguration: { cloudWatchLogGroupName: string };
    };
  };
  const { kmsKeyId, logConfiguration } = executeCommandConfiguration;
  const group = links.with("LogGroup", "name", logConfiguration.cloudWatchLogGroupName);
  return [
    ...lines(
      ["Control", "Data"].flatMap((channel) =>
        ["Create", "Open"].map((verb) => `ssmmessages:${verb}${channel}Channel`),
      ),
      "*",
    ),
    line("logs:DescribeLogGroups", "*"),
    ...lines([...WRITE_LOGS, "logs:DescribeLogStreams"], `${String(group && outputsOf(group).arn)}:*`),
    line("kms:Decrypt", kmsKeyId),
  ];
}

/** Kind of the user and the input that names the role. */
export const useOf = (user: Resource, path: string): string => `${kindOf(user)} ${path}`;
