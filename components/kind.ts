/**
 * What a platform's components hand to each other, opaque to everything else. Each platform fills in its own types;
 * `unknown` where its components need none.
 */
export interface Kind {
  /** How something is attached to a network. */
  readonly network: unknown;
  /** Where a secret is read from. */
  readonly secret: unknown;
  /** What monitoring watches of a component. */
  readonly target: unknown;
  /** What its components need of the database beside the contract. */
  readonly database: unknown;
  /** What its components need of the app beside the contract. */
  readonly app: unknown;
}

/** Something Prometheus reads metrics from. */
export interface ScrapeTarget {
  /** The `job` label: what kind of thing it is. */
  readonly job: string;
  /** Host names inside the environment, one per copy. */
  readonly hosts: readonly string[];
  readonly port: number;
  readonly path: string;
  /** Parameters of the request: what an exporter that looks at others is to look at. */
  readonly query?: Readonly<Record<string, string>>;
  /** Labels beside `job` and `instance`, on all that is read there: tell targets of one job apart. */
  readonly labels?: Readonly<Record<string, string>>;
}
