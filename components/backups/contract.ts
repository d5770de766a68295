import type { Output, Resource } from "@pulumi/pulumi";
import type { App } from "../app/contract";
import type { Database } from "../database/contract";
import type { Kind } from "../kind";
import type { Network } from "../network/contract";

export interface BackupsArgs<K extends Kind> {
  /** The networks its resources join. */
  readonly network: Network<K>;
  /** The database that is backed up. */
  readonly database: Database<K>;
  /** Its migrations create the tables that are backed up, so backups come after it. */
  readonly app: App<K>;
}

/** Scheduled, encrypted, verified backups and the bucket they are kept in. */
export interface Backups<K extends Kind> extends Resource {
  /** Name of the bucket: a volume's or an S3 bucket's. */
  readonly bucket: Output<string>;
  /** What monitoring watches of it. */
  readonly targets: readonly K["target"][];
}
