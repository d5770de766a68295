import { loadConfig } from "../config/load";
import { HealthMonitor } from "../health/monitor";
import { createServer } from "../http/server";
import { stopOnSignal } from "../lifecycle";
import { addPage } from "../web/web";
import { bootstrap } from "./bootstrap";

/** Serves the front end until it is stopped. */
export async function run(): Promise<void> {
  const config = loadConfig("web");
  const { metrics, logger, stopTracing } = bootstrap("web", config);
  const health = new HealthMonitor("web", config.ENVIRONMENT, []);
  const server = createServer({ logger, metrics, health });
  addPage(server, config);
  stopOnSignal({
    health,
    logger,
    graceMs: config.SHUTDOWN_GRACE_SECONDS * 1000,
    closeServer: () => server.close(),
    release: stopTracing,
  });
  await server.listen({ host: "0.0.0.0", port: config.PORT });
}
