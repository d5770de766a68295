import type { DeclaredDifference } from "./parity";

const SIZE = "staging is smaller: it serves nobody but those who test";
const ADDRESS = "each environment has an address of its own";

/**
 * What staging and production do not have in common, and why. An entry is as narrow as it can be: of a file
 * it names the lines. One that nothing differs for any more is a violation, so this list cannot rot.
 */
export const DIFFERENCES: readonly DeclaredDifference[] = [
  { path: "**:Container/memory", reason: SIZE },
  { path: "**:Container/memorySwap", reason: SIZE },
  { path: "**:Container/cpus", reason: SIZE },
  { path: "**:Container/shmSize", reason: SIZE },
  { path: "**:Container/copies", reason: SIZE },
  { path: "**:Container/envs/GOMEMLIMIT", reason: SIZE },
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
    reason: "nobody opens tickets for what staging only informs of",
  },
  { path: "environment/app/*/envs/PUBLIC_URL", reason: ADDRESS },
  { path: "environment/app/*/envs/CORS_ORIGINS", reason: ADDRESS },
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
