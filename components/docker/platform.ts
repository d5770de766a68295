import type * as pulumi from "@pulumi/pulumi";
import * as docker from "@pulumi/docker";
import type { DockerEnvironment } from "../../environment/environment";
import type { LoadedEnvironment } from "../../environment/load";
import { DockerApp } from "../app/docker";
import { DockerBackups } from "../backups/docker";
import { DockerCache } from "../cache/docker";
import { DockerDatabase } from "../database/docker";
import { DockerEdge } from "../edge/docker";
import { DockerMonitoring } from "../monitoring/docker";
import { DockerNetwork } from "../network/docker";
import type { Platform } from "../platform";
import { DockerTracing } from "../tracing/docker";
import { Authority } from "./authority";
import { dockerContext, type DockerKind } from "./context";

/**
 * One provider for everything on the environment's Docker host. It sends no login to a registry it is not told of, and
 * looks those of the others up in the configuration of the Docker client: none of them comes into the state.
 */
export const dockerProvider = ({ environment: { host } }: LoadedEnvironment<DockerEnvironment>) =>
  new docker.Provider("docker", {
    host: host.address,
    registryAuth: host.registries.map((address) => ({ address })),
  });

/** An environment as containers on one Docker host. */
export function dockerPlatform(
  loaded: LoadedEnvironment<DockerEnvironment>,
  root: pulumi.ComponentResource,
): Platform<DockerKind> {
  const context = dockerContext(loaded, root);
  const authority = new Authority("authority", { environment: loaded.environment.name }, { parent: root });
  return {
    network: (name, opts) => new DockerNetwork(context, name, opts),
    database: (name, args, opts) => new DockerDatabase(context, authority, name, args, opts),
    cache: (name, args, opts) => new DockerCache(context, name, args, opts),
    tracing: (name, args, opts) => new DockerTracing(context, name, args, opts),
    app: (name, args, opts) => new DockerApp(context, name, args, opts),
    edge: (name, args, opts) => new DockerEdge(context, authority, name, args, opts),
    backups: (name, args, opts) => new DockerBackups(context, name, args, opts),
    monitoring: (name, args, opts) => new DockerMonitoring(context, name, args, opts),
  };
}
