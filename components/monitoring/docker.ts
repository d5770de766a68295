import * as pulumi from "@pulumi/pulumi";
import type { DockerContext, DockerKind } from "../docker/context";
import { alertmanager, alertmanagerTarget } from "./alertmanager";
import type { Monitoring, MonitoringArgs } from "./contract";
import { grafana, grafanaTarget } from "./grafana";
import { hostExporter, hostTarget } from "./host";
import { logs, logTargets } from "./logs";
import { prometheus, prometheusTarget } from "./prometheus";
import { ContainerFactory } from "./container-factory";

/** Prometheus, Alertmanager, Loki and Grafana in containers. Owns their data. */
export class DockerMonitoring extends pulumi.ComponentResource implements Monitoring {
  readonly urls: Monitoring["urls"];

  constructor(
    context: DockerContext,
    name: string,
    { network, tracing, targets }: MonitoringArgs<DockerKind>,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("mainstay:docker:Monitoring", name, {}, opts);
    const factory = new ContainerFactory(context, network, name, this);
    const own = [prometheusTarget, alertmanagerTarget, grafanaTarget, hostTarget, ...logTargets];
    hostExporter(factory);
    logs(factory);
    const router = alertmanager(factory);
    const collector = prometheus(factory, [...targets, ...own], router);
    grafana(factory, tracing.queryUrl, collector);

    const { operatorPorts } = context.environment;
    const url = (port: number) => `http://127.0.0.1:${port}`;
    this.urls = {
      prometheus: url(operatorPorts.prometheus),
      alertmanager: url(operatorPorts.alertmanager),
      grafana: url(operatorPorts.grafana),
    };
    this.registerOutputs({ urls: this.urls });
  }
}
