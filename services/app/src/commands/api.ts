import { createApi } from "../api/api";
import { loadConfig } from "../config/load";
import { dependencies } from "../health/dependencies";
import { HealthMonitor } from "../health/monitor";
import { stopOnSignal } from "../lifecycle";
import { connectBackends } from "./backends";
import { bootstrap } from "./bootstrap";

/** Serves the API until it is stopped. */
export async function run(): Promise<void> {
  const config = loadConfig("api");
  const { metrics, logger, stopTracing } = bootstrap("api", config);
  const backends = connectBackends("api", config, metrics, logger);
  const { database, cache, providers, events } = backends;
  const health = new HealthMonitor("api", config.ENVIRONMENT, dependencies(database, cache, providers));
  const server = await createApi({ config, metrics, logger, health, database, cache, providers, events });
  stopOnSignal({
    health,
    logger,
    graceMs: config.SHUTDOWN_GRACE_SECONDS * 1000,
    closeServer: () => server.close(),
    release: () => Promise.allSettled([backends.release(), stopTracing()]),
  });
  await health.start();
  await server.listen({ host: "0.0.0.0", port: config.PORT });
}
