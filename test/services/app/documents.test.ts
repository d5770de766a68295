import { describe, expect, it } from "vitest";
import { createHash } from "node:crypto";
import { clientOf } from "./support/app";
import { value } from "./support/logs";
import { missing, useApp } from "./support/session";
import { given } from "./support/given";

// Said here for all files that need them.
if (missing.length > 0) console.log(`skipped: the app on real backends (no ${missing.join(", no ")})`);

/** No document has it. */
const NOBODYS = "00000000-0000-4000-8000-000000000000";

describe.skipIf(missing.length > 0)("documents, from upload to analysis", () => {
  const app = useApp();

  it("carries a document from upload through cache and worker to an analysis and feedback", async () => {
    const content = Buffer.from(`lorem ipsum ${"x".repeat(2.5 * 1024 * 1024)}`);
    const uploaded = await app.upload(content);
    expect(uploaded.statusCode).toBe(201);
    const { id, ...rest } = uploaded.json<{ id: string; createdAt: string }>();
    expect(uploaded.headers["location"]).toBe(`/v1/documents/${id}`);
    expect(rest).toEqual({
      name: "note.txt",
      mediaType: "text/plain",
      size: content.length,
      sha256: createHash("sha256").update(content).digest("hex"),
      createdAt: rest.createdAt,
      convertedAt: null,
    });
    expect(await value(app.api.metrics, "documents_uploaded_total")).toBe(1);

    const reads = [await app.get(`/v1/documents/${id}`), await app.get(`/v1/documents/${id}`)];
    expect(reads.map(({ statusCode, headers }) => [statusCode, headers["x-cache"]])).toEqual([
      [200, "miss"],
      [200, "hit"],
    ]);
    expect(reads[1]?.json()).toEqual(uploaded.json());
    expect((await app.get(`/v1/documents/${NOBODYS}`)).statusCode).toBe(404);
    const counted = ["hit", "miss", "error"].map((result) =>
      value(app.api.metrics, "cache_requests_total", { result }),
    );
    expect(await Promise.all(counted)).toEqual([1, 1, 0]);

    const asked = await app.post(`/v1/documents/${id}/analyses`, undefined, {
      ...app.acme,
      "x-request-id": "ask-1",
    });
    expect(asked.statusCode).toBe(202);
    const analysis = asked.json<{ id: string; status: string; provider: string }>();
    expect([analysis.status, analysis.provider]).toEqual(["queued", "openai"]);
    expect((await app.post("/v1/feedback", { analysisId: analysis.id })).statusCode).toBe(409);

    const { metrics, lines } = app.worker();
    expect(await app.finished(analysis.id)).toMatchObject({
      status: "succeeded",
      attempts: 1,
      error: null,
      result: expect.stringMatching(/^openai read 3 words: lorem ipsum x+$/) as string,
    });
    await expect.poll(() => value(metrics, "worker_jobs_total", { result: "success" })).toBe(1);
    expect(await value(metrics, "documents_converted_total")).toBe(1);
    expect(await value(metrics, "analyses_completed_total", { result: "success" })).toBe(1);
    expect(
      lines.filter(({ msg }) => msg === "analysis completed").map((line) => line["correlationId"]),
    ).toEqual(["ask-1"]);

    // The worker has made the cache forget the unconverted document.
    const converted = await app.get(`/v1/documents/${id}`);
    expect(converted.headers["x-cache"]).toBe("miss");
    expect(converted.json<{ convertedAt: string }>().convertedAt).toMatch(/^20\d\d-/);

    const feedback = await app.post("/v1/feedback", { analysisId: analysis.id, provider: "mistral" });
    expect(feedback.statusCode).toBe(201);
    expect(feedback.json<{ feedback: string }>().feedback).toMatch(
      /^mistral read 7 words: openai read 3 words:/,
    );

    const events = await app.api.database.forTenant("acme", async (tx) => [
      ...(await app.api.events.load(tx, `document-${id}`)),
      ...(await app.api.events.load(tx, `analysis-${analysis.id}`)),
    ]);
    expect(events.map(({ type, version }) => [type, version])).toEqual([
      ["document.uploaded", 1],
      ["document.converted", 2],
      ["analysis.requested", 1],
      ["analysis.completed", 2],
    ]);
    expect(events[0]?.payload["actor"]).toMatch(/^[0-9a-f]{32}$/);
  });

  it("refuses a file over the limit, keeps nothing of it and counts the failure", async () => {
    const failed = (fault: string) => value(app.api.metrics, "documents_upload_failures_total", { fault });
    const before = await failed("caller");
    const exact = await app.upload(Buffer.alloc(4 * 1024 * 1024, "a"));
    const above = await app.upload(Buffer.alloc(4 * 1024 * 1024 + 1, "a"));
    const far = await app.upload(Buffer.alloc(5 * 1024 * 1024, "a"));
    expect([exact.statusCode, above.statusCode, far.statusCode]).toEqual([201, 413, 413]);
    expect(above.json<{ error: { type: string } }>().error.type).toBe("too_large");
    expect([await failed("caller"), await failed("service")]).toEqual([before + 2, 0]);
    const owner = await clientOf(app.backends, "app_migrator");
    const { rows } = await owner.query(
      "SELECT count(*)::int AS unfinished FROM app.documents WHERE stored_at IS NULL",
    );
    await owner.end();
    expect(rows).toEqual([{ unfinished: 0 }]);
  });

  it("counts an upload the database does not take as its own failure", async () => {
    const owner = await clientOf(app.backends, "app_migrator");
    const failed = (fault: string) => value(app.api.metrics, "documents_upload_failures_total", { fault });
    const before = await failed("caller");
    await owner.query("REVOKE INSERT ON app.document_chunks FROM app_readwrite");
    const { statusCode } = await app.upload("text");
    await owner.query("GRANT INSERT ON app.document_chunks TO app_readwrite");
    await owner.end();
    expect([statusCode, await failed("caller"), await failed("service")]).toEqual([500, before, 1]);
  });

  it("answers a chat and says so in an event that does not hold the question", async () => {
    const answer = await app.post("/v1/chat", { message: "what is a mainstay", provider: "groq" });
    expect(answer.statusCode).toBe(200);
    const { id, ...rest } = answer.json<{ id: string }>();
    expect(rest).toEqual({
      provider: "groq",
      answer: "groq read 4 words: what is a mainstay",
      tokens: { input: 5, output: 10 },
    });
    const [event] = await app.api.database.forTenant("acme", (tx) => app.api.events.load(tx, `chat-${id}`));
    expect(Object.keys(given(event).payload).sort()).toEqual(["actor", "input", "output", "provider"]);
  });

  it("answers 422 for a provider without its key", async () => {
    const answer = await app.post("/v1/chat", { message: "x", provider: "anthropic" });
    expect([answer.statusCode, answer.json<{ error: { type: string } }>().error.type]).toEqual([
      422,
      "not_configured",
    ]);
  });
});
