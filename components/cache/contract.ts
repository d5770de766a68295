import type { Output, Resource } from "@pulumi/pulumi";
import type { Kind } from "../kind";
import type { Network } from "../network/contract";

export interface CacheArgs<K extends Kind> {
  readonly network: Network<K>;
}

/** A Redis cache: nothing in it is missed after a restart. */
export interface Cache<K extends Kind> extends Resource {
  readonly host: Output<string>;
  readonly port: number;
  /** Connection URLs by user: one per service that needs the cache. */
  readonly urls: Readonly<Record<string, K["secret"]>>;
  /** What monitoring watches of it. */
  readonly targets: readonly K["target"][];
}
