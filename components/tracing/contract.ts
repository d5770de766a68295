import type { Resource } from "@pulumi/pulumi";
import type { Kind, ScrapeTarget } from "../kind";
import type { Network } from "../network/contract";

export interface TracingArgs<K extends Kind> {
  readonly network: Network<K>;
}

/** Where traces are collected. */
export interface Tracing<K extends Kind> extends Resource {
  /** Base URL for OTLP over HTTP, without a path. */
  readonly endpoint: string;
  /** Base URL of its query interface inside the environment; Grafana reads traces there. */
  readonly queryUrl: string;
  /** Where operators look at traces. */
  readonly operatorUrl: string;
  readonly scrape: readonly ScrapeTarget[];
  /** Never set: ties the contract to its platform. */
  readonly kind?: K;
}
