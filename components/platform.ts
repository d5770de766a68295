import type { ComponentResourceOptions } from "@pulumi/pulumi";
import type { AppArgs, App } from "./app/contract";
import type { BackupsArgs, Backups } from "./backups/contract";
import type { CacheArgs, Cache } from "./cache/contract";
import type { DatabaseArgs, Database } from "./database/contract";
import type { EdgeArgs, Edge } from "./edge/contract";
import type { Kind } from "./kind";
import type { MonitoringArgs, Monitoring } from "./monitoring/contract";
import type { Network } from "./network/contract";
import type { TracingArgs, Tracing } from "./tracing/contract";

/** A way to run an environment: a factory of every component, each behind its contract. */
export interface Platform<K extends Kind> {
  network(name: string, opts: ComponentResourceOptions): Network<K>;
  database(name: string, args: DatabaseArgs<K>, opts: ComponentResourceOptions): Database<K>;
  cache(name: string, args: CacheArgs<K>, opts: ComponentResourceOptions): Cache<K>;
  tracing(name: string, args: TracingArgs<K>, opts: ComponentResourceOptions): Tracing<K>;
  app(name: string, args: AppArgs<K>, opts: ComponentResourceOptions): App<K>;
  edge(name: string, args: EdgeArgs<K>, opts: ComponentResourceOptions): Edge<K>;
  backups(name: string, args: BackupsArgs<K>, opts: ComponentResourceOptions): Backups<K>;
  monitoring(name: string, args: MonitoringArgs<K>, opts: ComponentResourceOptions): Monitoring;
}
