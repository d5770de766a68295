import Docker from "dockerode";
import { inject } from "vitest";
import type { Graph } from "../../../graph";
import { readStackFiles, type StackConfiguration } from "../../../environment/stack-files";
import { exec, logs, type Launched } from "./launch";

/** The stack whose graph is started: `local`, with other names, ports and images. */
export const STACK = "dockertest";

/** Ports of the host nothing else is likely to have. */
export const PORTS: Readonly<Record<Port, number>> = {
  http: 21080,
  https: 21443,
  database: 25432,
  cache: 26379,
  api: 28002,
  prometheus: 29091,
  grafana: 23002,
  alertmanager: 29094,
  jaeger: 26688,
  logs: 25514,
};

type Port =
  | "http"
  | "https"
  | "database"
  | "cache"
  | "api"
  | "prometheus"
  | "grafana"
  | "alertmanager"
  | "jaeger"
  | "logs";

const testImage = (name: string) => `mainstay-test/${name}:1.0`;

/** Images built here, in the place of those from registries; Grafana and Jaeger are stand-ins. */
const IMAGES = Object.fromEntries(
  [
    ...["app", "postgres", "redis", "nginx", "prometheus", "alertmanager"],
    ...["grafana", "jaeger", "postgres-exporter", "redis-exporter", "carrier"],
    ...["node-exporter", "blackbox-exporter", "loki", "vector"],
  ].map((name) => [name, testImage(name)]),
);

/** Where everybody's notifications go: a container of the tests, on the network of Alertmanager. */
export const RECEIVER = { name: "receiver", port: 9095 } as const;
const RECEIVERS = Object.fromEntries(
  ["critical", "warning", "info", "escalation", "watchdog"].map((who) => [
    who,
    [{ kind: "webhook", url: `http://${RECEIVER.name}:${RECEIVER.port}/${who}` }],
  ]),
);

/** Share of the API's requests its candidate is sent. */
export const CANDIDATE_PERCENT = 30;

/**
 * The configuration of `local`, for a stack that can run beside it.
 *
 * @param ports of the host it takes: two that run at a time have none in common
 */
export function testConfiguration(root: string, ports = PORTS): StackConfiguration {
  const local = readStackFiles(root, "local");
  const shape = JSON.parse(local.config["mainstay:shape"] ?? "") as { backups: object };
  const scale = JSON.parse(local.config["mainstay:scale"] ?? "") as Scale;
  const { http, https, ...operatorPorts } = ports;
  const candidate = { image: testImage("app"), weightPercent: CANDIDATE_PERCENT };
  const services = { ...scale.services, api: { ...scale.services.api, candidate } };
  const edge = { ...scale.edge, httpPort: http, httpsPort: https };
  const images = { ...IMAGES, backup: testImage("backup-runner") };
  // So small that a test can fill it, and so often that a test can see one fail.
  const database = { ...scale.database, storageGiB: 1 };
  const backups = { ...shape.backups, eventsSchedule: "* * * * *" };
  const config = {
    "mainstay:shape": JSON.stringify({ ...shape, backups }),
    "mainstay:scale": JSON.stringify({
      ...{ ...scale, services, database, edge, operatorPorts, images },
      receivers: RECEIVERS,
    }),
  };
  return { ...local, stack: STACK, config };
}

interface Scale {
  services: Record<string, object>;
  database: object;
  edge: object;
}

/** What the set-up of these tests hands to each file. */
export interface Started {
  readonly graph: Graph;
  readonly launched: Launched;
  /** Every secret value of the environment: passwords, keys, and what they were put into. */
  readonly secrets: readonly string[];
}

declare module "vitest" {
  interface ProvidedContext {
    started: Started;
  }
}

export const started = (): Started => inject("started");
export const docker = new Docker();
export const EDGE = `https://localhost:${PORTS.https}`;

/** The physical name of a container. */
export function containerName(name: string): string {
  const physical = started().launched.containers[name];
  if (physical === undefined) throw new Error(`no container ${name}`);
  return physical;
}

/** Names of all containers that stay running. */
export function runningContainers(): string[] {
  return started()
    .graph.resources.filter(({ type, inputs }) => type.endsWith(":Container") && inputs.mustRun === true)
    .map(({ name }) => name);
}

export const run = (container: string, command: readonly string[]) =>
  exec(docker, containerName(container), command);
export const logsOf = (container: string) => logs(docker, containerName(container), "all");

/** A file the graph gives a container, by the name of its Files component. */
export function fileOf(files: string, file: string): string {
  const carrier = started().graph.resources.find(({ name }) => name === `${files}-carrier`);
  const uploads = (carrier?.inputs.uploads ?? []) as { file: string; content: string }[];
  const found = uploads.find((upload) => upload.file === `/files/${file}`);
  if (!found) throw new Error(`${files} has no ${file}`);
  return found.content;
}

/** A token for a tenant, made by the app itself. */
export async function token(tenant: string): Promise<string> {
  const { output } = await run("api-1", [
    "node",
    "/app/app.cjs",
    "token",
    "--subject",
    "tester",
    "--tenant",
    tenant,
  ]);
  const last = output.trim().split("\n").at(-1);
  if (last === undefined || last.split(".").length !== 3) throw new Error(`no token: ${output}`);
  return last;
}

/** Repeats a look until it finds something, for at most so many seconds. */
export async function eventually<T>(seconds: number, look: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`nothing found within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
