import * as pulumi from "@pulumi/pulumi";
import type { Authority, Certificate } from "../docker/authority";
import { container } from "../docker/container";
import type { DockerContext, DockerKind } from "../docker/context";
import { Files } from "../docker/files";
import type { ScrapeTarget } from "../kind";
import type { Edge, EdgeArgs } from "./contract";
import { EDGE_PORTS, nginxConf } from "./nginx";

/** nginx in a container: the only one users can reach. */
export class DockerEdge extends pulumi.ComponentResource implements Edge<DockerKind> {
  readonly url: pulumi.Output<string>;
  readonly targets: readonly ScrapeTarget[] = [];

  constructor(
    context: DockerContext,
    authority: Authority,
    name: string,
    { network, app }: EdgeArgs<DockerKind>,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("mainstay:docker:Edge", name, {}, opts);
    const { environment } = context;
    const { edge } = environment;
    const certificate = this.certificate(context, authority, name);
    const config = new Files(
      context,
      `${name}-config`,
      {
        component: name,
        directory: "/etc/nginx",
        files: { "nginx.conf": nginxConf(environment, app.publicServices) },
      },
      { parent: this },
    );
    const secrets = new Files(
      context,
      `${name}-secrets`,
      {
        component: name,
        directory: "/run/secrets",
        files: { "server.crt": certificate.chain, "server.key": certificate.key },
      },
      { parent: this },
    );
    container(
      context,
      name,
      {
        component: name,
        image: "nginx",
        user: "101:101",
        entrypoints: ["nginx"],
        command: ["-g", "daemon off;"],
        memoryMiB: edge.memoryMiB,
        cpus: edge.cpus,
        networks: [network.tiers.front, network.tiers.public, network.tiers.operator],
        ports: [
          { internal: EDGE_PORTS.http, external: edge.httpPort, ip: edge.address },
          { internal: EDGE_PORTS.https, external: edge.httpsPort, ip: edge.address },
          { internal: EDGE_PORTS.operator, external: environment.operatorPorts.api, ip: "127.0.0.1" },
        ],
        files: [config, secrets],
        // Uploads are passed on as they come in; only what a slow service leaves unread is written here.
        tmpfs: { "/tmp": 32 },
        health: {
          command: ["wget", "-q", "-O", "/dev/null", `http://127.0.0.1:${EDGE_PORTS.status}/healthz`],
        },
        processes: 256,
        stopSeconds: 30,
      },
      { parent: this, dependsOn: [app] },
    );
    this.url = pulumi.output(environment.url);
    this.registerOutputs({ url: this.url });
  }

  private certificate(context: DockerContext, authority: Authority, name: string): Certificate {
    const { certificate } = context.environment.edge;
    if (certificate.kind === "provided") {
      return {
        chain: context.givenSecret(certificate.chainSecret),
        key: context.givenSecret(certificate.keySecret),
      };
    }
    return authority.issue(`${name}-server`, [context.environment.domain], { parent: this });
  }
}
