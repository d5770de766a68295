import { stringify } from "yaml";
import { grafanaBoardProvider, grafanaBoards, type BoardLinks } from "../../observability/render";
import { GRAFANA_PROVISIONING } from "./grafana-settings";

/** Grafana puts them into the file when it starts: the image knows no environment's addresses. */
export const DATASOURCE_VARIABLES = {
  prometheus: "PROMETHEUS_URL",
  alertmanager: "ALERTMANAGER_URL",
  region: "AWS_REGION",
} as const;

/**
 * The files Grafana is set up by on AWS, under its provisioning folder. They stand in the image: a task has no place
 * for them that is large enough, and no volume survives it.
 */
export function awsProvisioning(links: BoardLinks): Readonly<Record<string, string>> {
  const boards = "dashboards/boards";
  const files = Object.entries(grafanaBoards(links, "managed")).map(([file, board]) => [
    `${boards}/${file}`,
    board,
  ]);
  return {
    "datasources/datasources.yaml": datasources(),
    "dashboards/dashboards.yaml": grafanaBoardProvider(`${GRAFANA_PROVISIONING}/${boards}`),
    ...(Object.fromEntries(files) as Record<string, string>),
  };
}

/** Under the ids they have on a Docker host. Traces are looked at in the console, where the boards lead. */
function datasources(): string {
  const { prometheus, alertmanager, region } = DATASOURCE_VARIABLES;
  const signed = { sigV4Auth: true, sigV4AuthType: "default", sigV4Region: `$${region}` };
  const source = (name: string, type: string, url: string | undefined, jsonData: object) => ({
    name,
    uid: type,
    type,
    access: "proxy",
    ...(url === undefined ? {} : { url }),
    editable: false,
    isDefault: type === "prometheus",
    jsonData,
  });
  return stringify({
    apiVersion: 1,
    datasources: [
      source("Prometheus", "prometheus", `$${prometheus}`, { httpMethod: "POST", ...signed }),
      source("Alertmanager", "alertmanager", `$${alertmanager}`, { implementation: "prometheus", ...signed }),
      source("CloudWatch", "cloudwatch", undefined, { authType: "default", defaultRegion: `$${region}` }),
    ],
  });
}
