import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { DockerEnvironment } from "../../environment/environment";
import type { LoadedEnvironment } from "../../environment/load";
import type { Kind, ScrapeTarget } from "../kind";
import { lastingSecret } from "../secrets";

/** A network of the host. */
export interface Bridge {
  readonly network: docker.Network;
  /** Whether its members can reach each other; if not, it only leads to or from the host. */
  readonly connects: boolean;
}

/** On Docker a network is a bridge, a secret its value on the way to a file, and all that is watched is scraped. */
export interface DockerKind extends Kind {
  readonly network: Bridge;
  readonly secret: pulumi.Output<string>;
  readonly target: ScrapeTarget;
}

/** What every component of the platform needs of its environment. */
export interface DockerContext extends LoadedEnvironment<DockerEnvironment> {
  /** Starts every physical name, so that environments can share a host. */
  readonly prefix: string;
  /** Keys the digests of files that hold secrets. */
  readonly digestKey: pulumi.Output<string>;
  /** The id of an image of the images table, once it is on the host. */
  readonly image: (name: string) => pulumi.Output<string>;
  /** The id of an image that is not in the table, such as a candidate release's. */
  readonly imageByReference: (name: string, reference: string) => pulumi.Output<string>;
}

/**
 * @param root the component every image belongs to
 */
export function dockerContext(
  loaded: LoadedEnvironment<DockerEnvironment>,
  root: pulumi.ComponentResource,
): DockerContext {
  const { environment } = loaded;
  const prefix = `mainstay-${environment.name}`;
  const images = new Map<string, docker.RemoteImage>();
  const imageByReference = (name: string, reference: string) => {
    const known = images.get(name);
    if (known) return known.imageId;
    const fresh = new docker.RemoteImage(name, { name: reference, keepLocally: true }, { parent: root });
    images.set(name, fresh);
    return fresh.imageId;
  };
  const image = (name: string) => {
    const reference = environment.images[name];
    if (reference === undefined) throw new Error(`the images table has no ${name}`);
    return imageByReference(`image-${name}`, reference);
  };
  // Another key is another digest of every file, and would replace containers that have none of the other secrets.
  const digestKey = lastingSecret("files-digest-key", 32, { parent: root, protect: environment.protectData });
  return { ...loaded, prefix, digestKey, image, imageByReference };
}

/** Labels a volume that holds no data: what is in it serves its container for a while, and may be lost. */
export const SCRATCH = { "mainstay.scratch": "true" } as const;

/** Labels that tell whose a container, network or volume is. */
export function labels(
  context: DockerContext,
  component: string,
  more: Record<string, pulumi.Input<string>> = {},
) {
  const all: Record<string, pulumi.Input<string>> = {
    "mainstay.environment": context.environment.name,
    "mainstay.component": component,
    ...more,
  };
  return Object.entries(all).map(([label, value]) => ({ label, value }));
}
