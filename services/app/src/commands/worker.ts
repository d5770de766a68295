import { loadConfig } from "../config/load";
import { dependencies } from "../health/dependencies";
import { HealthMonitor } from "../health/monitor";
import { createServer } from "../http/server";
import { stopOnSignal } from "../lifecycle";
import { createWorker } from "../worker/worker";
import { connectBackends } from "./backends";
import { bootstrap } from "./bootstrap";

/** Works through the queue until it is stopped. */
export async function run(): Promise<void> {
  const config = loadConfig("worker");
  const { metrics, logger, stopTracing } = bootstrap("worker", config);
  const { release, ...backends } = connectBackends("worker", config, metrics, logger);
  const worker = createWorker(config, { ...backends, metrics, logger });
  const { database, cache, providers } = backends;
  const needs = dependencies(database, cache, providers);
  const health = new HealthMonitor("worker", config.ENVIRONMENT, needs, () => worker.alive());
  const server = createServer({ logger, metrics, health });
  stopOnSignal({
    health,
    logger,
    graceMs: config.SHUTDOWN_GRACE_SECONDS * 1000,
    closeServer: () => server.close(),
    stopWork: (graceMs) => worker.stop(graceMs),
    release: () => Promise.allSettled([release(), stopTracing()]),
  });
  await health.start();
  worker.start();
  await server.listen({ host: "0.0.0.0", port: config.PORT });
}
