import type { Output, Resource } from "@pulumi/pulumi";
import type { Kind } from "../kind";
import type { Network } from "../network/contract";

export interface CacheArgs<K extends Kind> {
  /** The networks its resources join. */
  readonly network: Network<K>;
}

/** A Redis cache; it may lose its data at any time. */
export interface Cache<K extends Kind> extends Resource {
  /** Host name inside the environment. */
  readonly host: Output<string>;
  readonly port: number;
  /** Connection URLs by user: one per service that needs the cache. */
  readonly urls: Readonly<Record<string, K["secret"]>>;
  /** What monitoring watches of it. */
  readonly targets: readonly K["target"][];
}
