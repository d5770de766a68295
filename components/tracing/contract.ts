import type { Resource } from "@pulumi/pulumi";
import type { Kind } from "../kind";
import type { Network } from "../network/contract";

export interface TracingArgs<K extends Kind> {
  /** The networks its resources join. */
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
  /** What monitoring watches of it. */
  readonly targets: readonly K["target"][];
}
