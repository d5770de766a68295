/**
 * What a platform's components hand to each other and nobody else looks into: how something is attached to
 * a network, and where a secret is read from. A platform names its own types for both.
 */
export interface Kind {
  readonly network: unknown;
  readonly secret: unknown;
}

/** Something Prometheus reads metrics from. */
export interface ScrapeTarget {
  /** The `job` label: what kind of thing it is. */
  readonly job: string;
  /** Host names inside the environment, one per copy. */
  readonly hosts: readonly string[];
  readonly port: number;
  readonly path: string;
}
