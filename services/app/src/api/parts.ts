import type { Cache } from "../cache/cache";
import type { Config, VariableName } from "../config/variables";
import type { COMMANDS } from "../config/commands";
import type { Database } from "../database/database";
import type { EventStore } from "../database/events";
import type { Server } from "../http/server";
import type { Providers } from "../providers/providers";
import type { Metrics } from "../telemetry/metrics";

type ApiConfig = Config<Extract<VariableName, (typeof COMMANDS)["api"][number]>>;

/** What the routes work with. */
export interface ApiParts {
  readonly config: ApiConfig;
  readonly metrics: Metrics;
  readonly database: Database;
  readonly events: EventStore;
  readonly cache: Cache;
  readonly providers: Providers;
}

/** Adds routes to a server. */
export type Routes = (server: Server, parts: ApiParts) => void;
