import {
  chosen,
  ADDRESS,
  BY_SIZE,
  GIVEN,
  HISTORY,
  ORIGINS,
  OWN_IMAGE,
  RECEIVERS,
  RELEASE,
  ROTATION,
  ROUTING,
  SIZE,
  VERSION,
} from "./chosen";
import { aws } from "./differences-aws";
import type { DeclaredDifference, DeclaredDifferences } from "./parity/compare";

/** Under which name the edge is asked for from inside. */
const PROBED = [/^(Host|server_name): [\w.<>-]+$/];
/** Of the same, where receivers are, how they are spoken to, and what they are told. */
const RECEIVING = [
  /^\w+_configs:$/,
  /^(- )?(url|api_url_file|channel|routing_key_file|to|from|smarthost|auth_\w+|send_resolved): /,
  /^(- )?(severity|title|text|description|links|href):/,
  /^((Runbook|Dashboard): )?\{\{.*\}\}/,
];

/** A volume of files, below what it is a part of and called as that is, and its name on the host. */
const FILES = /\/([a-z0-9-]+)\/\1-[0-9a-f]{8}:Volume$/;
const FILES_NAME = /^mainstay-<stack>-[a-z0-9-]+-[0-9a-f]{8}$/;

/** Of two stacks on Docker hosts. */
const docker: readonly DeclaredDifference[] = [
  ...chosen(RELEASE, {
    path: new RegExp(`^environment/(image-${OWN_IMAGE}|[a-z0-9-]+-candidate):RemoteImage/image/[^/]+$`),
    lines: [VERSION],
  }),
  ...chosen(RELEASE, "environment/*-candidate:RemoteImage", "environment/app/*-candidate-n:Container", {
    path: "environment/edge/**/files.nginx.conf/content",
    lines: [/^\d+% [a-z0-9-]+-candidate:\d+;$/],
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
        // Where the operators find the boards.
        /^dashboard_url: http:\/\/127\.0\.0\.1:\d+\//,
      ],
    },
  ),
  ...chosen(
    HISTORY,
    {
      path: "environment/monitoring/prometheus:Container/command/*",
      lines: [/^--storage\.tsdb\.retention\.(time|size)=\w+$/],
    },
    { path: "environment/monitoring/**/files.loki.yaml/content", lines: [/^retention_period: \d+h$/] },
  ),
  ...chosen(
    ROTATION,
    "**:RandomPassword/keepers/generation",
    // Each generation of a password is made anew beside the one before.
    /:Container\/(labels|uploads|dependsOn)\/<.*-(even|odd):RandomPassword>$/,
  ),
  ...chosen(RECEIVERS, {
    path: "environment/monitoring/**/files.alertmanager.yml/content",
    lines: [...ROUTING, ...RECEIVING],
  }),
  ...chosen(
    RECEIVERS,
    "environment/monitoring/alertmanager-secrets",
    "environment/monitoring/alertmanager:Container/mounts/run.secrets",
    "environment/monitoring/alertmanager:Container/labels/<environment/files-digest-key:RandomPassword>",
  ),
  ...chosen(GIVEN, "environment/app/app-*:RandomPassword"),
  ...chosen(
    ADDRESS,
    "docker:docker/host",
    "environment/app/*/envs/PUBLIC_URL",
    { path: "environment/app/*/envs/CORS_ORIGINS", lines: ORIGINS },
    "environment/edge/*:CertRequest/dnsNames/*",
    "environment/edge/*:CertRequest/subject/commonName",
    {
      path: "environment/edge/**/files.nginx.conf/content",
      lines: [
        /^server_name [\w.<>-]+;$/,
        /^"https:\/\/[\w.<>-]+" (\$http_origin|true);$/,
        /^return 308 https:\/\/\$host(:\d+)?\$request_uri;$/,
      ],
    },
    "environment/edge/edge:Container/ports/*/ip",
    "**:Container/ports/*/external",
    "**:Container/logOpts/syslog-address",
    { path: "environment/monitoring/alertmanager:Container/command/*", lines: [/^--web\.external-url=/] },
    "environment/monitoring/grafana:Container/envs/GF_SERVER_ROOT_URL",
    {
      path: "environment/monitoring/**/files.dashboards.boards.*/content",
      lines: [/^"url": "http:\/\/127\.0\.0\.1:\d+/],
    },
  ),
  ...chosen(
    "staging may have a certificate of its own authority",
    "environment/edge/edge-server-*:*",
    "environment/edge/edge-secrets/edge-secrets-carrier:Container/uploads/files.server.*/content",
    "environment/edge/probe-exporter-authority",
    "environment/edge/probe-exporter-authority/*:Container/uploads/files.authority.pem/content",
    "environment/edge/probe-exporter-authority/*:Container/labels/<**>",
    {
      path: "environment/edge/**/files.config.yml/content",
      lines: [/^ca_file: \/run\/secrets\/authority\.pem$/, ...PROBED],
    },
    "environment/edge/probe-exporter:Container/mounts/run.secrets",
    "environment/edge/probe-exporter:Container/labels/<**>",
  ),
  ...chosen("a volume is called by the names of the files in it, which are compared themselves", FILES, {
    path: "**:Container/mounts/*/source",
    lines: [FILES_NAME],
  }),
  ...chosen(
    "backups of staging may be lost with their host",
    "environment/backups/aws:aws",
    "environment/backups/backups-bucket",
    "environment/backups/backups-bucket:Volume",
    "environment/backups/**/files.aws-credentials",
    "environment/backups/backups:Container/envs/AWS_DEFAULT_REGION",
    "environment/backups/backups:Container/envs/BACKUP_CREDENTIALS_FILE",
    "environment/backups/backups:Container/envs/BACKUP_REPOSITORY",
    "environment/backups/backups:Container/mounts/bucket",
    "environment/backups/backups:Container/networksAdvanced/mainstay-<stack>-egress",
  ),
];

const MANAGED = "AWS runs Prometheus and Alertmanager, and watches them";

const TOLD = "on AWS the commands tell CloudWatch, and an alarm of it tells of the same";

/** Docker against AWS. */
const across: readonly DeclaredDifference[] = [
  { path: "alerts/Host*", reason: "on AWS there is no host to look after" },
  { path: "alerts/Prometheus*", reason: MANAGED },
  { path: "alerts/Alertmanager*", reason: MANAGED },
  { path: "alerts/NotificationsFailing", reason: MANAGED },
  {
    path: "alerts/MonitoringRestarting",
    reason: "on AWS Prometheus is managed, and an event tells that a task of an exporter has died",
  },
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
 * What staging and production do not have in common, and why. An entry is as narrow as it can be: of a file it names
 * the lines. On one platform all of it is chosen in stacks' files; a test makes each of these choices. Between platforms
 * a difference is always there, and an entry that nothing differs for any more is a violation. So these lists cannot rot.
 */
export const DIFFERENCES: DeclaredDifferences = { docker, aws, across };
