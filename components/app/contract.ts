import type { Resource } from "@pulumi/pulumi";
import type { Cache } from "../cache/contract";
import type { Database } from "../database/contract";
import type { Kind, ScrapeTarget } from "../kind";
import type { Network } from "../network/contract";
import type { Tracing } from "../tracing/contract";

export interface AppArgs<K extends Kind> {
  readonly network: Network<K>;
  readonly database: Database<K>;
  readonly cache: Cache<K>;
  readonly tracing: Tracing<K>;
}

/** A service the edge sends requests to. */
export interface PublicService {
  readonly name: string;
  /** URL prefixes it answers. */
  readonly routes: readonly string[];
  /** Host name that stands for all its copies. */
  readonly host: string;
  readonly port: number;
  /** A second release, and the share of requests it is sent. */
  readonly candidate?: { readonly host: string; readonly weightPercent: number };
}

/** The app's services, migrated and running. */
export interface App<K extends Kind> extends Resource {
  readonly publicServices: readonly PublicService[];
  readonly scrape: readonly ScrapeTarget[];
  /** Never set: ties the contract to its platform. */
  readonly kind?: K;
}
