import type { Output, Resource } from "@pulumi/pulumi";
import type { App } from "../app/contract";
import type { Kind } from "../kind";
import type { Network } from "../network/contract";

/** What its component is called: its container goes by that, and its lines are known by it. */
export const EDGE_NAME = "edge";

export interface EdgeArgs<K extends Kind> {
  readonly network: Network<K>;
  readonly app: App<K>;
}

/** Where users come in: TLS, limits, headers, and the way to each public service. */
export interface Edge<K extends Kind> extends Resource {
  readonly url: Output<string>;
  /** What monitoring watches of it. */
  readonly targets: readonly K["target"][];
}
