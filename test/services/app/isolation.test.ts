import { describe, expect, it, onTestFinished } from "vitest";
import { clientOf } from "./support/app";
import { missing, useApp } from "./support/session";

describe.skipIf(missing.length > 0)("what the database itself refuses", () => {
  const app = useApp();

  it("keeps one tenant's rows from another, in the API, in the cache and in the database itself", async () => {
    const { id } = (await app.upload()).json<{ id: string }>();
    const analysis = (await app.post(`/v1/documents/${id}/analyses`, {})).json<{ id: string }>();
    await app.get(`/v1/documents/${id}`);
    const answers = [
      await app.get(`/v1/documents/${id}`, app.other),
      await app.get(`/v1/analyses/${analysis.id}`, app.other),
      await app.post(`/v1/documents/${id}/analyses`, {}, app.other),
    ];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([404, 404, 404]);

    const client = await clientOf(app.backends, "app_api");
    const count = async () =>
      (await client.query("SELECT count(*)::int AS rows FROM app.documents")).rows[0].rows as number;
    expect(await count()).toBe(0);
    await client.query("SELECT set_config('app.tenant', 'other', false)");
    expect(await count()).toBe(0);
    await expect(
      client.query("INSERT INTO app.documents (tenant, name, media_type) VALUES ('acme', 'a', 'b')"),
    ).rejects.toThrow('new row violates row-level security policy for table "documents"');
    await client.end();
  });

  it.each(["app_api", "app_worker", "app_migrator", "postgres"])("lets %s change no event", async (role) => {
    const client = await clientOf(app.backends, role);
    await client.query("SELECT set_config('app.tenant', 'acme', false)");
    const owner = role === "app_migrator" || role === "postgres";
    for (const [statement, operation] of [
      ["UPDATE app.events SET type = 'x'", "UPDATE"],
      ["DELETE FROM app.events", "DELETE"],
      ["TRUNCATE app.events", "TRUNCATE"],
    ] as const) {
      await expect(client.query(statement)).rejects.toThrow(
        owner ? `events are append-only: ${operation} is refused` : "permission denied for table events",
      );
    }
    await client.end();
  });

  it("gives the app no right to write the record of migrations", async () => {
    const client = await clientOf(app.backends, "app_api");
    await expect(client.query("DELETE FROM app.schema_migrations")).rejects.toThrow("permission denied");
    await client.end();
  });

  it("numbers a stream's events without gaps and refuses one of two writers at the same time", async () => {
    const owner = await clientOf(app.backends, "postgres");
    onTestFinished(() => owner.end());
    const waiting = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'INSERT INTO app.events%'`;
    const append = (meanwhile: () => Promise<unknown> = async () => undefined) =>
      app.api.database.forTenant("acme", async (tx) => {
        const version = await app.api.events.append(tx, "race", "chat.answered", {});
        await meanwhile();
        return version;
      });
    let second: Promise<unknown> = Promise.resolve();
    const first = await append(async () => {
      second = append().catch((error: unknown) => error);
      await expect.poll(async () => (await owner.query(waiting)).rowCount).toBe(1);
    });
    expect([first, ((await second) as { type: string }).type]).toEqual([1, "conflict"]);
    expect(await append()).toBe(2);
  });

  it("refuses a database whose certificate another authority has signed", async () => {
    const foreign = { ...app.backends, caFile: app.backends.caFile.replace(/ca\.crt$/, "other.crt") };
    await expect(clientOf(foreign, "app_api")).rejects.toThrow("unable to verify the first certificate");
  });
});
