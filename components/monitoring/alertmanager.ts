import type * as docker from "@pulumi/docker";
import { alertmanagerConfig, receiverSecrets } from "../../observability/render";
import { httpHealth, operatorPort } from "../docker/container-parts";
import type { ScrapeTarget } from "../kind";
import type { ContainerFactory } from "./container-factory";

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
export function alertmanager(factory: ContainerFactory): docker.Container {
  const { context, network } = factory;
  const { receivers, monitoring, operatorPorts } = context.environment;
  const config = factory.files("alertmanager-config", "/etc/alertmanager", {
    "alertmanager.yml": alertmanagerConfig(receivers, SECRETS),
  });
  const names = receiverSecrets(receivers);
  const secrets = Object.fromEntries(names.map((name) => [name, context.givenSecret(name)]));
  return factory.container("alertmanager", {
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
    ports: [operatorPort(ALERTMANAGER_PORT, operatorPorts.alertmanager)],
    data: [{ volume: factory.volume("alertmanager-data"), target: "/alertmanager" }],
    files: [config, ...(names.length > 0 ? [factory.files("alertmanager-secrets", SECRETS, secrets)] : [])],
    health: httpHealth(ALERTMANAGER_PORT, "/-/ready"),
    processes: 1024,
  });
}
