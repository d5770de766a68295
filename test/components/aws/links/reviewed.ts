/** What was looked at and found right: another way, member or right is a decision, and is written down here. */

/** Every way through the network, from group to group. */
export const WAYS: readonly string[] = [
  "internet → network-public 443",
  "internet → network-public 80",
  "network-cache → cache 6380",
  "network-database → database 5433",
  "network-egress → internet 443",
  "network-operations → network-endpoints 443",
  "network-public → network-front 8000",
  "network-public → network-front 8080",
  "network-telemetry → S3 443",
  "network-telemetry → network-endpoints 443",
];

/** Who has each security group. */
export const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  cache: ["ReplicationGroup cache"],
  database: ["Instance database"],
  "network-cache": ["api", "cache-exporter", "worker"].map((name) => `Service ${name}`),
  "network-database": [
    "Invocation migration",
    ...["api", "backups", "database-exporter", "worker"].map((name) => `Service ${name}`),
  ],
  "network-egress": ["Service api", "Service worker"],
  "network-endpoints": [
    ...["aps-workspaces", "ecr-api", "ecr-dkr", "kms", "logs", "monitoring", "secretsmanager"],
    ...["ssmmessages", "xray"],
  ].map((service) => `VpcEndpoint network-${service}`),
  "network-front": ["Service api", "Service web"],
  "network-operations": ["Service grafana"],
  "network-operator": ["Service grafana"],
  "network-public": ["LoadBalancer edge"],
  "network-telemetry": [
    "Invocation migration",
    ...["api", "backups", "cache-exporter", "database-exporter", "grafana", "web", "worker"].map(
      (name) => `Service ${name}`,
    ),
  ],
};

/** What every task needs to start; and with secrets. */
const START = [
  "ecr: BatchCheckLayerAvailability, BatchGetImage, GetAuthorizationToken, GetDownloadUrlForLayer",
  "logs: CreateLogStream, PutLogEvents",
];
const START_WITH_SECRETS = [
  START[0],
  "kms: Decrypt",
  "logs: CreateLogStream, PutLogEvents",
  "secretsmanager: GetSecretValue",
];
const METRICS = ["aps: RemoteWrite"];
const TRACES = "xray: PutTelemetryRecords, PutTraceSegments";

/** What each role of production may do, whatever with. */
export const PERMISSIONS: Readonly<Record<string, readonly (string | undefined)[]>> = {
  "api-execution": START_WITH_SECRETS,
  "api-task": [...METRICS, TRACES],
  "worker-execution": START_WITH_SECRETS,
  "worker-task": [...METRICS, "logs: CreateLogStream, DescribeLogStreams, PutLogEvents", TRACES],
  "web-execution": START,
  "web-task": METRICS,
  "migration-execution": START_WITH_SECRETS,
  "migration-task": [],
  "migration-runner": [
    "ecs: DescribeTasks, ListTasks, RunTask, TagResource",
    "iam: PassRole",
    "logs: CreateLogStream, PutLogEvents",
  ],
  "app-releases": [
    "cloudwatch: GetMetricData",
    "ecs: DescribeServiceDeployments, DescribeServiceRevisions",
    "logs: CreateLogStream, PutLogEvents",
  ],
  "app-releases-ask": ["lambda: InvokeFunction"],
  "app-releases-shift": ["policy: AmazonECSInfrastructureRolePolicyForLoadBalancers"],
  "database-exporter-execution": START_WITH_SECRETS,
  "database-exporter-task": METRICS,
  "database-monitoring": ["policy: service-role/AmazonRDSEnhancedMonitoringRole"],
  "cache-exporter-execution": START_WITH_SECRETS,
  "cache-exporter-task": METRICS,
  "backups-execution": START_WITH_SECRETS,
  "backups-task": [
    ...METRICS,
    "kms: Decrypt, GenerateDataKey",
    "s3: DeleteObject, GetBucketLocation, GetObject, ListBucket, PutObject",
  ],
  "backups-replication": [
    "kms: Decrypt, Encrypt, GenerateDataKey",
    "s3: GetObjectLegalHold, GetObjectRetention, GetObjectVersionAcl, GetObjectVersionForReplication, " +
      "GetObjectVersionTagging, GetReplicationConfiguration, ListBucket, ReplicateDelete, ReplicateObject, ReplicateTags",
  ],
  "backups-service": [
    "kms: CreateGrant, Decrypt, DescribeKey, Encrypt, GenerateDataKey*, ReEncrypt*",
    "policy: service-role/AWSBackupServiceRolePolicyForBackup, service-role/AWSBackupServiceRolePolicyForRestores",
  ],
  "grafana-execution": START_WITH_SECRETS,
  "grafana-task": [
    "aps: DeleteAlertManagerSilence, GetAlertManagerSilence, GetAlertManagerStatus, GetLabels, GetMetricMetadata, " +
      "GetSeries, ListAlertManagerAlertGroups, ListAlertManagerAlerts, ListAlertManagerReceivers, " +
      "ListAlertManagerSilences, ListAlerts, ListRules, PutAlertManagerSilences, QueryMetrics, RemoteWrite",
    "cloudwatch: DescribeAlarmHistory, DescribeAlarms, DescribeAlarmsForMetric, GetMetricData, ListMetrics",
    "kms: Decrypt",
    "logs: CreateLogStream, DescribeLogGroups, DescribeLogStreams, GetLogEvents, GetLogGroupFields, GetQueryResults, " +
      "PutLogEvents, StartQuery, StopQuery",
    "ssmmessages: CreateControlChannel, CreateDataChannel, OpenControlChannel, OpenDataChannel",
  ],
  "monitoring-canary": [
    "cloudwatch: PutMetricData",
    "kms: Decrypt, GenerateDataKey",
    "logs: CreateLogStream, PutLogEvents",
    "s3: GetBucketLocation, GetObject, ListAllMyBuckets, PutObject",
  ],
  "monitoring-messenger": [
    "kms: Decrypt, GenerateDataKey",
    "logs: CreateLogStream, PutLogEvents",
    "sqs: SendMessage",
  ],
  "network-flow": ["logs: CreateLogStream, DescribeLogGroups, DescribeLogStreams, PutLogEvents"],
};

/** What may be done with anything: actions that know no resources, or that list what there is. */
export const WITH_ANYTHING: readonly string[] = [
  ...["cloudwatch:DescribeAlarmHistory", "cloudwatch:DescribeAlarms", "cloudwatch:DescribeAlarmsForMetric"],
  ...["cloudwatch:GetMetricData", "cloudwatch:ListMetrics", "cloudwatch:PutMetricData"],
  ...["ecr:GetAuthorizationToken", "ecs:ListTasks"],
  ...["logs:DescribeLogGroups", "logs:GetQueryResults", "logs:StopQuery"],
  "s3:ListAllMyBuckets",
  ...["Create", "Open"].flatMap((verb) =>
    ["Control", "Data"].map((channel) => `ssmmessages:${verb}${channel}Channel`),
  ),
  ...["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
].sort();
