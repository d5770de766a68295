import type * as docker from "@pulumi/docker";
import { stringify } from "yaml";
import { LINES_PORT } from "../docker/container";
import { goMemoryLimit, httpHealth } from "../docker/container-parts";
import type { ScrapeTarget } from "../kind";
import type { ContainerFactory } from "./container-factory";
import { VECTOR_PORTS, vectorConfig } from "./vector";

const STORE = "logs";
const SHIPPER = "log-shipper";
export const LOKI_PORT = 3100;
const LOKI_CONFIG = "/etc/loki";
const SHIPPER_CONFIG = "/etc/vector";

export const logTargets: readonly ScrapeTarget[] = [
  { job: "loki", hosts: [STORE], port: LOKI_PORT, path: "/metrics" },
  { job: "shipper", hosts: [SHIPPER], port: VECTOR_PORTS.metrics, path: "/metrics" },
];

/** Loki, which keeps the lines of all containers, and what hands them to it. */
export function logs(factory: ContainerFactory): void {
  shipper(factory, store(factory));
}

function store(factory: ContainerFactory): docker.Container {
  const { telemetry, operations } = factory.network.tiers;
  const { memoryMiB, cpus, retentionDays } = factory.context.environment.monitoring.loki;
  return factory.container(STORE, {
    image: "loki",
    user: "10001:10001",
    command: [`-config.file=${LOKI_CONFIG}/loki.yaml`],
    env: goMemoryLimit(memoryMiB),
    memoryMiB,
    cpus,
    networks: [telemetry, operations],
    data: [{ volume: factory.volume("logs-data"), target: "/loki" }],
    files: [factory.files("logs-config", LOKI_CONFIG, { "loki.yaml": lokiConfig(retentionDays) })],
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

function shipper(factory: ContainerFactory, store: docker.Container): void {
  const { telemetry, operations, operator } = factory.network.tiers;
  const { environment, prefix } = factory.context;
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
      factory.files("log-shipper-config", SHIPPER_CONFIG, {
        "vector.yaml": vectorConfig(environment.name, prefix, `http://${STORE}:${LOKI_PORT}`),
      }),
    ],
    tmpfs: { "/tmp": 16 },
    logs: "host" as const,
    health: httpHealth(VECTOR_PORTS.health, "/health"),
    processes: 256,
  };
  factory.container(SHIPPER, args, [store]);
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
