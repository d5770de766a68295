import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { fromTexts, migrations } from "../../../services/app/src/migrate/files";
import { migrate } from "../../../services/app/src/migrate/migrate";
import { clientOf } from "./support/app";
import { startBackends, type Backends } from "./support/backends";
import { keptLogger } from "./support/logs";
import { missing } from "./support/session";

const ONE = { "0001_one.sql": "CREATE SCHEMA app; CREATE TABLE app.one (id int)" };
const TWO = { "0002_two.sql": "CREATE TABLE app.two (id int)" };

describe("the migrations", () => {
  it("are the folder's, in order", () => {
    expect(migrations().map(({ name, alone }) => [name, alone])).toEqual([
      ["0001_documents.sql", false],
      ["0002_events.sql", false],
      ["0003_analyses.sql", false],
    ]);
  });
});

describe.skipIf(missing.length > 0)("migrating", () => {
  let backends: Backends;
  let databases = 0;

  beforeAll(async () => {
    backends = await startBackends();
  }, 60_000);
  afterAll(() => backends?.stop(), 30_000);

  /** A database with nothing in it: not even the schema the database component makes. */
  async function bare() {
    const name = `bare_${(databases += 1)}`;
    const server = await clientOf(backends, "postgres", "postgres");
    await server.query(`CREATE DATABASE ${name} OWNER app_migrator`);
    await server.end();
    const open = async () => {
      const client = await clientOf(backends, "app_migrator", name);
      onTestFinished(() => client.end());
      return client;
    };
    const client = await open();
    const { logger } = keptLogger();
    const apply = (texts: Record<string, string>, dryRun?: boolean) =>
      migrate(client, fromTexts(texts), logger, dryRun);
    const tables = async () => {
      const { rows } = await client.query<{ name: string }>(
        "SELECT relname AS name FROM pg_class WHERE relnamespace = to_regnamespace('app') AND relkind = 'r' ORDER BY 1",
      );
      return rows.map((row) => row.name);
    };
    return { client, open, apply, tables };
  }

  it("works on a database where nobody has prepared anything", async () => {
    const { client, tables } = await bare();
    const applied = await migrate(client, migrations(), keptLogger().logger);
    expect(applied).toEqual(["0001_documents.sql", "0002_events.sql", "0003_analyses.sql"]);
    expect(await tables()).toEqual([
      "analyses",
      "document_chunks",
      "documents",
      "events",
      "schema_migrations",
    ]);
  });

  it("applies what is new, and only says so in a dry run", async () => {
    const { apply, tables } = await bare();
    expect(await apply(ONE)).toEqual(["0001_one.sql"]);
    expect(await apply({ ...ONE, ...TWO }, true)).toEqual(["0002_two.sql"]);
    expect(await tables()).toEqual(["one", "schema_migrations"]);
    expect(await apply({ ...ONE, ...TWO })).toEqual(["0002_two.sql"]);
    expect(await apply({ ...ONE, ...TWO })).toEqual([]);
    expect(await tables()).toEqual(["one", "schema_migrations", "two"]);
  });

  it("refuses a file that was changed, or that comes too late", async () => {
    const { apply } = await bare();
    await apply({ ...ONE, "0003_three.sql": "SELECT 3" });
    await expect(apply({ "0001_one.sql": "SELECT 1" })).rejects.toThrow(
      "0001_one.sql was changed after it was applied",
    );
    await expect(apply({ ...ONE, ...TWO })).rejects.toThrow(
      "0002_two.sql comes before 0003_three.sql, which is applied already",
    );
  });

  it("lets an older release run on a newer schema", async () => {
    const { apply } = await bare();
    await apply({ ...ONE, ...TWO });
    expect(await apply(ONE)).toEqual([]);
  });

  it("leaves nothing of a migration that fails", async () => {
    const { apply, tables } = await bare();
    await apply(ONE);
    const failing = { "0002_two.sql": "CREATE TABLE app.two (id int); SELECT 1/0" };
    await expect(apply({ ...ONE, ...failing })).rejects.toThrow("division by zero");
    expect(await tables()).toEqual(["one", "schema_migrations"]);
    expect(await apply({ ...ONE, ...TWO })).toEqual(["0002_two.sql"]);
  });

  it("runs outside a transaction what must", async () => {
    const { apply } = await bare();
    await apply(ONE);
    const index = "CREATE INDEX CONCURRENTLY one_id ON app.one (id)";
    await expect(apply({ ...ONE, "0002_index.sql": index })).rejects.toThrow(
      "cannot run inside a transaction block",
    );
    expect(await apply({ ...ONE, "0002_index.sql": `-- no transaction\n${index}` })).toEqual([
      "0002_index.sql",
    ]);
  });

  it("is done once by two processes at the same time, whatever limits the server has for queries", async () => {
    const { client, open } = await bare();
    const limits = ["lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"];
    for (const limit of limits) await client.query(`ALTER ROLE CURRENT_USER SET ${limit} = '50ms'`);
    onTestFinished(async () => {
      for (const limit of limits) await client.query(`ALTER ROLE CURRENT_USER RESET ${limit}`);
    });
    const clients = [await open(), await open()];
    const slow = fromTexts({ "0001_one.sql": `${ONE["0001_one.sql"]}; SELECT pg_sleep(0.2)` });
    const { logger } = keptLogger();
    const applied = await Promise.all(clients.map((client) => migrate(client, slow, logger)));
    expect(applied.flat()).toEqual(["0001_one.sql"]);
  });

  it("waits for a lock five seconds at most", async () => {
    const { client, apply } = await bare();
    await apply(ONE);
    expect((await client.query("SHOW lock_timeout")).rows).toEqual([{ lock_timeout: "5s" }]);
  });
});
