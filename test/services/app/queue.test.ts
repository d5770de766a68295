import { describe, expect, it, onTestFinished } from "vitest";
import { clientOf, startWorker } from "./support/app";
import { value } from "./support/logs";
import { missing, useApp } from "./support/session";
import { given } from "./support/given";

describe.skipIf(missing.length > 0)("the queue of analyses", () => {
  const app = useApp();

  it("runs each of 40 jobs once, with two workers", async () => {
    const { id } = (await app.upload("a few words")).json<{ id: string }>();
    const asked = await Promise.all(
      Array.from({ length: 40 }, () => app.post(`/v1/documents/${id}/analyses`, {})),
    );
    const ids = asked.map((answer) => answer.json<{ id: string }>().id);
    const workers = [app.worker(), app.worker()];
    // One is asked about at a time: forty questions at once would keep this process from the jobs themselves.
    const ended = [];
    for (const analysis of ids) ended.push(await app.finished(analysis));
    expect(ended).toHaveLength(40);
    expect(
      new Set(ended.map((analysis) => `${analysis.status} ${(analysis as { attempts?: number }).attempts}`)),
    ).toEqual(new Set(["succeeded 1"]));
    const owner = await clientOf(app.backends, "app_migrator");
    const { rows } = await owner.query(
      `SELECT count(*)::int AS events, count(DISTINCT stream)::int AS streams FROM app.events
       WHERE type = 'analysis.completed' AND stream = ANY($1)`,
      [ids.map((analysis) => `analysis-${analysis}`)],
    );
    await owner.end();
    expect(rows).toEqual([{ events: 40, streams: 40 }]);
    const done = await Promise.all(
      workers.map(({ metrics }) => value(metrics, "worker_jobs_total", { result: "success" })),
    );
    expect(done.reduce((sum, jobs) => sum + jobs)).toBe(40);
    expect(Math.min(...done)).toBeGreaterThan(0);
  });

  it("tries a job three times and then gives it up", async () => {
    await app.api.cache.set("faults", JSON.stringify({ openai: { errorPercent: 100 } }), 60);
    onTestFinished(() => app.api.cache.forget("faults"));
    const { id } = (await app.upload()).json<{ id: string }>();
    const { metrics } = app.worker();
    const analysis = (await app.post(`/v1/documents/${id}/analyses`, {})).json<{ id: string }>();
    expect(await app.finished(analysis.id)).toMatchObject({
      status: "failed",
      attempts: 3,
      error: "openai answered with an error",
    });
    await expect.poll(() => value(metrics, "worker_jobs_total", { result: "failed" })).toBe(1);
    expect(await value(metrics, "worker_jobs_total", { result: "retried" })).toBe(2);
    expect(await value(metrics, "analyses_completed_total", { result: "failed" })).toBe(1);
  });

  it("tells nothing of the queue while it cannot be read", async () => {
    const away = { DATABASE_URL: "postgresql://app_worker:hush@localhost:1/app" };
    const { worker: loop, metrics, stop } = startWorker(app.backends, away);
    onTestFinished(() => stop());
    loop.start();
    for (const name of ["worker_queue_length", "worker_queue_oldest_job_age_seconds"])
      await expect
        .poll(() => value(metrics, name).catch(({ message }: Error) => message))
        .toBe(`${name} has no series {}`);
    expect(await value(metrics, "worker_last_tick_timestamp_seconds")).toBeGreaterThan(0);
  });

  it("gives a running job back when it is stopped before the job ends", async () => {
    await app.api.cache.set("faults", JSON.stringify({ gemini: { latencyMs: 10_000 } }), 60);
    onTestFinished(() => app.api.cache.forget("faults"));
    const { id } = (await app.upload()).json<{ id: string }>();
    const client = await clientOf(app.backends, "app_migrator");
    onTestFinished(() => client.end());
    const { rows } = await client.query<{ id: string }>(
      `INSERT INTO app.analyses (tenant, document_id, provider, correlation_id) VALUES ('acme', $1, 'gemini', 'c') RETURNING id`,
      [id],
    );
    const status = async () =>
      (await client.query("SELECT status FROM app.analyses WHERE id = $1", [given(rows[0]).id])).rows[0]
        .status as string;
    const { worker: loop, stop } = startWorker(app.backends);
    loop.start();
    await expect.poll(status).toBe("running");
    await stop(50);
    expect(await status()).toBe("queued");
    await client.query("DELETE FROM app.analyses WHERE id = $1", [given(rows[0]).id]);
  });

  it("takes over the job of a worker that died, and ends one that killed three", async () => {
    const { id } = (await app.upload()).json<{ id: string }>();
    const owner = await clientOf(app.backends, "app_migrator");
    onTestFinished(() => owner.end());
    const { rows } = await owner.query<{ id: string }>(
      `INSERT INTO app.analyses (tenant, document_id, provider, correlation_id, status, attempts, lease_until)
       VALUES ('acme', $1, 'openai', 'c', 'running', 1, now() - interval '1 s'),
              ('acme', $1, 'openai', 'c', 'running', 3, now() - interval '1 s') RETURNING id`,
      [id],
    );
    app.worker();
    expect(await app.finished(given(rows[0]).id)).toMatchObject({ status: "succeeded", attempts: 2 });
    expect(await app.finished(given(rows[1]).id)).toMatchObject({
      status: "failed",
      attempts: 3,
      error: "no worker survived it",
    });
  });
});
