import type { Output, Resource } from "@pulumi/pulumi";
import type { Kind } from "../kind";
import type { Network } from "../network/contract";

export interface DatabaseArgs<K extends Kind> {
  /** The networks its resources join. */
  readonly network: Network<K>;
}

/** Users every database has beside those of the app's services. */
export const DATABASE_USERS = ["migrator", "backup", "exporter"] as const;

/** A PostgreSQL database that takes TLS connections only. */
export type Database<K extends Kind> = DatabaseContract<K> & K["database"];

/** What every platform's database gives its neighbours. */
interface DatabaseContract<K extends Kind> extends Resource {
  /** Host name inside the environment. */
  readonly host: Output<string>;
  readonly port: number;
  /** Connection URLs by user: one per service that needs the database, and DATABASE_USERS. */
  readonly urls: Readonly<Record<string, K["secret"]>>;
  /** PEM certificates of the authorities that clients check the server's certificate against. */
  readonly authorities: Output<string>;
  /** What monitoring watches of it. */
  readonly targets: readonly K["target"][];
}
