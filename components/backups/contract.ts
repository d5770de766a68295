import type { Output, Resource } from "@pulumi/pulumi";
import type { App } from "../app/contract";
import type { Database } from "../database/contract";
import type { Kind } from "../kind";
import type { Network } from "../network/contract";

export interface BackupsArgs<K extends Kind> {
  readonly network: Network<K>;
  readonly database: Database<K>;
  /** Its migrations make the tables that are backed up. */
  readonly app: App<K>;
}

/** Scheduled, encrypted, verified backups and the bucket they are kept in. */
export interface Backups<K extends Kind> extends Resource {
  /** Name of the bucket: a volume's or an S3 bucket's. */
  readonly bucket: Output<string>;
  /** What monitoring watches of it. */
  readonly targets: readonly K["target"][];
}
