import type { Output, Resource } from "@pulumi/pulumi";
import type { App } from "../app/contract";
import type { Kind } from "../kind";
import type { Network } from "../network/contract";

/** Name of the edge's component, of its container, and in its log lines. */
export const EDGE_NAME = "edge";

export interface EdgeArgs<K extends Kind> {
  /** The networks its resources join. */
  readonly network: Network<K>;
  /** The app whose public services the edge sends requests to. */
  readonly app: App<K>;
}

/** Where users come in: TLS, limits, headers, and the way to each public service. */
export interface Edge<K extends Kind> extends Resource {
  /** The address users reach the environment under, without a trailing slash. */
  readonly url: Output<string>;
  /** What monitoring watches of it. */
  readonly targets: readonly K["target"][];
}
