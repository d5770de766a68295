import * as pulumi from "@pulumi/pulumi";
import { container } from "../docker/container";
import { goMemoryLimit, httpHealth, operatorPort } from "../docker/container-parts";
import type { DockerContext, DockerKind } from "../docker/context";
import { Files } from "../docker/files";
import type { ScrapeTarget } from "../kind";
import type { Tracing, TracingArgs } from "./contract";
import { jaegerConfig } from "./settings";

const OTLP_PORT = 4318;
const QUERY_PORT = 16686;

/** Jaeger in a container, with the newest traces in memory. */
export class DockerTracing extends pulumi.ComponentResource implements Tracing<DockerKind> {
  readonly endpoint: string;
  readonly queryUrl: string;
  readonly operatorUrl: string;
  readonly targets: readonly ScrapeTarget[];

  constructor(
    context: DockerContext,
    name: string,
    { network }: TracingArgs<DockerKind>,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("mainstay:docker:Tracing", name, {}, opts);
    const { environment } = context;
    const { jaeger } = environment.monitoring;
    const config = new Files(
      context,
      `${name}-config`,
      { component: name, directory: "/etc/jaeger", files: { "config.yaml": jaegerConfig(jaeger.memoryMiB) } },
      { parent: this },
    );
    container(
      context,
      name,
      {
        component: name,
        image: "jaeger",
        user: "10001:10001",
        command: ["--config", "/etc/jaeger/config.yaml"],
        env: goMemoryLimit(jaeger.memoryMiB),
        ...jaeger,
        networks: [network.tiers.telemetry, network.tiers.operations, network.tiers.operator],
        ports: [operatorPort(QUERY_PORT, environment.operatorPorts.jaeger)],
        files: [config],
        tmpfs: { "/tmp": 16 },
        health: httpHealth(13133, "/status"),
        processes: 256,
      },
      { parent: this },
    );
    this.endpoint = `http://${name}:${OTLP_PORT}`;
    this.queryUrl = `http://${name}:${QUERY_PORT}`;
    this.operatorUrl = `http://127.0.0.1:${environment.operatorPorts.jaeger}`;
    this.targets = [{ job: "jaeger", hosts: [name], port: 8888, path: "/metrics" }];
    this.registerOutputs({ endpoint: this.endpoint });
  }
}
