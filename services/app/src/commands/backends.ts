import { Cache } from "../cache/cache";
import { FAULTS_KEY } from "../cache/keys";
import type { Config } from "../config/variables";
import { Database } from "../database/database";
import { EventStore } from "../database/events";
import { Providers, type ProvidersConfig } from "../providers/providers";
import { parseFaults } from "../providers/stand-in";
import type { Logger } from "../telemetry/logger";
import type { Metrics } from "../telemetry/metrics";

type Names = "DATABASE_URL" | "DATABASE_CA_FILE" | "DATABASE_POOL_MIN" | "DATABASE_POOL_MAX" | "REDIS_URL";
type Timeouts = "DATABASE_POOL_TIMEOUT_MS" | "DATABASE_STATEMENT_TIMEOUT_MS";
type BackendConfig = Config<Names | Timeouts> & ProvidersConfig;

/** What the API and the worker both work with. */
export function connectBackends(service: string, config: BackendConfig, metrics: Metrics, logger: Logger) {
  const database = new Database(service, config, metrics, logger);
  const cache = new Cache(config, metrics, logger);
  const readFaults = () => cache.get(FAULTS_KEY).then(parseFaults, () => ({}));
  const providers = new Providers(config, metrics, logger, readFaults);
  const events = new EventStore(metrics);
  cache.start();
  const release = async () => {
    providers.close();
    cache.close();
    await database.close();
  };
  return { database, cache, providers, events, release };
}
