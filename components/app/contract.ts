import type { Resource } from "@pulumi/pulumi";
import type { Cache } from "../cache/contract";
import type { Database } from "../database/contract";
import type { Kind } from "../kind";
import type { Network } from "../network/contract";
import type { Tracing } from "../tracing/contract";

export interface AppArgs<K extends Kind> {
  /** The networks its resources join. */
  readonly network: Network<K>;
  /** Services that need it get a user and a URL of their own. */
  readonly database: Database<K>;
  /** Services that need it get a user and a URL of their own. */
  readonly cache: Cache<K>;
  /** Where services send their traces. */
  readonly tracing: Tracing<K>;
}

/** A service the edge sends requests to. */
export interface PublicService {
  readonly name: string;
  /** URL prefixes it answers. */
  readonly routes: readonly string[];
  /** Host name that all its copies answer to. */
  readonly host: string;
  /** Port each copy listens on. */
  readonly port: number;
  /** A second release, and the share of requests it is sent. */
  readonly candidate?: { readonly host: string; readonly weightPercent: number };
}

/** The app's services, migrated and running. */
export type App<K extends Kind> = AppContract<K> & K["app"];

/** What every platform's app gives its neighbours. */
interface AppContract<K extends Kind> extends Resource {
  /** Services with routes, which the edge sends requests to. */
  readonly publicServices: readonly PublicService[];
  /** What monitoring watches of it. */
  readonly targets: readonly K["target"][];
}
