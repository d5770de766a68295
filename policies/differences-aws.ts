import {
  chosen,
  ADDRESS,
  BY_SIZE,
  GIVEN,
  HISTORY,
  ORIGINS,
  OWNER,
  OWN_IMAGE,
  RECEIVERS,
  RELEASE,
  ROTATION,
  ROUTING,
  SIZE,
  VERSION,
} from "./chosen";
import type { DeclaredDifference } from "./parity/compare";

const ONE_ZONE = "staging may be gone for as long as a zone is; production may not";
const COPIES = "production's backups are copied to a second region";
const CROWD = "staging has no crowd to grow for";
const OWNED = "what an account has once, one of its stacks makes for all";
const ACCOUNT = "each account has its own, and so may each stack";

/** Of the regions that something may be done in. */
const REGIONS = [/^(<region of (aws|copies)>|us-east-1)?$/];

/** Of a service that grows by a figure of its own, what its collector has to tell CloudWatch. */
const COLLECTOR =
  "environment/app/*/*/*:TaskDefinition/containerDefinitions/collector/environment/AOT_CONFIG_CONTENT";

/** What of the database's memory each purpose has. Its limits, its logs and what it loads are the same in all stacks. */
const SHARED_OUT =
  /^environment\/database\/database-[^/:]+:ParameterGroup\/parameters\/(effective_cache_size|work_mem|maintenance_work_mem)\/value$/;

/** Of two stacks on AWS. */
export const aws: readonly DeclaredDifference[] = [
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
    "**:TaskDefinition/containerDefinitions/*/memoryReservation",
    "environment/backups/**:TaskDefinition/ephemeralStorage/sizeInGib",
    "environment/backups/**:TaskDefinition/containerDefinitions/runner/environment/BACKUP_DRILL_MIB",
    "**:Service/desiredCount",
    "environment/monitoring/*-TasksMissing:MetricAlarm/threshold",
    "security/ecs-min-tasks/**",
    "environment/money/money:Budget/limitAmount",
    "environment/cache/cache:ReplicationGroup/nodeType",
    "environment/cache/cache:ReplicationGroup/numCacheClusters",
    "environment/monitoring/cache-*-CacheMemoryLow:MetricAlarm/threshold",
    "environment/database/database*:Instance/instanceClass",
    "environment/database/database*:Instance/*llocatedStorage",
    // Given with a large disk.
    "environment/database/database:Instance/iops",
    "environment/database/database:Instance/storageThroughput",
    "environment/monitoring/database-*Low:MetricAlarm/threshold",
    "environment/monitoring/database-*StorageOut:MetricAlarm/threshold",
    // Only small classes save up processor time.
    "environment/monitoring/database-*DatabaseCreditsLow:MetricAlarm",
    // Where production has replicas of its database, staging has one.
    "environment/database/database-replica-n:Instance/copies",
    /^environment\/database\/database-replica-(?!1-)\d+-log-\w+:LogGroup$/,
    /^environment\/monitoring\/database-replica-(?!1-)\d+-\w+:MetricAlarm$/,
    {
      path: "environment/monitoring/monitoring-DatabaseMoved:EventRule/eventPattern/detail/SourceArn/*",
      lines: [/^(.*-replica-\d+)?$/],
    },
  ),
  ...chosen(BY_SIZE, SHARED_OUT, {
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
    // Each node of the cache has its alarms, and each way out; one node by itself lags behind nobody.
    "environment/monitoring/cache-1-CacheReplicaLag:MetricAlarm",
    /^environment\/monitoring\/(cache|way-out)-(?!1-)\d+-\w+:MetricAlarm$/,
    "environment/database/database:Instance/multiAz",
    "security/rds-multi-az/**",
    /^environment\/network\/network-nat-[b-z]:(Eip|NatGateway)$/,
    "environment/network/network-*:VpcEndpoint/subnetIds/*",
    "environment/network/network-private-*:Route/natGatewayId",
  ),
  ...chosen(
    COPIES,
    // Beside these, us-east-1: where it is no region of the stack, what is global is changed by way of it.
    {
      path: "environment/identity/identity-deploy:RolePolicy/policy/Statement/Services/Condition/StringEquals/aws:RequestedRegion/*",
      lines: REGIONS,
    },
    {
      path: "environment/boundary:Policy/policy/Statement/*/Condition/StringEquals/aws:RequestedRegion/*",
      lines: REGIONS,
    },
    "environment/backups/backups-service-keys:RolePolicy/policy/Statement/*/Resource/1",
    "environment/backups/backups-replication:*",
    "environment/backups/copies",
    "environment/backups/copies:aws",
    "environment/backups/backups:Plan/rules/daily/copyActions**",
    "security/s3-replication/**",
  ),
  ...chosen(
    ROTATION,
    "**:RandomPassword/keepers/generation",
    // Each generation of a password is made anew beside the one before.
    /:SecretVersion\/secretString\/<.*-(even|odd):RandomPassword>$/,
  ),
  ...chosen(GIVEN, "environment/app/app-*:RandomPassword"),
  ...chosen(
    RECEIVERS,
    "environment/monitoring/*-messenger:Permission",
    "environment/monitoring/*-messenger:TopicSubscription",
    "environment/monitoring/*-email-*:TopicSubscription",
    "environment/monitoring/monitoring-messenger/*:Function/environment/variables/RECEIVERS/**",
    // Where all who hear of alerts are written to by SNS itself, or nobody hears.
    "environment/monitoring/monitoring-messenger",
    "environment/monitoring/monitoring-messenger:FunctionEventInvokeConfig",
    "environment/monitoring/monitoring-lost-messages:Queue",
    "environment/monitoring/messenger-Messages*:MetricAlarm",
    "environment/monitoring/messenger-MessengerFailing:MetricAlarm",
    // What a receiver is reached with.
    /^environment\/monitoring\/monitoring-[A-Z][A-Z0-9_]*:Secret(Version)?$/,
    {
      path: "environment/monitoring/monitoring-messenger/*:RolePolicy/policy/Statement/*",
      lines: [
        /^(\{"Effect":"Allow","Action":\["(secretsmanager:GetSecretValue|kms:Decrypt)"\],"Resource":\["<[^*]+)?$/,
      ],
    },
    {
      path: "environment/monitoring/monitoring-messenger/*:RolePolicy/policy/Statement/*/Resource/*",
      lines: [/^(<environment\/monitoring\/monitoring-[A-Z][A-Z0-9_]*:Secret\.arn>)?$/],
    },
    // An owner's topics, where it hears of its alerts instead of all others.
    new RegExp(`^environment/topics/topics-\\w+-${OWNER}:Topic(Policy)?$`),
    new RegExp(`^environment/monitoring/topic-\\w+-${OWNER}-MessagesUndelivered:MetricAlarm$`),
    {
      path: "environment/monitoring/monitoring-alertmanager:AlertManagerDefinition/definition",
      lines: ROUTING,
    },
  ),
  ...chosen(
    OWNED,
    "environment/identity/identity-github:OpenIdConnectProvider",
    "environment/money/money-*:CostAllocationTag",
    "environment/money/money:AnomalyMonitor",
    "environment/money/money:AnomalySubscription",
    "environment/topics/topics-info:TopicPolicy/policy/Statement/CostAnomalies",
    {
      path: "environment/keys/keys-messages:Key/policy/Statement/Publishers/Principal/Service/*",
      lines: [/^(costalerts\.amazonaws\.com)?$/],
    },
  ),
  ...chosen(
    ACCOUNT,
    "environment/edge/*:Record/zoneId",
    // Where the state is.
    {
      path: "environment/identity/identity-*:RolePolicy/policy/Statement/NoValues/NotResource**",
      lines: [/^(arn:aws:s3:::[\w.-]+\/\*)?$/],
    },
    {
      path: "environment/identity/identity-*:RolePolicy/policy/Statement/NoValues/Resource",
      lines: [/^\*?$/],
    },
  ),
  ...chosen(
    "where a name is too long it is cut, and the stack's is part of it",
    { path: "**:Bucket/bucketPrefix", lines: [/^mainstay-[\w<>-]+$/] },
    {
      path: "environment/monitoring/monitoring-canary:RolePolicy/policy/Statement/*/Resource/0",
      lines: [/:log-group:\/aws\/lambda\/cwsyn-mainstay-[\w<>-]+\*$/],
    },
  ),
  ...chosen("AWS keeps the layers of images in buckets that are called prod in every stack", {
    path: "environment/network/network-s3:VpcEndpoint/policy/Statement/LayersOfImages/Resource/0",
    lines: [/^arn:aws:s3:::(prod|<stack>)-<region of aws>-starport-layer-bucket\/\*$/],
  }),
];
