import { BASE_IMAGES, IMAGES } from "../environment/images";
import type { DeclaredDifference, DeclaredDifferences } from "./parity";

type Place = Pick<DeclaredDifference, "path" | "lines">;

/** What each stack's file chooses for itself: wherever it says the same in two of them, nothing is missing. */
const chosen = (reason: string, ...places: readonly (string | Place)[]): DeclaredDifference[] =>
  places.map((place) => ({
    ...(typeof place === "string" ? { path: place } : place),
    optional: true,
    reason,
  }));

const RELEASE = "a release is in staging first, and is taken back where it fails";
const SIZE = "staging is smaller: it serves nobody but those who test";
const BY_SIZE = "it is shared out or judged by what there is of it";
const ADDRESS = "each environment has an address of its own";
const HISTORY = "production's history is longer, so that a quarter can be compared with the last";
const ONE_ZONE = "staging may be gone for as long as a zone is; production may not";
const COPIES = "production's backups are copied to a second region";
const CROWD = "staging has no crowd to grow for";
const HEARERS = "nobody is woken for staging, and nobody opens tickets for what it only informs of";
const OWNED = "an account has one, which one of its stacks makes for all";

/** Of the images table, those that others make. */
const THIRD_PARTY = Object.keys(IMAGES).filter((name) => !(name in BASE_IMAGES));
/** The name of any other image: Mainstay's own, and those a stack names for its services. */
const OWN_IMAGE = `(?!(?:${THIRD_PARTY.join("|")})(?![a-z0-9-]))[a-z0-9-]+`;
/** Of a repository that both have. */
const VERSION = /^[\w.-]+(@sha256:[0-9a-f]{64})?$|^sha256:[0-9a-f]{64}$/;

/** Addresses there are, and no stars: who may call is never wider in one of the two. */
const ORIGINS = [/^https:\/\/[^*]+$/];

const docker: readonly DeclaredDifference[] = [
  ...chosen(RELEASE, {
    path: new RegExp(`^environment/image-${OWN_IMAGE}:RemoteImage/image/[^/]+$`),
    lines: [VERSION],
  }),
  ...chosen(
    SIZE,
    "**:Container/memory",
    "**:Container/memorySwap",
    "**:Container/cpus",
    "**:Container/shmSize",
    "**:Container/copies",
    "**:Container/envs/GOMEMLIMIT",
    "environment/backups/**:Container/envs/BACKUP_DRILL_MIB",
  ),
  ...chosen(
    BY_SIZE,
    {
      path: "environment/database/**/files.postgresql.conf/content",
      lines: [/^(shared_buffers|effective_cache_size|work_mem|maintenance_work_mem) = \d+(kB|MB)$/],
    },
    { path: "environment/cache/**/files.redis.conf/content", lines: [/^maxmemory \d+mb$/] },
    { path: "environment/tracing/**/files.config.yaml/content", lines: [/^max_traces: \d+$/] },
    {
      path: "environment/monitoring/**/files.prometheus.yml/content",
      lines: [/^- [a-z0-9-]+-\d+:\d+$/],
    },
    {
      path: "environment/monitoring/**/files.rules.yml/content",
      lines: [
        /^expr: vector\([\d.]+\)$/,
        /^expr: sum by \(instance\) \(.*pg_database_size_bytes.*\) \/ \d+ > (0\.\d+|1)$/,
      ],
    },
  ),
  ...chosen(HISTORY, "environment/monitoring/prometheus:Container/command/*", {
    path: "environment/monitoring/**/files.loki.yaml/content",
    lines: [/^retention_period: \d+h$/],
  }),
  ...chosen(HEARERS, {
    path: "environment/monitoring/**/files.alertmanager.yml/content",
    lines: [/^- url: https?:\/\/\S+$/],
  }),
  ...chosen(
    ADDRESS,
    "docker:docker/host",
    "environment/app/*/envs/PUBLIC_URL",
    { path: "environment/app/*/envs/CORS_ORIGINS", lines: ORIGINS },
    "environment/edge/*:CertRequest/dnsNames/*",
    "environment/edge/*:CertRequest/subject/commonName",
    {
      path: "environment/edge/**/files.nginx.conf/content",
      lines: [/^server_name [\w.<>-]+;$/, /^"https:\/\/[\w.<>-]+" (\$http_origin|true);$/],
    },
    {
      path: "environment/edge/**/files.config.yml/content",
      lines: [/^(Host|server_name): [\w.<>-]+$/],
    },
  ),
];

/** Of a service that grows by a figure of its own, what its collector has to tell CloudWatch. */
const COLLECTOR =
  "environment/app/*/*/*:TaskDefinition/containerDefinitions/collector/environment/AOT_CONFIG_CONTENT";

const aws: readonly DeclaredDifference[] = [
  ...chosen(RELEASE, {
    path: new RegExp(`/containerDefinitions/[^/]+/image/[^/]+\\.mainstay-<stack>\\.${OWN_IMAGE}$`),
    lines: [VERSION],
  }),
  ...chosen(
    SIZE,
    "**:TaskDefinition/cpu",
    "**:TaskDefinition/memory",
    "**:TaskDefinition/containerDefinitions/*/cpu",
    "**:TaskDefinition/containerDefinitions/*/memory",
    "environment/backups/**:TaskDefinition/ephemeralStorage/sizeInGib",
    "environment/backups/**:TaskDefinition/containerDefinitions/runner/environment/BACKUP_DRILL_MIB",
    "**:Service/desiredCount",
    "environment/monitoring/*-TasksMissing:MetricAlarm/threshold",
    "security/ecs-min-tasks/**",
    "environment/money/money:Budget/limitAmount",
    "environment/cache/cache:ReplicationGroup/nodeType",
    "environment/cache/cache:ReplicationGroup/numCacheClusters",
    "environment/monitoring/cache-*-CacheMemoryLow:MetricAlarm/threshold",
    "environment/database/database:Instance/instanceClass",
    "environment/database/database:Instance/*llocatedStorage",
    "environment/monitoring/database-Database*Low:MetricAlarm/threshold",
    "environment/monitoring/database-DatabaseStorageOut:MetricAlarm/threshold",
    // Only small classes save up processor time.
    "environment/monitoring/database-DatabaseCreditsLow:MetricAlarm",
  ),
  ...chosen(BY_SIZE, "environment/database/database-*:ParameterGroup/parameters/*/value", {
    path: "environment/monitoring/monitoring-rules:RuleGroupNamespace/data",
    lines: [
      /^expr: vector\([\d.]+\)$/,
      /^expr: sum by \(instance\) \(.*pg_database_size_bytes.*\) \/ \d+ > [\d.]+$/,
    ],
  }),
  ...chosen(HISTORY, "environment/metrics/metrics:WorkspaceConfiguration/retentionPeriodInDays"),
  ...chosen(
    CROWD,
    "environment/app/*/*:Service/*:Policy",
    "environment/app/*/*:Service/*:Policy/targetTrackingScalingPolicyConfiguration/targetValue",
    "environment/app/*/*:Service/*:Target",
    "environment/app/*/*:Service/*:Target/*Capacity",
    `${COLLECTOR}/exporters/awsemf`,
    `${COLLECTOR}/processors/*.figures`,
    `${COLLECTOR}/service/pipelines/metrics.figures`,
    "environment/app/*/*/*-task:RolePolicy/policy/Statement/Figures",
  ),
  ...chosen(
    ADDRESS,
    "environment/app/**:TaskDefinition/containerDefinitions/*/environment/PUBLIC_URL",
    {
      path: "environment/app/**:TaskDefinition/containerDefinitions/*/environment/CORS_ORIGINS",
      lines: ORIGINS,
    },
    "environment/edge/edge:Certificate/domainName",
    "environment/edge/edge:Record/name",
    "environment/monitoring/monitoring-canary:Canary/runConfig/environmentVariables/LOOKS/*/url",
    "environment/monitoring/monitoring-canary:Canary/runConfig/environmentVariables/LOOKS/*/location",
  ),
  ...chosen(
    ONE_ZONE,
    "environment/cache/cache:ReplicationGroup/automaticFailoverEnabled",
    "environment/cache/cache:ReplicationGroup/multiAzEnabled",
    "security/cache-failover/**",
    "security/cache-multi-az/**",
    // Each node of the cache has its alarms.
    "environment/monitoring/cache-*-Cache*:MetricAlarm",
    "environment/database/database:Instance/multiAz",
    "security/rds-multi-az/**",
    "environment/network/network-nat-*:Eip",
    "environment/network/network-nat-*:NatGateway",
    "environment/monitoring/way-out-*:MetricAlarm",
    "environment/network/network-*:VpcEndpoint/subnetIds/*",
    "environment/network/network-private-*:Route/natGatewayId",
  ),
  ...chosen(
    COPIES,
    "environment/identity/identity-deploy:RolePolicy/policy/Statement/Services/Condition/StringEquals/aws:RequestedRegion/1",
    "environment/boundary:Policy/policy/Statement/*/Condition/StringEquals/aws:RequestedRegion/1",
    "environment/backups/backups-service-keys:RolePolicy/policy/Statement/*/Resource/1",
    "environment/backups/backups-replication:*",
    "environment/backups/copies",
    "environment/backups/copies:aws",
    "environment/backups/backups:Plan/rules/daily/copyActions**",
    "security/s3-replication/**",
  ),
  ...chosen(
    HEARERS,
    "environment/monitoring/info-messenger:*",
    "environment/monitoring/monitoring-messenger/*:Function/environment/variables/RECEIVERS/topics/*info:Topic.name>",
    "environment/monitoring/monitoring-messenger/*:Function/environment/variables/RECEIVERS/topics/*escalation:Topic.name>/receivers/2",
    "environment/monitoring/monitoring-messenger/*:Function/environment/variables/RECEIVERS/receivers/info-0",
  ),
  ...chosen(OWNED, "environment/identity/identity-github:OpenIdConnectProvider"),
  ...chosen("a canary's name has 21 characters at most in its function's, and the stack's is part of it", {
    path: "environment/monitoring/monitoring-canary:RolePolicy/policy/Statement/*/Resource/0",
    lines: [/:\/aws\/lambda\/cwsyn-mainstay-<stack>-out\w*\*$/],
  }),
  ...chosen("AWS keeps the layers of images in buckets that are called prod in every stack", {
    path: "environment/network/network-s3:VpcEndpoint/policy/Statement/LayersOfImages/Resource/0",
    lines: [/^arn:aws:s3:::(prod|<stack>)-[\w-]+-starport-layer-bucket\/\*$/],
  }),
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
  { path: "alerts/OwnCertificateExpiring", reason: "on AWS the environment has no authority of its own" },
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
