import { basename, dirname } from "node:path/posix";
import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Authority, Certificate } from "../docker/authority";
import { container } from "../docker/container";
import { httpHealth, operatorPort } from "../docker/container-parts";
import type { DockerContext, DockerKind } from "../docker/context";
import { Files } from "../docker/files";
import type { ScrapeTarget } from "../kind";
import type { Edge, EdgeArgs } from "./contract";
import { EDGE_PORTS, nginxConf } from "./nginx";
import { AUTHORITY_FILE, blackboxConfig, PROBE_PORT, probeTargets } from "./probes";

const PROBER = "probe-exporter";

/** nginx in a container: the only one users can reach. Beside it what tries the way in. */
export class DockerEdge extends pulumi.ComponentResource implements Edge<DockerKind> {
  readonly url: pulumi.Output<string>;
  readonly targets: readonly ScrapeTarget[];

  constructor(
    private readonly context: DockerContext,
    private readonly authority: Authority,
    private readonly componentName: string,
    private readonly args: EdgeArgs<DockerKind>,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("mainstay:docker:Edge", componentName, {}, opts);
    const { environment } = context;
    const server = this.server();
    this.prober(server);
    this.targets = [
      { job: "blackbox", hosts: [PROBER], port: PROBE_PORT, path: "/metrics" },
      ...probeTargets(PROBER, componentName, environment.services),
    ];
    this.url = pulumi.output(environment.url);
    this.registerOutputs({ url: this.url });
  }

  private server(): docker.Container {
    const { environment } = this.context;
    const { edge } = environment;
    const { network, app } = this.args;
    const certificate = this.certificate();
    const config = this.files(this.componentName, "config", "/etc/nginx", {
      "nginx.conf": nginxConf(environment, app.publicServices),
    });
    const secrets = this.files(this.componentName, "secrets", "/run/secrets", {
      "server.crt": certificate.chain,
      "server.key": certificate.key,
    });
    return container(
      this.context,
      this.componentName,
      {
        component: this.componentName,
        image: "nginx",
        user: "101:101",
        entrypoints: ["nginx"],
        command: ["-g", "daemon off;"],
        memoryMiB: edge.memoryMiB,
        cpus: edge.cpus,
        networks: [network.tiers.front, network.tiers.public],
        ports: [
          { internal: EDGE_PORTS.http, external: edge.httpPort, ip: edge.address },
          { internal: EDGE_PORTS.https, external: edge.httpsPort, ip: edge.address },
          operatorPort(EDGE_PORTS.operator, environment.operatorPorts.api),
        ],
        files: [config, secrets],
        // Uploads and answers are passed on as they come in, and never written here.
        tmpfs: { "/tmp": 32 },
        health: httpHealth(EDGE_PORTS.status, "/healthz"),
        processes: 256,
        stopSeconds: 30,
      },
      { parent: this, dependsOn: [app] },
    );
  }

  /** Comes in the way users do, again and again. */
  private prober(server: docker.Container): void {
    const { environment } = this.context;
    const { network } = this.args;
    const { certificate, exporter } = { ...environment.edge, ...environment.monitoring };
    const config = this.files(PROBER, "config", "/etc/blackbox_exporter", {
      "config.yml": blackboxConfig(environment),
    });
    const authority = certificate.kind === "internal" ? this.authority.certificate : certificate.authority;
    const authorities =
      authority === undefined
        ? []
        : [
            this.files(PROBER, "authority", dirname(AUTHORITY_FILE), {
              [basename(AUTHORITY_FILE)]: authority,
            }),
          ];
    container(
      this.context,
      PROBER,
      {
        component: this.componentName,
        image: "blackbox-exporter",
        user: "10062:10062",
        command: ["--config.file=/etc/blackbox_exporter/config.yml"],
        ...exporter,
        networks: [network.tiers.front, network.tiers.telemetry],
        files: [config, ...authorities],
        health: httpHealth(PROBE_PORT, "/-/healthy"),
        processes: 256,
      },
      { parent: this, dependsOn: [server] },
    );
  }

  private files(
    of: string,
    what: string,
    directory: string,
    files: Readonly<Record<string, pulumi.Input<string>>>,
  ): Files {
    const args = { component: this.componentName, directory, files };
    return new Files(this.context, `${of}-${what}`, args, { parent: this });
  }

  private certificate(): Certificate {
    const { environment } = this.context;
    const { certificate } = environment.edge;
    if (certificate.kind === "provided") {
      return {
        chain: this.context.givenSecret(certificate.chainSecret),
        key: this.context.givenSecret(certificate.keySecret),
      };
    }
    return this.authority.issue(`${this.componentName}-server`, [environment.domain], { parent: this });
  }
}
