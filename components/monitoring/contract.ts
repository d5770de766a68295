import type { Resource } from "@pulumi/pulumi";
import type { Kind } from "../kind";
import type { Network } from "../network/contract";
import type { Tracing } from "../tracing/contract";

export interface MonitoringArgs<K extends Kind> {
  /** The networks its resources join. */
  readonly network: Network<K>;
  /** Where Grafana reads traces. */
  readonly tracing: Tracing<K>;
  /** Everything to be watched, beside the monitoring tools themselves. */
  readonly targets: readonly K["target"][];
}

/** Metrics, alerts and boards. */
export interface Monitoring extends Resource {
  /** Addresses for operators, by tool. */
  readonly urls: Readonly<Record<"prometheus" | "alertmanager" | "grafana", string>>;
}
