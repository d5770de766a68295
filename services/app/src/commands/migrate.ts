import { Client } from "pg";
import { loadConfig } from "../config/load";
import { connectionOptions } from "../database/connection";
import { migrations } from "../migrate/files";
import { migrate } from "../migrate/migrate";
import { createLogger } from "../telemetry/logger";

/** Brings the database's schema up to this image's. With `--dry-run` it only says what it would do. */
export async function run(args: readonly string[]): Promise<void> {
  const config = loadConfig("migrate");
  const logger = createLogger("migrate", config);
  const dryRun = args.includes("--dry-run");
  const client = new Client({
    ...connectionOptions(config),
    application_name: "mainstay-migrate",
    connectionTimeoutMillis: 10_000,
  });
  try {
    await client.connect();
    const applied = await migrate(client, migrations(), logger, dryRun);
    logger.info(
      { applied, dryRun },
      applied.length === 0 ? "nothing to migrate" : dryRun ? "to be migrated" : "migrated",
    );
  } catch (error) {
    logger.error({ err: error }, "migration failed");
    process.exitCode = 1;
  } finally {
    await client.end();
  }
}
