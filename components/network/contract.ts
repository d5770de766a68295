import type { Resource } from "@pulumi/pulumi";
import type { Kind } from "../kind";

/**
 * The networks of an environment. Two parts can reach each other only where they share one:
 *
 * - `public`: the edge alone; where users come in
 * - `front`: the edge and the services it sends requests to
 * - `database`: PostgreSQL and what uses it; no way out
 * - `cache`: Redis and what uses it; no way out
 * - `telemetry`: Prometheus, what it scrapes, and where traces go; no way out
 * - `operations`: the monitoring tools among themselves; no way out
 * - `egress`: a way out to the internet, for those that need one; its members cannot reach each other
 * - `operator`: ports on the host's loopback address, but for the edge's; its members cannot reach each other
 */
export const TIERS = [
  "public",
  "front",
  "database",
  "cache",
  "telemetry",
  "operations",
  "egress",
  "operator",
] as const;
export type Tier = (typeof TIERS)[number];

/** What the network component gives its neighbours. */
export interface Network<K extends Kind> extends Resource {
  readonly tiers: Readonly<Record<Tier, K["network"]>>;
  /** What monitoring watches of it. */
  readonly targets: readonly K["target"][];
}
