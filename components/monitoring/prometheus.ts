import type * as docker from "@pulumi/docker";
import { stringify } from "yaml";
import type { Environment } from "../../environment/environment";
import { HISTORY_SHARE } from "../../environment/fit-monitoring";
import { prometheusRules } from "../../observability/render";
import { goMemoryLimit, httpHealth, operatorPort } from "../docker/container-parts";
import type { ScrapeTarget } from "../kind";
import { ALERTMANAGER_PORT } from "./alertmanager";
import type { ContainerFactory } from "./container-factory";

export const PROMETHEUS_PORT = 9090;
/** Owner of its data in its image. */
const USER = "65534:65534";
const CONFIG = "/etc/prometheus";

export const prometheusTarget: ScrapeTarget = {
  job: "prometheus",
  hosts: ["prometheus"],
  port: PROMETHEUS_PORT,
  path: "/metrics",
};

/** Prometheus in a container: asks every target for its figures, and judges them by the rules. */
export function prometheus(
  factory: ContainerFactory,
  targets: readonly ScrapeTarget[],
  alertmanager: docker.Container,
): docker.Container {
  const { environment } = factory.context;
  const { memoryMiB, cpus, storageGiB, retentionDays } = environment.monitoring.prometheus;
  const { tiers } = factory.network;
  const args = {
    image: "prometheus",
    user: USER,
    command: [
      `--config.file=${CONFIG}/prometheus.yml`,
      "--storage.tsdb.path=/prometheus",
      `--storage.tsdb.retention.time=${retentionDays}d`,
      // Whichever comes first; a tenth of the disk is left for the write-ahead log.
      `--storage.tsdb.retention.size=${Math.floor(storageGiB * HISTORY_SHARE * 1024)}MB`,
      `--web.external-url=http://127.0.0.1:${environment.operatorPorts.prometheus}/`,
      "--enable-feature=exemplar-storage",
    ],
    env: goMemoryLimit(memoryMiB),
    memoryMiB,
    cpus,
    networks: [tiers.telemetry, tiers.operations, tiers.operator],
    ports: [operatorPort(PROMETHEUS_PORT, environment.operatorPorts.prometheus)],
    data: [{ volume: factory.volume("prometheus-data"), target: "/prometheus" }],
    files: [
      factory.files("prometheus-config", CONFIG, {
        "prometheus.yml": prometheusConfig(environment, targets),
        "rules.yml": prometheusRules(environment),
      }),
    ],
    tmpfs: { "/tmp": 16 },
    health: httpHealth(PROMETHEUS_PORT, "/-/ready"),
    processes: 1024,
    stopSeconds: 60,
  };
  return factory.container("prometheus", args, [alertmanager]);
}

/** prometheus.yml: what is scraped, how often, and where alerts go. */
export function prometheusConfig(
  { name, monitoring }: Environment,
  targets: readonly ScrapeTarget[],
): string {
  return stringify({
    global: {
      scrape_interval: `${monitoring.scrapeSeconds}s`,
      scrape_timeout: `${Math.min(10, monitoring.scrapeSeconds)}s`,
      evaluation_interval: `${monitoring.evaluationSeconds}s`,
      external_labels: { environment: name },
    },
    rule_files: [`${CONFIG}/rules.yml`],
    alerting: { alertmanagers: [{ static_configs: [{ targets: [`alertmanager:${ALERTMANAGER_PORT}`] }] }] },
    scrape_configs: targets.map(scrape),
  });
}

function scrape({ job, hosts, port, path, query, labels }: ScrapeTarget) {
  const addresses = hosts.map((host) => `${host}:${port}`);
  if (!query) return { job_name: job, metrics_path: path, static_configs: [{ targets: addresses }] };
  return {
    // Names have to differ where the job does not; the label decides what the job is called.
    job_name: [job, ...Object.values(labels ?? {})].join("-"),
    metrics_path: path,
    params: Object.fromEntries(Object.entries(query).map(([name, value]) => [name, [value]])),
    static_configs: [{ targets: addresses, labels: { job, ...labels } }],
  };
}
