import type { Output, Resource } from "@pulumi/pulumi";
import type { Kind, ScrapeTarget } from "../kind";
import type { Network } from "../network/contract";

export interface DatabaseArgs<K extends Kind> {
  readonly network: Network<K>;
}

/** Users every database has beside those of the app's services. */
export const DATABASE_USERS = ["migrator", "backup", "exporter"] as const;

/** A PostgreSQL database that takes TLS connections only. */
export interface Database<K extends Kind> extends Resource {
  readonly host: Output<string>;
  readonly port: number;
  /** Connection URLs by user: one per service that needs the database, and DATABASE_USERS. */
  readonly urls: Readonly<Record<string, K["secret"]>>;
  /** PEM certificates the server's is checked against. */
  readonly authorities: Output<string>;
  readonly scrape: readonly ScrapeTarget[];
}
