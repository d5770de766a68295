import type { DeclaredDifference, DeclaredDifferences } from "./parity";

const SIZE = "staging is smaller: it serves nobody but those who test";
const ADDRESS = "each environment has an address of its own";
/** Addresses there are, and no stars: who may call is never wider in one of the two. */
const ORIGINS = [/^https:\/\/[^*]+$/];
const HISTORY = "production's history is longer, so that a quarter can be compared with the last";
const ONE_ZONE = "staging may be gone for as long as a zone is; production may not";
const COPIES = "production's backups are copied to a second region";
const TICKETS = "nobody opens tickets for what staging only informs of";
const CROWD = "staging has no crowd to grow for";

const docker: readonly DeclaredDifference[] = [
  { path: "**:Container/memory", reason: SIZE },
  { path: "**:Container/memorySwap", reason: SIZE },
  { path: "**:Container/cpus", reason: SIZE },
  { path: "**:Container/shmSize", reason: SIZE },
  { path: "**:Container/copies", reason: SIZE },
  { path: "**:Container/envs/GOMEMLIMIT", reason: SIZE },
  { path: "environment/backups/**:Container/envs/BACKUP_DRILL_MIB", reason: SIZE },
  {
    path: "environment/database/**/files.postgresql.conf/content",
    lines: [/^(shared_buffers|effective_cache_size|work_mem|maintenance_work_mem) = \d+kB$|MB$/],
    reason: "the database's memory is shared out by its size",
  },
  {
    path: "environment/cache/**/files.redis.conf/content",
    lines: [/^maxmemory \d+mb$/],
    reason: "the cache's memory is bounded by its size",
  },
  {
    path: "environment/tracing/**/files.config.yaml/content",
    lines: [/^max_traces: \d+$/],
    reason: "as many traces are kept as fit in memory",
  },
  {
    path: "environment/monitoring/prometheus:Container/command/*",
    reason: "production's history is longer, so that a quarter can be compared with the last",
  },
  {
    path: "environment/monitoring/**/files.prometheus.yml/content",
    lines: [/^- (api|worker|web)-\d+:\d+$/],
    reason: "every copy of a service is asked for its figures, and staging has fewer",
  },
  {
    path: "environment/monitoring/**/files.loki.yaml/content",
    lines: [/^retention_period: \d+h$/],
    reason: "production's logs are kept longer, so that a quarter can be compared with the last",
  },
  {
    path: "environment/monitoring/**/files.rules.yml/content",
    lines: [
      /^expr: vector\([\d.]+\)$/,
      /^expr: sum by \(instance\) \(.*pg_database_size_bytes.*\) \/ \d+ > (0\.\d+|1)$/,
    ],
    reason: "rules judge the use of memory, processor and disk by what there is of them",
  },
  {
    path: "environment/monitoring/**/files.alertmanager.yml/content",
    lines: [/^- url: https:\/\/alerts\.example\.com\//],
    reason: TICKETS,
  },
  { path: "environment/app/*/envs/PUBLIC_URL", reason: ADDRESS },
  { path: "environment/app/*/envs/CORS_ORIGINS", lines: ORIGINS, reason: ADDRESS },
  { path: "environment/edge/*:CertRequest/dnsNames/*", reason: ADDRESS },
  { path: "environment/edge/*:CertRequest/subject/commonName", reason: ADDRESS },
  {
    path: "environment/edge/**/files.nginx.conf/content",
    lines: [/^server_name [\w.<>-]+;$/, /^"https:\/\/[\w.<>-]+" (\$http_origin|true);$/],
    reason: ADDRESS,
  },
  {
    path: "environment/edge/**/files.config.yml/content",
    lines: [/^(Host|server_name): [\w.<>-]+$/],
    reason: ADDRESS,
  },
];

const WORKER = "environment/app/worker/worker/worker";
const COLLECTOR = "containerDefinitions/collector/environment/AOT_CONFIG_CONTENT";

const aws: readonly DeclaredDifference[] = [
  { path: "environment/metrics/metrics:WorkspaceConfiguration/retentionPeriodInDays", reason: HISTORY },
  { path: "**:TaskDefinition/cpu", reason: SIZE },
  { path: "**:TaskDefinition/memory", reason: SIZE },
  { path: "**:TaskDefinition/containerDefinitions/*/cpu", reason: SIZE },
  { path: "**:TaskDefinition/containerDefinitions/*/memory", reason: SIZE },
  { path: "environment/backups/**:TaskDefinition/ephemeralStorage/sizeInGib", reason: SIZE },
  {
    path: "environment/backups/**:TaskDefinition/containerDefinitions/runner/environment/BACKUP_DRILL_MIB",
    reason: SIZE,
  },
  { path: "**:Service/desiredCount", reason: SIZE },
  { path: "environment/monitoring/*-TasksMissing:MetricAlarm/threshold", reason: SIZE },
  { path: "security/ecs-min-tasks/**", reason: SIZE },
  { path: "environment/app/*/*:Service/*:Policy", reason: CROWD },
  { path: "environment/app/*/*:Service/*:Target", reason: CROWD },
  { path: `${WORKER}:TaskDefinition/${COLLECTOR}/exporters/awsemf`, reason: CROWD },
  { path: `${WORKER}:TaskDefinition/${COLLECTOR}/processors/*.figures`, reason: CROWD },
  { path: `${WORKER}:TaskDefinition/${COLLECTOR}/service/pipelines/metrics.figures`, reason: CROWD },
  {
    path: `${WORKER}-task:RolePolicy/policy/Statement/2`,
    reason: "by the length of its queue the worker grows, and staging's does not",
  },
  {
    path: "environment/app/**:TaskDefinition/containerDefinitions/*/environment/PUBLIC_URL",
    reason: ADDRESS,
  },
  {
    path: "environment/app/**:TaskDefinition/containerDefinitions/*/environment/CORS_ORIGINS",
    lines: ORIGINS,
    reason: ADDRESS,
  },
  { path: "environment/money/money:Budget/limitAmount", reason: SIZE },
  { path: "environment/cache/cache:ReplicationGroup/nodeType", reason: SIZE },
  { path: "environment/cache/cache:ReplicationGroup/numCacheClusters", reason: ONE_ZONE },
  { path: "environment/cache/cache:ReplicationGroup/automaticFailoverEnabled", reason: ONE_ZONE },
  { path: "environment/cache/cache:ReplicationGroup/multiAzEnabled", reason: ONE_ZONE },
  { path: "security/cache-failover/**", reason: ONE_ZONE },
  { path: "security/cache-multi-az/**", reason: ONE_ZONE },
  {
    path: "environment/monitoring/cache-*-Cache*:MetricAlarm",
    reason: "each node of the cache has its alarms",
  },
  { path: "environment/monitoring/cache-*-CacheMemoryLow:MetricAlarm/threshold", reason: SIZE },
  { path: "environment/database/database:Instance/instanceClass", reason: SIZE },
  { path: "environment/database/database:Instance/*llocatedStorage", reason: SIZE },
  { path: "environment/database/database:Instance/multiAz", reason: ONE_ZONE },
  { path: "security/rds-multi-az/**", reason: ONE_ZONE },
  {
    path: "environment/database/database-*:ParameterGroup/parameters/*/value",
    reason: "the database's memory is shared out by its size",
  },
  { path: "environment/monitoring/database-Database*Low:MetricAlarm/threshold", reason: SIZE },
  { path: "environment/monitoring/database-DatabaseStorageOut:MetricAlarm/threshold", reason: SIZE },
  {
    path: "environment/monitoring/database-DatabaseCreditsLow:MetricAlarm",
    reason: "only small classes save up processor time",
  },
  {
    path: "environment/monitoring/monitoring-rules:RuleGroupNamespace/data",
    lines: [
      /^expr: vector\([\d.]+\)$/,
      /^expr: sum by \(instance\) \(.*pg_database_size_bytes.*\) \/ \d+ > [\d.]+$/,
    ],
    reason: "limits are what each task and the database have",
  },
  {
    path: "environment/monitoring/monitoring-canary:Canary/runConfig/environmentVariables/LOOKS/*/url",
    reason: ADDRESS,
  },
  {
    path: "environment/monitoring/monitoring-canary:Canary/runConfig/environmentVariables/LOOKS/*/location",
    reason: ADDRESS,
  },
  {
    path: "environment/monitoring/monitoring-canary:RolePolicy/policy/Statement/4/Resource/0",
    lines: [/:\/aws\/lambda\/cwsyn-mainstay-<stack>-out\w*\*$/],
    reason: "a canary's name has 21 characters at most, and the stack's is part of it",
  },
  {
    path: "environment/monitoring/info-messenger:*",
    reason: TICKETS,
  },
  {
    path: "environment/monitoring/monitoring-messenger/*:Function/environment/variables/RECEIVERS/*info:Topic.arn>",
    reason: TICKETS,
  },
  {
    path: "environment/monitoring/monitoring-messenger/*:Function/environment/variables/RECEIVERS/*escalation:Topic.arn>/receivers/2",
    reason: TICKETS,
  },
  {
    path: "environment/identity/identity-github:OpenIdConnectProvider",
    reason: "an account has one, and production's stack makes it for all",
  },
  { path: "environment/edge/edge:Certificate/domainName", reason: ADDRESS },
  { path: "environment/edge/edge:Record/name", reason: ADDRESS },
  { path: "environment/network/network-nat-*:Eip", reason: ONE_ZONE },
  { path: "environment/network/network-nat-*:NatGateway", reason: ONE_ZONE },
  { path: "environment/monitoring/way-out-*:MetricAlarm", reason: ONE_ZONE },
  { path: "environment/network/network-*:VpcEndpoint/subnetIds/*", reason: ONE_ZONE },
  { path: "environment/network/network-private-*:Route/natGatewayId", reason: ONE_ZONE },
  {
    path: "environment/network/network-s3:VpcEndpoint/policy/Statement/LayersOfImages/Resource/0",
    lines: [/^arn:aws:s3:::(prod|<stack>)-[\w-]+-starport-layer-bucket\/\*$/],
    reason: "AWS keeps the layers of images in buckets that are called prod in every stack",
  },
  {
    path: "environment/identity/identity-deploy:RolePolicy/policy/Statement/Services/Condition/StringEquals/aws:RequestedRegion/1",
    reason: COPIES,
  },
  {
    path: "environment/boundary:Policy/policy/Statement/*/Condition/StringEquals/aws:RequestedRegion/1",
    reason: COPIES,
  },
  {
    path: "environment/backups/backups-service-keys:RolePolicy/policy/Statement/*/Resource/1",
    reason: COPIES,
  },
  { path: "environment/backups/backups-replication:*", reason: COPIES },
  { path: "environment/backups/copies", reason: COPIES },
  { path: "environment/backups/copies:aws", reason: COPIES },
  { path: "environment/backups/backups:Plan/rules/daily/copyActions**", reason: COPIES },
  { path: "security/s3-replication/**", reason: COPIES },
];

const MANAGED = "AWS runs Prometheus and Alertmanager, and watches them";

const TOLD = "on AWS the commands tell CloudWatch, and an alarm of it tells of the same";

/** Docker against AWS. */
const across: readonly DeclaredDifference[] = [
  { path: "alerts/Host*", reason: "on AWS there is no host to look after" },
  { path: "alerts/Prometheus*", reason: MANAGED },
  { path: "alerts/Alertmanager*", reason: MANAGED },
  { path: "alerts/NotificationsFailing", reason: MANAGED },
  { path: "alerts/Probe*", reason: "on AWS a canary looks from outside, and has an alarm" },
  { path: "alerts/Edge*", reason: "on AWS the edge is a load balancer, and alarms look at it" },
  { path: "alerts/CriticalLogLines", reason: "on AWS CloudWatch counts them, and has an alarm" },
  { path: "alerts/LogLinesLost", reason: "on AWS every container writes to CloudWatch itself" },
  { path: "alerts/CertificateExpiring", reason: "AWS renews the certificate it has issued" },
  { path: "alerts/ContainerKilled", reason: "on AWS an event tells that a task has died" },
  {
    path: "alerts/ContainerThrottled",
    reason: "on AWS the processor limit is the task's, and nothing tells how often it holds the task back",
  },
  { path: "alerts/DeploymentFailed", reason: TOLD },
  { path: "alerts/DatabaseWraparound", reason: "on AWS an alarm of CloudWatch tells that ids run out" },
  {
    path: "alerts/DatabaseArchivingFails",
    reason: "on a host no log is archived: what is restored there is a dump",
  },
  { path: "alerts/Drift*", reason: TOLD },
  { path: "alerts/SecretOverdue", reason: TOLD },
  { path: "alerts/GivenSecretOverdue", reason: TOLD },
  {
    path: "objectives/deployment-success",
    reason: "on AWS the commands tell CloudWatch, and objectives are counted in Prometheus",
  },
];

/**
 * What staging and production do not have in common, and why. An entry is as narrow as it can be: of a file
 * it names the lines. One that nothing differs for any more is a violation, so these lists cannot rot.
 */
export const DIFFERENCES: DeclaredDifferences = { docker, aws, across };
