import type * as docker from "@pulumi/docker";
import { stringify } from "yaml";
import type { Metric } from "../../observability/metrics";
import { EDGE } from "../../observability/metrics/edge";
import { CRITICAL_LINES } from "../../observability/metrics/logs";
import { LINES_PORT } from "../docker/container";
import { EDGE_NAME } from "../edge/contract";
import type { ScrapeTarget } from "../kind";
import { answers, goMemory, type Workshop } from "./workshop";

const STORE = "logs";
const SHIPPER = "log-shipper";
export const LOKI_PORT = 3100;
const HEALTH_PORT = 8686;
const METRICS_PORT = 9598;
const LOKI_CONFIG = "/etc/loki";
const SHIPPER_CONFIG = "/etc/vector";
const YEAR_SECONDS = 365 * 86_400;

export const logTargets: readonly ScrapeTarget[] = [
  { job: "loki", hosts: [STORE], port: LOKI_PORT, path: "/metrics" },
  { job: "shipper", hosts: [SHIPPER], port: METRICS_PORT, path: "/metrics" },
];

/** Loki, which keeps the lines of all containers, and what hands them to it. */
export function logs(workshop: Workshop): void {
  shipper(workshop, store(workshop));
}

function store(workshop: Workshop): docker.Container {
  const { telemetry, operations } = workshop.network.tiers;
  const { memoryMiB, cpus, retentionDays } = workshop.context.environment.monitoring.loki;
  return workshop.container(STORE, {
    image: "loki",
    user: "10001:10001",
    command: [`-config.file=${LOKI_CONFIG}/loki.yaml`],
    env: goMemory(memoryMiB),
    memoryMiB,
    cpus,
    networks: [telemetry, operations],
    data: [{ volume: workshop.volume("logs-data"), target: "/loki" }],
    files: [workshop.files("logs-config", LOKI_CONFIG, { "loki.yaml": lokiConfig(retentionDays) })],
    tmpfs: { "/tmp": 16 },
    logs: "host",
    health: {
      // The image has busybox in a folder of its own, for debugging.
      command: ["/busybox/wget", "-q", "-O", "/dev/null", `http://127.0.0.1:${LOKI_PORT}/ready`],
      startSeconds: 90,
    },
    processes: 512,
    stopSeconds: 60,
  });
}

function shipper(workshop: Workshop, store: docker.Container): void {
  const { telemetry, operations, operator } = workshop.network.tiers;
  const { environment, prefix } = workshop.context;
  const args = {
    image: "vector",
    user: "10064:10064",
    command: ["--config", `${SHIPPER_CONFIG}/vector.yaml`],
    memoryMiB: environment.monitoring.shipper.memoryMiB,
    cpus: environment.monitoring.shipper.cpus,
    networks: [telemetry, operations, operator],
    ports: [
      {
        internal: LINES_PORT,
        external: environment.operatorPorts.logs,
        ip: "127.0.0.1",
        protocol: "udp" as const,
      },
    ],
    files: [
      workshop.files("log-shipper-config", SHIPPER_CONFIG, {
        "vector.yaml": vectorConfig(environment.name, prefix),
      }),
    ],
    tmpfs: { "/tmp": 16 },
    logs: "host" as const,
    health: answers(HEALTH_PORT, "/health"),
    processes: 256,
  };
  workshop.container(SHIPPER, args, [store]);
}

/**
 * Loki's configuration: one process, files on its volume, and an end to what is old.
 *
 * @param retentionDays how long a line is kept
 */
function lokiConfig(retentionDays: number): string {
  return stringify({
    auth_enabled: false,
    analytics: { reporting_enabled: false },
    server: { http_listen_port: LOKI_PORT, grpc_listen_port: 9096, log_level: "warn", log_format: "json" },
    common: {
      instance_addr: "127.0.0.1",
      path_prefix: "/loki",
      replication_factor: 1,
      ring: { kvstore: { store: "inmemory" } },
      storage: { filesystem: { chunks_directory: "/loki/chunks", rules_directory: "/loki/rules" } },
    },
    schema_config: {
      configs: [
        {
          from: "2024-01-01",
          store: "tsdb",
          object_store: "filesystem",
          schema: "v13",
          index: { prefix: "index_", period: "24h" },
        },
      ],
    },
    compactor: {
      working_directory: "/loki/compactor",
      retention_enabled: true,
      delete_request_store: "filesystem",
    },
    limits_config: {
      retention_period: `${retentionDays * 24}h`,
      // A process that writes without end is cut off, not the store.
      ingestion_rate_mb: 4,
      ingestion_burst_size_mb: 8,
      max_line_size: "64KB",
      max_line_size_truncate: true,
    },
  });
}

/**
 * Vector's configuration: lines come in as syslog, and go to Loki as they are. The container they are from is
 * their label; what is in them (level, correlation id, trace) is read when somebody asks. Those of the edge are
 * counted on the way, and those in which somebody says that it cannot go on.
 *
 * @param prefix what the names of the environment's containers begin with: lines of others are not taken
 */
export function vectorConfig(environment: string, prefix: string): string {
  return stringify({
    data_dir: "/tmp",
    api: { enabled: true, address: `127.0.0.1:${HEALTH_PORT}` },
    sources: {
      containers: { type: "syslog", mode: "udp", address: `0.0.0.0:${LINES_PORT}`, max_length: 65_535 },
      own: { type: "internal_metrics" },
    },
    transforms: {
      named: { type: "remap", inputs: ["containers"], source: named(`${prefix}-`) },
      edge: { type: "remap", inputs: ["named"], source: EDGE_REQUEST },
      counted: { type: "log_to_metric", inputs: ["edge"], metrics: EDGE.map(counted) },
      critical: { type: "remap", inputs: ["named"], source: CRITICAL_LINE },
      alarming: { type: "log_to_metric", inputs: ["critical"], metrics: CRITICAL_LINES.map(counted) },
    },
    sinks: {
      store: {
        type: "loki",
        inputs: ["named"],
        endpoint: `http://${STORE}:${LOKI_PORT}`,
        // Vector takes no label whose beginning a line could choose.
        labels: { environment, container: `${prefix}-{{ container }}` },
        encoding: { codec: "text" },
        out_of_order_action: "accept",
        buffer: { type: "memory", max_events: 2000, when_full: "drop_newest" },
      },
      figures: {
        type: "prometheus_exporter",
        inputs: ["own", "counted", "alarming"],
        address: `0.0.0.0:${METRICS_PORT}`,
        // What is rare would be forgotten after a minute, and counted from nothing again.
        flush_period_secs: YEAR_SECONDS,
        // A counter has its value now, not when the newest line was written.
        suppress_timestamp: true,
      },
    },
  });
}

/** A container's name without the prefix, as a field. */
const named = (prefix: string) => `name = string(.appname) ?? ""
if !starts_with(name, "${prefix}") { abort }
.container = replace(name, "${prefix}", "", count: 1)
`;

/**
 * Of a line of the edge, what its metrics are made of, by their labels and names. A service has answered if the
 * last one that was asked, of those in the list, began to: "-, 0.012" is an answer at the second try.
 */
const EDGE_REQUEST = `if .container != "${EDGE_NAME}" { abort }
line = object(parse_json(string(.message) ?? "") ?? null) ?? {}
if !is_integer(line.status) { abort }
answered = match(string(line.upstreamHeaderSeconds) ?? "", r'[0-9]$')
by = if answered { "service" } else { "edge" }
. = {
  "status_code": line.status,
  "answered_by": by,
  "edge_requests_in_progress": line.inProgress
}
`;

/**
 * A line in which a container says that it cannot go on: by its level, or as PostgreSQL and nginx write it. Where these
 * quote a caller, it is further on in the line; and nginx takes callers' failed handshakes for critical.
 */
const CRITICAL_LINE = `message = string(.message) ?? ""
line = object(parse_json(message) ?? null) ?? {}
level = string(line.level) ?? ""
panic = match(message, r'^\\S+ \\S+ \\S+ \\[\\d+\\] user=\\S* db=\\S* app=\\S* PANIC: ')
emergency = match(message, r'^\\S+ \\S+ \\[(alert|emerg)\\] ')
if level != "critical" && level != "fatal" && !panic && !emergency { abort }
. = { "container": .container }
`;

/** A metric of the catalogue as Vector makes it of events: labels are fields of their own, a gauge is under its name. */
const counted = ({ name, type, labels }: Metric) => ({
  type,
  name,
  field: labels[0] ?? name,
  tags: Object.fromEntries(labels.map((label) => [label, `{{ ${label} }}`])),
});
