import type * as docker from "@pulumi/docker";
import { stringify } from "yaml";
import { grafanaBoardProvider, grafanaBoards, hostLinks } from "../../observability/render";
import { goMemoryLimit, httpHealth, operatorPort } from "../docker/container-parts";
import { generatedSecret } from "../secrets";
import type { ScrapeTarget } from "../kind";
import { ALERTMANAGER_PORT } from "./alertmanager";
import { GRAFANA_PORT, GRAFANA_PROVISIONING, GRAFANA_SETTINGS } from "./grafana-settings";
import { LOKI_PORT } from "./logs";
import { PROMETHEUS_PORT } from "./prometheus";
import type { ContainerFactory } from "./container-factory";

export const grafanaTarget: ScrapeTarget = {
  job: "grafana",
  hosts: ["grafana"],
  port: GRAFANA_PORT,
  path: "/metrics",
};

/** Grafana in a container, with its data sources and boards. */
export function grafana(factory: ContainerFactory, jaegerUrl: string, prometheus: docker.Container): void {
  const { context, network } = factory;
  const { environment } = context;
  const { memoryMiB, cpus } = environment.monitoring.grafana;
  const { operatorPorts } = environment;
  const password = generatedSecret(environment, "grafana-password", 32, { parent: factory.parent });
  const args = {
    image: "grafana",
    user: "472:0",
    env: {
      ...GRAFANA_SETTINGS,
      GF_SECURITY_ADMIN_PASSWORD__FILE: "/run/secrets/admin-password",
      GF_SERVER_ROOT_URL: `http://127.0.0.1:${operatorPorts.grafana}/`,
      ...goMemoryLimit(memoryMiB),
    },
    memoryMiB,
    cpus,
    networks: [network.tiers.operations, network.tiers.operator],
    ports: [operatorPort(GRAFANA_PORT, operatorPorts.grafana)],
    files: [
      factory.files("grafana-config", GRAFANA_PROVISIONING, provisioning(jaegerUrl, hostLinks(environment))),
      factory.files("grafana-secrets", "/run/secrets", { "admin-password": password }),
    ],
    // Its database begins anew at every start: Grafana takes the administrator's password into it only once, and all
    // else in it is provisioned.
    tmpfs: { "/var/lib/grafana": 64, "/tmp": 32 },
    health: httpHealth(GRAFANA_PORT, "/api/health", 120),
    processes: 512,
  };
  factory.container("grafana", args, [prometheus]);
}

/** The files Grafana is set up by, under its provisioning folder. */
function provisioning(jaegerUrl: string, links: ReturnType<typeof hostLinks>): Record<string, string> {
  // Grafana reads providers from the files of the folder itself; what is below it is left to them.
  const boards = "dashboards/boards";
  const files = Object.entries(grafanaBoards(links, "selfHosted")).map(([file, board]) => [
    `${boards}/${file}`,
    board,
  ]);
  return {
    "datasources/datasources.yaml": grafanaDatasources(jaegerUrl),
    "dashboards/dashboards.yaml": grafanaBoardProvider(`${GRAFANA_PROVISIONING}/${boards}`),
    ...(Object.fromEntries(files) as Record<string, string>),
  };
}

/** Grafana's data sources, under fixed ids that boards can name. */
function grafanaDatasources(jaegerUrl: string): string {
  const source = (name: string, type: string, url: string, more: Record<string, unknown> = {}) => ({
    name,
    uid: type,
    type,
    access: "proxy",
    url,
    editable: false,
    ...more,
  });
  return stringify({
    apiVersion: 1,
    datasources: [
      source("Prometheus", "prometheus", `http://prometheus:${PROMETHEUS_PORT}`, {
        isDefault: true,
        // A point of a latency graph leads to the trace it was measured in.
        jsonData: { exemplarTraceIdDestinations: [{ name: "trace_id", datasourceUid: "jaeger" }] },
      }),
      source("Alertmanager", "alertmanager", `http://alertmanager:${ALERTMANAGER_PORT}`, {
        jsonData: { implementation: "prometheus" },
      }),
      source("Jaeger", "jaeger", jaegerUrl, {
        // A span leads to the lines of its request, whichever container wrote them.
        jsonData: {
          tracesToLogsV2: {
            datasourceUid: "loki",
            customQuery: true,
            query: '{container=~".+"} |= "${__trace.traceId}"',
          },
        },
      }),
      source("Loki", "loki", `http://logs:${LOKI_PORT}`, {
        // A line leads to the trace it belongs to.
        jsonData: {
          derivedFields: [
            {
              name: "trace",
              matcherRegex: '"traceId":"(\\w+)"',
              url: "${__value.raw}",
              datasourceUid: "jaeger",
              urlDisplayLabel: "Trace",
            },
          ],
        },
      }),
    ],
  });
}
