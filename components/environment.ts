import type * as pulumi from "@pulumi/pulumi";
import { EDGE_NAME } from "./edge/contract";
import type { Kind } from "./kind";
import type { Platform } from "./platform";

/** What the program exports: addresses and names, never a secret. */
export interface EnvironmentOutputs {
  readonly url: pulumi.Output<string>;
  readonly backupBucket: pulumi.Output<string>;
  readonly operatorUrls: Readonly<Record<string, string>>;
}

/** Declares a whole environment on a platform. The one place where components meet. */
export function declareEnvironment<K extends Kind>(
  platform: Platform<K>,
  root: pulumi.ComponentResource,
): EnvironmentOutputs {
  const opts = { parent: root };
  const network = platform.network("network", opts);
  const database = platform.database("database", { network }, opts);
  const cache = platform.cache("cache", { network }, opts);
  const tracing = platform.tracing("tracing", { network }, opts);
  const app = platform.app("app", { network, database, cache, tracing }, opts);
  const edge = platform.edge(EDGE_NAME, { network, app }, opts);
  const backups = platform.backups("backups", { network, database, app }, opts);
  const watched = [network, database, cache, tracing, app, edge, backups];
  const targets = watched.flatMap((component) => component.targets);
  const monitoring = platform.monitoring("monitoring", { network, tracing, targets }, opts);

  return {
    url: edge.url,
    backupBucket: backups.bucket,
    operatorUrls: { ...monitoring.urls, jaeger: tracing.operatorUrl },
  };
}
