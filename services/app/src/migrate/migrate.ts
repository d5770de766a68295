import type { Client } from "pg";
import type { Logger } from "../telemetry/logger";
import type { Migration } from "./files";

/** Any number, the same for all: the key of the lock that lets one process migrate at a time. */
const LOCK = 7_215_468;
/** A change that waits for a lock makes every query behind it wait too; so it gives up soon, and is tried again. */
const LOCK_TIMEOUT_MS = 5000;
/**
 * A migration takes as long as it takes, and so does waiting for another process to end its own: the limits that the
 * server has for the app's queries do not hold here.
 */
const NO_LIMITS =
  "SET lock_timeout = 0; SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0";

/** Migrations that cannot be applied as they are. */
class MigrationError extends Error {
  override readonly name = "MigrationError";
}

/**
 * Applies the migrations that are not applied yet, each in a transaction of its own together with its record.
 *
 * @param dryRun only find out what would be applied
 * @returns the names of what was (or would be) applied
 * @throws MigrationError if an applied migration was changed, or is missing among the files
 */
export async function migrate(
  client: Client,
  files: readonly Migration[],
  logger: Logger,
  dryRun = false,
): Promise<string[]> {
  await client.query(NO_LIMITS);
  await client.query("SELECT pg_advisory_lock($1)", [LOCK]);
  try {
    const applied = await readRecord(client);
    check(files, applied);
    const pending = files.filter(({ name }) => !applied.has(name));
    if (!dryRun) for (const migration of pending) await apply(client, migration, logger);
    return pending.map(({ name }) => name);
  } finally {
    await client.query("SELECT pg_advisory_unlock($1)", [LOCK]);
  }
}

async function readRecord(client: Client): Promise<Map<string, string>> {
  const { rows: found } = await client.query("SELECT to_regclass('app.schema_migrations') AS known");
  if (found[0].known === null) return new Map();
  const { rows } = await client.query<{ name: string; checksum: string }>(
    "SELECT name, checksum FROM app.schema_migrations",
  );
  return new Map(rows.map(({ name, checksum }) => [name, checksum]));
}

function check(files: readonly Migration[], applied: ReadonlyMap<string, string>): void {
  const newest = [...applied.keys()].sort().at(-1) ?? "";
  for (const { name, checksum } of files) {
    const recorded = applied.get(name);
    if (recorded !== undefined && recorded !== checksum)
      throw new MigrationError(`${name} was changed after it was applied`);
    if (recorded === undefined && name < newest) {
      throw new MigrationError(`${name} comes before ${newest}, which is applied already`);
    }
  }
  // Applied migrations this image does not know are a newer release's: a rollback is running, and by the
  // expand/contract rule the older code works with the newer schema.
}

async function apply(client: Client, migration: Migration, logger: Logger): Promise<void> {
  const started = performance.now();
  await client.query(`SET lock_timeout = ${LOCK_TIMEOUT_MS}`);
  if (migration.alone) {
    await client.query(migration.sql);
    await record(client, migration);
  } else {
    await client.query("BEGIN");
    try {
      await client.query(migration.sql);
      await record(client, migration);
      await client.query("COMMIT");
    } catch (error) {
      await client.query("ROLLBACK");
      throw error;
    }
  }
  logger.info(
    { migration: migration.name, milliseconds: Math.round(performance.now() - started) },
    "migration applied",
  );
}

async function record(client: Client, { name, checksum }: Migration): Promise<void> {
  // After the first migration, because that is what makes the schema where nobody else did.
  await client.query(`
    CREATE TABLE IF NOT EXISTS app.schema_migrations (
      name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now());
    DO $$ BEGIN
      IF to_regrole('app_readwrite') IS NOT NULL THEN
        REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON app.schema_migrations FROM app_readwrite;
      END IF;
    END $$`);
  await client.query("INSERT INTO app.schema_migrations (name, checksum) VALUES ($1, $2)", [name, checksum]);
}
