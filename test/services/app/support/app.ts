import { Client } from "pg";
import { createApi } from "../../../../services/app/src/api/api";
import { createTokens } from "../../../../services/app/src/api/tokens";
import { connectBackends } from "../../../../services/app/src/commands/backends";
import { connectionOptions } from "../../../../services/app/src/database/connection";
import { dependencies } from "../../../../services/app/src/health/dependencies";
import { HealthMonitor } from "../../../../services/app/src/health/monitor";
import { migrations } from "../../../../services/app/src/migrate/files";
import { migrate } from "../../../../services/app/src/migrate/migrate";
import { createMetrics } from "../../../../services/app/src/telemetry/metrics";
import { startTracing } from "../../../../services/app/src/telemetry/tracing";
import { createWorker } from "../../../../services/app/src/worker/worker";
import type { Backends } from "./backends";
import { config } from "./config";
import { keptLogger } from "./logs";

startTracing("test", { ENVIRONMENT: "test" });

const addresses = (backends: Backends, role: string, database?: string) => ({
  DATABASE_URL: backends.database(role, database),
  DATABASE_CA_FILE: backends.caFile,
  REDIS_URL: backends.cache,
});

/** A client of the app's database, or of another, as one of its roles. */
export async function clientOf(backends: Backends, role: string, database?: string): Promise<Client> {
  const client = new Client(connectionOptions(config("migrate", addresses(backends, role, database))));
  await client.connect();
  return client;
}

/** Applies all migrations as the owner. */
export async function migrated(backends: Backends): Promise<string[]> {
  const client = await clientOf(backends, "app_migrator");
  const applied = await migrate(client, migrations(), keptLogger().logger);
  await client.end();
  return applied;
}

/** The API in this process, without a port: asked by `inject`. */
export async function startApi(backends: Backends, changed: Record<string, string> = {}) {
  const settings = config("api", { ...addresses(backends, "app_api"), ...changed });
  const metrics = createMetrics("api", "test");
  const { logger, lines } = keptLogger(metrics);
  const connected = connectBackends("api", settings, metrics, logger);
  const health = new HealthMonitor(
    "api",
    "test",
    dependencies(connected.database, connected.cache, connected.providers),
  );
  const server = await createApi({ config: settings, metrics, logger, health, ...connected });
  await server.ready();
  await health.start();
  const stop = async () => {
    health.stop();
    await server.close();
    await connected.release();
  };
  const token = async (tenant?: string) =>
    `Bearer ${await (await createTokens(settings)).issue("ada", tenant)}`;
  return { server, metrics, lines, health, token, stop, ...connected };
}

/** A worker in this process. */
export function startWorker(backends: Backends, changed: Record<string, string> = {}) {
  const settings = config("worker", {
    ...addresses(backends, "app_worker"),
    WORKER_POLL_INTERVAL_MS: "20",
    ...changed,
  });
  const metrics = createMetrics("worker", "test");
  const { logger, lines } = keptLogger(metrics);
  const connected = connectBackends("worker", settings, metrics, logger);
  const worker = createWorker(settings, { ...connected, metrics, logger });
  const stop = async (graceMs = 5000) => {
    await worker.stop(graceMs);
    await connected.release();
  };
  return { worker, metrics, lines, stop };
}
