import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { container } from "../docker/container";
import { labels, type DockerContext, type DockerKind } from "../docker/context";
import { Files } from "../docker/files";
import { generatedSecret } from "../docker/secrets";
import type { ScrapeTarget } from "../kind";
import type { Monitoring, MonitoringArgs } from "./contract";
import * as settings from "./settings";

/** Owner of Prometheus's and Alertmanager's data in their images. */
const NOBODY = "65534:65534";

/** Prometheus, Alertmanager and Grafana in containers. Owns their data. */
export class DockerMonitoring extends pulumi.ComponentResource implements Monitoring {
  readonly urls: Monitoring["urls"];

  constructor(
    private readonly context: DockerContext,
    private readonly componentName: string,
    private readonly args: MonitoringArgs<DockerKind>,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("mainstay:docker:Monitoring", componentName, {}, opts);
    const alertmanager = this.alertmanager();
    const prometheus = this.prometheus(alertmanager);
    this.grafana(prometheus);
    const { operatorPorts } = context.environment;
    const url = (port: number) => `http://127.0.0.1:${port}`;
    this.urls = {
      prometheus: url(operatorPorts.prometheus),
      alertmanager: url(operatorPorts.alertmanager),
      grafana: url(operatorPorts.grafana),
    };
    this.registerOutputs({ urls: this.urls });
  }

  private prometheus(alertmanager: docker.Container): docker.Container {
    const { environment } = this.context;
    const { prometheus } = environment.monitoring;
    const { tiers } = this.args.network;
    const own: ScrapeTarget[] = [
      { job: "prometheus", hosts: ["prometheus"], port: settings.PROMETHEUS_PORT, path: "/metrics" },
      { job: "alertmanager", hosts: ["alertmanager"], port: settings.ALERTMANAGER_PORT, path: "/metrics" },
      { job: "grafana", hosts: ["grafana"], port: settings.GRAFANA_PORT, path: "/metrics" },
    ];
    const config = this.files("prometheus-config", "/etc/prometheus", {
      "prometheus.yml": settings.prometheusConfig(environment, [...this.args.targets, ...own]),
      "rules.yml": settings.prometheusRules(),
    });
    return container(
      this.context,
      "prometheus",
      {
        component: this.componentName,
        image: "prometheus",
        user: NOBODY,
        command: [
          "--config.file=/etc/prometheus/prometheus.yml",
          "--storage.tsdb.path=/prometheus",
          `--storage.tsdb.retention.time=${prometheus.retentionDays}d`,
          // Whichever comes first; a tenth of the disk is left for the write-ahead log.
          `--storage.tsdb.retention.size=${Math.floor(prometheus.storageGiB * 0.9 * 1024)}MB`,
          `--web.external-url=http://127.0.0.1:${environment.operatorPorts.prometheus}/`,
        ],
        env: { GOMEMLIMIT: `${Math.floor(prometheus.memoryMiB * 0.85)}MiB` },
        memoryMiB: prometheus.memoryMiB,
        cpus: prometheus.cpus,
        networks: [tiers.telemetry, tiers.operations, tiers.operator],
        ports: [loopback(settings.PROMETHEUS_PORT, environment.operatorPorts.prometheus)],
        data: [{ volume: this.volume("prometheus-data"), target: "/prometheus" }],
        files: [config],
        tmpfs: { "/tmp": 16 },
        health: {
          command: ["wget", "-q", "-O", "/dev/null", `http://127.0.0.1:${settings.PROMETHEUS_PORT}/-/ready`],
        },
        processes: 1024,
        stopSeconds: 60,
      },
      { parent: this, dependsOn: [alertmanager] },
    );
  }

  private alertmanager(): docker.Container {
    const { environment } = this.context;
    const { alertmanager } = environment.monitoring;
    const { tiers } = this.args.network;
    const config = this.files("alertmanager-config", "/etc/alertmanager", {
      "alertmanager.yml": settings.alertmanagerConfig(environment),
    });
    const secretNames = settings.receiverSecrets(environment);
    const secrets = Object.fromEntries(secretNames.map((name) => [name, this.context.givenSecret(name)]));
    const files =
      secretNames.length > 0 ? [this.files("alertmanager-secrets", settings.RECEIVER_SECRETS, secrets)] : [];
    return container(
      this.context,
      "alertmanager",
      {
        component: this.componentName,
        image: "alertmanager",
        user: NOBODY,
        command: [
          "--config.file=/etc/alertmanager/alertmanager.yml",
          "--storage.path=/alertmanager",
          "--cluster.listen-address=",
          `--web.external-url=http://127.0.0.1:${environment.operatorPorts.alertmanager}/`,
        ],
        memoryMiB: alertmanager.memoryMiB,
        cpus: alertmanager.cpus,
        networks: [tiers.operations, tiers.egress, tiers.operator],
        ports: [loopback(settings.ALERTMANAGER_PORT, environment.operatorPorts.alertmanager)],
        data: [{ volume: this.volume("alertmanager-data"), target: "/alertmanager" }],
        files: [config, ...files],
        health: {
          command: [
            "wget",
            "-q",
            "-O",
            "/dev/null",
            `http://127.0.0.1:${settings.ALERTMANAGER_PORT}/-/ready`,
          ],
        },
        processes: 1024,
      },
      { parent: this },
    );
  }

  private grafana(prometheus: docker.Container): void {
    const { environment } = this.context;
    const { grafana } = environment.monitoring;
    const { tiers } = this.args.network;
    const config = this.files("grafana-config", "/etc/grafana/provisioning", {
      "datasources/datasources.yaml": settings.grafanaDatasources(this.args.tracing.queryUrl),
    });
    const password = generatedSecret(environment, "grafana-password", 32, { parent: this });
    const secrets = this.files("grafana-secrets", "/run/secrets", { "admin-password": password });
    container(
      this.context,
      "grafana",
      {
        component: this.componentName,
        image: "grafana",
        user: "472:0",
        env: {
          ...settings.GRAFANA_ENV,
          GF_SERVER_ROOT_URL: `http://127.0.0.1:${environment.operatorPorts.grafana}/`,
          GOMEMLIMIT: `${Math.floor(grafana.memoryMiB * 0.85)}MiB`,
        },
        memoryMiB: grafana.memoryMiB,
        cpus: grafana.cpus,
        networks: [tiers.operations, tiers.operator],
        ports: [loopback(settings.GRAFANA_PORT, environment.operatorPorts.grafana)],
        data: [{ volume: this.volume("grafana-data"), target: "/var/lib/grafana" }],
        files: [config, secrets],
        tmpfs: { "/tmp": 32 },
        health: {
          command: ["wget", "-q", "-O", "/dev/null", `http://127.0.0.1:${settings.GRAFANA_PORT}/api/health`],
          startSeconds: 120,
        },
        processes: 512,
      },
      { parent: this, dependsOn: [prometheus] },
    );
  }

  private files(
    name: string,
    directory: string,
    files: Readonly<Record<string, pulumi.Input<string>>>,
  ): Files {
    return new Files(
      this.context,
      name,
      { component: this.componentName, directory, files },
      { parent: this },
    );
  }

  private volume(name: string): docker.Volume {
    return new docker.Volume(
      name,
      {
        name: `${this.context.prefix}-${name}`,
        driver: "local",
        labels: labels(this.context, this.componentName),
      },
      { parent: this, protect: this.context.environment.protectData },
    );
  }
}

const loopback = (internal: number, external: number) => ({ internal, external, ip: "127.0.0.1" });
