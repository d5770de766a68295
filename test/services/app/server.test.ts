import { describe, expect, it, onTestFinished, vi } from "vitest";
import { HealthMonitor } from "../../../services/app/src/health/monitor";
import { AppError } from "../../../services/app/src/http/errors";
import { createServer } from "../../../services/app/src/http/server";
import { createMetrics } from "../../../services/app/src/telemetry/metrics";
import { currentTraceparent } from "../../../services/app/src/telemetry/correlation";
import { startTracing } from "../../../services/app/src/telemetry/tracing";
import { keptLogger, value } from "./support/logs";

startTracing("test", { ENVIRONMENT: "test" });

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/;
const TRACE = "0af7651916cd43dd8448eb211c80319c";
const TRACEPARENT = `00-${TRACE}-b7ad6b7169203331-01`;

function start(options: { slowMs?: number; timeoutMs?: number; health?: HealthMonitor } = {}) {
  const metrics = createMetrics("test", "test");
  const { logger, lines } = keptLogger(metrics);
  const health = options.health ?? new HealthMonitor("test", "test", []);
  const server = createServer({ logger, metrics, health, ...options });
  server.get("/things/:id", async (request) => {
    request.log.info({ authorization: "Bearer hush", user: { password: "hush" } }, "working");
    return { traceparent: currentTraceparent() };
  });
  server.post("/things/:id", async (request) => {
    request.log.info("working");
    return {};
  });
  server.get("/broken", async () => {
    throw new Error("table app.secrets");
  });
  server.get("/conflict", async () => {
    throw new AppError("conflict", "It is taken");
  });
  server.get("/slow", () => new Promise((resolve) => setTimeout(() => resolve({}), 60)));
  onTestFinished(() => server.close());
  return { server, metrics, lines };
}

describe("headers for browsers", () => {
  it("are on every answer, and a route's own stand", async () => {
    const { server } = start();
    server.get("/page", async (_request, reply) =>
      reply.header("content-security-policy", "default-src 'none'").send("<p>"),
    );
    const headersOf = async (url: string) => {
      const { headers } = await server.inject({ url });
      return [
        headers["content-security-policy"],
        headers["cross-origin-opener-policy"],
        headers["permissions-policy"],
        headers["referrer-policy"],
      ];
    };
    const others = [
      ...["same-origin", "camera=(), geolocation=(), microphone=()", "strict-origin-when-cross-origin"],
    ];
    const policy = "default-src 'self'; frame-ancestors 'none'; base-uri 'self'";
    expect(await headersOf("/things/1")).toEqual([policy, ...others]);
    expect(await headersOf("/nothing")).toEqual([policy, ...others]);
    expect(await headersOf("/page")).toEqual(["default-src 'none'", ...others]);
  });

  it("let idle connections last longer than any load balancer keeps them", () => {
    const { server } = start();
    // Its longest request may take an hour, and it waits five seconds more.
    expect(server.server.keepAliveTimeout).toBeGreaterThan(3_605_000);
  });
});

describe("the correlation id", () => {
  it("is the caller's, in the answer and in every line", async () => {
    const { server, lines } = start();
    const answer = await server.inject({ url: "/things/7", headers: { "x-request-id": "order-7.a_B" } });
    expect(answer.headers["x-request-id"]).toBe("order-7.a_B");
    expect(lines.map((line) => [line["msg"], line["correlationId"]])).toEqual([
      ["working", "order-7.a_B"],
      ["request", "order-7.a_B"],
    ]);
  });

  it("survives the reading of a body", async () => {
    const { server, lines } = start();
    await server.inject({
      method: "POST",
      url: "/things/7",
      payload: { a: 1 },
      headers: { "x-request-id": "with-body" },
    });
    expect(lines.map((line) => line["correlationId"])).toEqual(["with-body", "with-body"]);
  });

  it.each(["", "with space", "line\nbreak", "ü", "x".repeat(129), "<script>"])(
    "is made anew instead of %j",
    async (given) => {
      const { server } = start();
      const answer = await server.inject({ url: "/things/7", headers: { "x-request-id": given } });
      expect(answer.headers["x-request-id"]).toMatch(UUID);
    },
  );

  it("is in the answer to an error, whatever fails", async () => {
    const { server } = start();
    const headers = { "x-request-id": "e-1", "content-type": "application/json" };
    const answers = [
      await server.inject({ url: "/nowhere", headers }),
      await server.inject({ url: "/broken", headers }),
      await server.inject({ url: "/conflict", headers }),
      await server.inject({ method: "POST", url: "/things/7", headers, payload: "{" }),
    ];
    expect(answers.map((answer) => [answer.statusCode, answer.json<unknown>()])).toEqual([
      [404, { error: { type: "not_found", message: "There is nothing here", correlationId: "e-1" } }],
      [500, { error: { type: "internal", message: "Something went wrong here", correlationId: "e-1" } }],
      [409, { error: { type: "conflict", message: "It is taken", correlationId: "e-1" } }],
      [400, { error: { type: "invalid", message: expect.any(String) as string, correlationId: "e-1" } }],
    ]);
  });
});

describe("the trace", () => {
  it("is the caller's, in the lines and in what is handed on", async () => {
    const { server, lines } = start();
    const answer = await server.inject({ url: "/things/7", headers: { traceparent: TRACEPARENT } });
    expect(lines.map((line) => line["traceId"])).toEqual([TRACE, TRACE]);
    expect(answer.json<{ traceparent: string }>().traceparent).toMatch(
      new RegExp(`^00-${TRACE}-(?!b7ad6b7169203331)[0-9a-f]{16}-01$`),
    );
  });
});

describe("a request's figures", () => {
  it("are those of its route, never of its address", async () => {
    const { server, metrics } = start();
    for (const url of ["/things/1", "/things/2?a=b", "/nowhere/1", "/nowhere/2"])
      await server.inject({ url });
    const text = await metrics.registry.metrics();
    const counted = text.split("\n").filter((line) => /^http_requests_total.* [1-9]\d*$/.test(line));
    expect(counted).toEqual([
      'http_requests_total{method="GET",endpoint="/things/:id",status_code="200"} 2',
      'http_requests_total{method="GET",endpoint="unmatched",status_code="404"} 2',
    ]);
    expect(await value(metrics, "http_requests_in_progress", { method: "GET" })).toBe(0);
    expect(
      await value(metrics, "http_errors_total", { endpoint: "unmatched", error_type: "not_found" }),
    ).toBe(2);
  });

  it("start at 0 for each route", async () => {
    const { metrics } = start();
    const endpoint = "/broken";
    for (const status_code of ["500", "503", "504"])
      expect(await value(metrics, "http_requests_total", { endpoint, status_code })).toBe(0);
    for (const error_type of ["internal", "unavailable", "timeout"])
      expect(await value(metrics, "http_errors_total", { endpoint, error_type })).toBe(0);
    expect(await value(metrics, "http_slow_requests_total", { endpoint })).toBe(0);
    expect(await value(metrics, "http_request_duration_seconds", { endpoint })).toBe(0);
  });

  it("tell whether the process is ready, as its health check does", async () => {
    const health = new HealthMonitor("test", "test", []);
    const { server, metrics } = start({ health });
    const ready = async () => {
      await server.inject({ url: "/metrics" });
      const { statusCode } = await server.inject({ url: "/health/ready" });
      return [await value(metrics, "app_ready"), statusCode];
    };
    expect(await ready()).toEqual([1, 200]);
    health.drain();
    expect(await ready()).toEqual([0, 503]);
  });

  it("leave out the platform's own requests", async () => {
    const { server, metrics, lines } = start();
    for (const url of ["/health", "/health/live", "/health/ready", "/metrics"]) {
      expect((await server.inject({ url })).statusCode).toBe(200);
    }
    expect(await metrics.registry.metrics()).not.toMatch(/endpoint="\/(health|metrics)/);
    expect(lines).toEqual([]);
  });

  it("count and log a slow request", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    onTestFinished(() => void vi.useRealTimers());
    const { server, metrics, lines } = start({ slowMs: 50 });
    for (const milliseconds of [50, 51])
      server.get(`/takes/${milliseconds}`, async () => {
        vi.advanceTimersByTime(milliseconds);
        return {};
      });
    const slow = async (endpoint: string) => {
      await server.inject({ url: endpoint });
      return value(metrics, "http_slow_requests_total", { method: "GET", endpoint });
    };
    expect([await slow("/takes/50"), await slow("/takes/51")]).toEqual([0, 1]);
    expect(lines.filter(({ msg }) => msg === "slow request")).toMatchObject([
      { level: "warn", endpoint: "/takes/51", status: 200, milliseconds: 51 },
    ]);
  });

  it("count an exception nobody expected, and keep its text to the log", async () => {
    const { server, metrics, lines } = start();
    const answer = await server.inject({ url: "/broken" });
    expect(answer.body).not.toContain("app.secrets");
    expect(await value(metrics, "app_unhandled_exceptions_total")).toBe(1);
    expect(await value(metrics, "app_errors_total", { type: "internal", component: "http" })).toBe(1);
    expect(await value(metrics, "app_log_lines_total", { level: "error" })).toBe(1);
    expect(lines.filter(({ level }) => level === "error")).toMatchObject([
      { err: { message: "table app.secrets" } },
    ]);
  });
});

it("ends a request that takes too long with 504", async () => {
  const { server } = start({ timeoutMs: 20 });
  const answer = await server.inject({ url: "/slow" });
  expect([answer.statusCode, answer.json<{ error: { type: string } }>().error.type]).toEqual([
    504,
    "timeout",
  ]);
});

it("logs no credentials, one JSON object per line, with the level in words", async () => {
  const { server, lines } = start();
  await server.inject({ url: "/things/7", headers: { authorization: "Bearer hush", "x-request-id": "c" } });
  expect(JSON.stringify(lines)).not.toContain("hush");
  expect(lines[1]).toEqual({
    level: "info",
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
    service: "test",
    environment: "test",
    version: "0.0.0-dev",
    correlationId: "c",
    traceId: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
    method: "GET",
    endpoint: "/things/:id",
    status: 200,
    milliseconds: expect.any(Number) as number,
    msg: "request",
  });
});

describe("health", () => {
  it("answers 503 on ready and on the document when a critical dependency is down, and stays live", async () => {
    const health = new HealthMonitor("api", "test", [
      {
        name: "database",
        critical: true,
        probe: () => Promise.reject(new Error("down")),
        report: (up) => ({ status: up ? "healthy" : "unhealthy" }),
      },
    ]);
    await health.start();
    onTestFinished(() => health.stop());
    const { server } = start({ health });
    const paths = ["/health", "/health/ready", "/health/live"];
    const answers = await Promise.all(paths.map((url) => server.inject({ url })));
    expect(answers.map((answer) => [answer.statusCode, answer.json<{ status: string }>().status])).toEqual([
      [503, "unhealthy"],
      [503, "unhealthy"],
      [200, "healthy"],
    ]);
  });
});
