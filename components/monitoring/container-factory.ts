import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { container, type ContainerArgs } from "../docker/container";
import { labels, type DockerContext, type DockerKind } from "../docker/context";
import { Files } from "../docker/files";
import type { Network } from "../network/contract";

/** Makes the containers, files and volumes of one component, named, labelled and parented alike. */
export class ContainerFactory {
  constructor(
    readonly context: DockerContext,
    readonly network: Network<DockerKind>,
    private readonly component: string,
    readonly parent: pulumi.Resource,
  ) {}

  container(
    name: string,
    args: Omit<ContainerArgs, "component">,
    dependsOn: readonly pulumi.Resource[] = [],
  ): docker.Container {
    const opts = { parent: this.parent, dependsOn: [...dependsOn] };
    return container(this.context, name, { component: this.component, ...args }, opts);
  }

  files(name: string, directory: string, files: Readonly<Record<string, pulumi.Input<string>>>): Files {
    const args = { component: this.component, directory, files };
    return new Files(this.context, name, args, { parent: this.parent });
  }

  volume(name: string): docker.Volume {
    const { prefix, environment } = this.context;
    return new docker.Volume(
      name,
      { name: `${prefix}-${name}`, driver: "local", labels: labels(this.context, this.component) },
      { parent: this.parent, protect: environment.protectData },
    );
  }
}
