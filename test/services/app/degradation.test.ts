import { execFileSync } from "node:child_process";
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { startApi } from "./support/app";
import { value } from "./support/logs";
import { missing, useApp } from "./support/session";

describe.skipIf(missing.length > 0)("the app while something is wrong", () => {
  const app = useApp();

  it("is healthy, with the pool's figures", async () => {
    const health = await app.get("/health", {});
    expect(health.statusCode).toBe(200);
    const { status, dependencies } = health.json<{
      status: string;
      dependencies: Record<string, Record<string, unknown>>;
    }>();
    expect(status).toBe("healthy");
    expect(
      Object.entries(dependencies).map(([name, { status: state, critical }]) => [name, state, critical]),
    ).toEqual([
      ["database", "healthy", true],
      ["cache", "healthy", false],
      ["providers", "healthy", false],
    ]);
    expect(Object.keys(dependencies["database"]?.["pool"] as object)).toEqual([
      "size",
      "max",
      "active",
      "idle",
      "waiting",
      "utilisation",
    ]);
  });

  it("stays ready with every connection in use, and counts who waits", async () => {
    let free = () => {};
    const held = new Promise<void>((resolve) => (free = resolve));
    const users = Array.from({ length: 11 }, () => app.api.database.forTenant("acme", () => held));
    await expect
      .poll(() => app.api.database.use())
      .toEqual({ size: 10, max: 10, active: 10, idle: 0, waiting: 1 });
    await app.api.database.ping();
    const ready = await app.get("/health/ready", {});
    expect([ready.statusCode, ready.json<{ status: string }>().status]).toEqual([200, "degraded"]);
    expect(await value(app.api.metrics, "db_pool_active")).toBe(10);
    free();
    await Promise.all(users);
  });

  it("serves without its cache, and says it is degraded", async () => {
    const { id } = (await app.upload()).json<{ id: string }>();
    app.backends.redisProcess.kill("SIGSTOP");
    try {
      const read = await app.get(`/v1/documents/${id}`);
      expect([read.statusCode, read.headers["x-cache"]]).toEqual([200, "miss"]);
      expect(await value(app.api.metrics, "cache_requests_total", { result: "error" })).toBe(1);
      await expect
        .poll(async () => (await app.get("/health", {})).json<{ status: string }>().status)
        .toBe("degraded");
      expect((await app.get("/health/ready", {})).statusCode).toBe(200);
    } finally {
      app.backends.redisProcess.kill("SIGCONT");
    }
  });

  it("takes no time it was busy itself for the cache's", async () => {
    await app.api.cache.set("busy", "kept", 60);
    const read = app.api.cache.get("busy");
    // The question is on its way after this turn. Redis answers in order, so its answer is there before redis-cli's.
    await turn();
    const begun = performance.now();
    do execFileSync("redis-cli", ["-u", app.backends.cache, "ping"], { stdio: "ignore" });
    while (performance.now() - begun < 300);
    expect(await read).toBe("kept");
  });

  it("is not ready without its database, says so, and shows no address", async () => {
    const lost = await startApi(app.backends, { DATABASE_URL: "postgresql://app_api:hush@localhost:1/app" });
    onTestFinished(() => lost.stop());
    const answers = await Promise.all(
      ["/health", "/health/ready", "/health/live"].map((url) => lost.server.inject(url)),
    );
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([503, 503, 200]);
    expect(answers[0]?.body).not.toMatch(/hush|localhost/);
    const read = await lost.server.inject({
      url: "/v1/analyses/6f1f64f3-7a3c-4d0b-a6f9-2f1de4f0a001",
      headers: app.acme,
    });
    expect([read.statusCode, read.headers["retry-after"]]).toEqual([503, "1"]);
    expect(
      await value(lost.metrics, "app_errors_total", { type: "unavailable", component: "database" }),
    ).toBeGreaterThan(0);
  });
});
