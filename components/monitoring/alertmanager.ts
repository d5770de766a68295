import type * as docker from "@pulumi/docker";
import { alertmanagerConfig, receiverSecrets } from "../../observability/render";
import type { ScrapeTarget } from "../kind";
import { answers, loopback, type Workshop } from "./workshop";

export const ALERTMANAGER_PORT = 9093;
/** Owner of its data in its image. */
const USER = "65534:65534";
/** Where it finds the secret texts its receivers need, a file each. */
const SECRETS = "/run/secrets";

export const alertmanagerTarget: ScrapeTarget = {
  job: "alertmanager",
  hosts: ["alertmanager"],
  port: ALERTMANAGER_PORT,
  path: "/metrics",
};

/** Alertmanager in a container: decides who hears of an alert, and tells them. */
export function alertmanager(workshop: Workshop): docker.Container {
  const { context, network } = workshop;
  const { receivers, monitoring, operatorPorts } = context.environment;
  const config = workshop.files("alertmanager-config", "/etc/alertmanager", {
    "alertmanager.yml": alertmanagerConfig(receivers, SECRETS),
  });
  const names = receiverSecrets(receivers);
  const secrets = Object.fromEntries(names.map((name) => [name, context.givenSecret(name)]));
  return workshop.container("alertmanager", {
    image: "alertmanager",
    user: USER,
    command: [
      "--config.file=/etc/alertmanager/alertmanager.yml",
      "--storage.path=/alertmanager",
      "--cluster.listen-address=",
      `--web.external-url=http://127.0.0.1:${operatorPorts.alertmanager}/`,
    ],
    memoryMiB: monitoring.alertmanager.memoryMiB,
    cpus: monitoring.alertmanager.cpus,
    networks: [network.tiers.operations, network.tiers.egress, network.tiers.operator],
    ports: [loopback(ALERTMANAGER_PORT, operatorPorts.alertmanager)],
    data: [{ volume: workshop.volume("alertmanager-data"), target: "/alertmanager" }],
    files: [config, ...(names.length > 0 ? [workshop.files("alertmanager-secrets", SECRETS, secrets)] : [])],
    health: answers(ALERTMANAGER_PORT, "/-/ready"),
    processes: 1024,
  });
}
