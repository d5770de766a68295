import { beforeAll, describe, expect, test } from "vitest";
import { CANDIDATE_PERCENT, eventually, logsOf, PORTS, run, token } from "./support/environment";
import { ask, form } from "./support/http";
import { query, rules, samples } from "./support/prometheus";

describe("a request through the edge", () => {
  let authorization = "";
  beforeAll(async () => {
    authorization = `Bearer ${await token("acme")}`;
  });

  test("is stored in PostgreSQL, cached in Redis, worked on, traced, and seen in Prometheus", async () => {
    const correlationId = `path-test-${Date.now()}`;
    const { headers, body } = form("hello.txt", Buffer.from("hello, mainstay"));
    const uploaded = await ask("/v1/documents", {
      method: "POST",
      headers: { ...headers, authorization, "x-request-id": correlationId },
      body,
    });
    expect([uploaded.status, uploaded.headers["x-request-id"]]).toEqual([201, correlationId]);
    const { id, size } = JSON.parse(uploaded.body) as { id: string; size: number };
    expect(size).toBe(15);

    const rows = await run("database", [
      "psql",
      "-XAtU",
      "postgres",
      "-d",
      "app",
      "-c",
      `select tenant, name from app.documents where id = '${id}'`,
    ]);
    expect(rows.output.trim()).toBe("acme|hello.txt");

    const reads = [];
    for (let read = 0; read < 2; read++)
      reads.push(await ask(`/v1/documents/${id}`, { headers: { authorization } }));
    expect(reads.map(({ status, headers: { "x-cache": cache } }) => [status, cache])).toEqual([
      [200, "miss"],
      [200, "hit"],
    ]);

    const stranger = await ask(`/v1/documents/${id}`, {
      headers: { authorization: `Bearer ${await token("globex")}` },
    });
    expect(stranger.status).toBe(404);

    const asked = await ask(`/v1/documents/${id}/analyses`, {
      method: "POST",
      headers: { authorization, "content-type": "application/json", "x-request-id": correlationId },
      body: "{}",
    });
    expect(asked.status).toBe(202);
    const analysis = JSON.parse(asked.body) as { id: string };
    const done = await eventually(45, async () => {
      const { body: text } = await ask(`/v1/analyses/${analysis.id}`, { headers: { authorization } });
      const seen = JSON.parse(text) as { status: string };
      return seen.status === "succeeded" || seen.status === "failed" ? seen.status : undefined;
    });
    expect(done).toBe("succeeded");

    expect(
      await eventually(45, () =>
        query('group(http_requests_total{endpoint="/v1/documents",method="POST",status_code="201"} > 0)'),
      ),
    ).toBe(1);
    expect(await eventually(45, () => query('group(analyses_completed_total{result="success"} > 0)'))).toBe(
      1,
    );

    for (const service of ["edge", "worker-1"]) {
      const line = await eventually(45, async () =>
        (await logsOf(service)).split("\n").find((text) => text.includes(correlationId)),
      );
      expect((JSON.parse(line) as { correlationId: string }).correlationId).toBe(correlationId);
    }
    const spans = await eventually(45, async () => {
      const { output } = await run("tracing", ["wget", "-q", "-O-", "http://127.0.0.1:4318/stand-in/spans"]);
      return output.includes(correlationId) ? output : undefined;
    });
    expect(spans).toContain("http.request.method");
  });

  test("every target is scraped, and no rule fails", async () => {
    const up = await eventually(45, async () => {
      const all = await samples("up");
      return all.every(({ value }) => value[1] === "1") ? all : undefined;
    });
    const seen = up.map(({ metric: { job, instance, probe } }) => [job, probe ?? instance].join(" "));
    expect(seen.sort()).toEqual([
      ...["alertmanager alertmanager:9093", "api api-1:8000", "api api-2:8000", "api api-candidate-1:8000"],
      ...["backup backups:9560", "blackbox probe-exporter:9115", "grafana grafana:3000"],
      ...[
        "host host-exporter:9100",
        "jaeger tracing:8888",
        "loki logs:3100",
        "postgres database-exporter:9187",
      ],
      ...["probe api", "probe redirect", "probe web", "prometheus prometheus:9090"],
      ...["redis cache-exporter:9121", "shipper log-shipper:9598", "web web-1:8080", "worker worker-1:8001"],
    ]);
    const failing = (await rules()).filter(({ health }) => health === "err");
    expect(failing.map(({ name, lastError }) => `${name}: ${lastError}`)).toEqual([]);
    // The exporters answer even when what they watch does not let them in.
    const letIn = async () => [await query("pg_up"), await query("redis_up")].every((value) => value === 1);
    await eventually(45, async () => ((await letIn()) ? true : undefined));
  });

  test("the environment's health document answers in less than 100 ms and holds no secret", async () => {
    const { status, body } = await ask("/health");
    const times = [];
    for (let i = 0; i < 5; i++) {
      const begun = performance.now();
      await (await fetch(`http://127.0.0.1:${PORTS.api}/health`)).text();
      times.push(performance.now() - begun);
    }
    const health = JSON.parse(body) as {
      status: string;
      dependencies: { database: { pool: Record<string, number> } };
    };
    expect([status, health.status]).toEqual([200, "healthy"]);
    expect(Object.keys(health.dependencies.database.pool).sort()).toEqual([
      "active",
      "idle",
      "max",
      "size",
      "utilisation",
      "waiting",
    ]);
    expect(body).not.toMatch(/password|postgresql:|redis:/);
    // The quickest: any of them may meet a busy machine.
    expect(Math.min(...times)).toBeLessThan(100);
  });

  test(`${CANDIDATE_PERCENT} % of the API's requests go to its candidate, the same ones every time`, async () => {
    const ids = Array.from({ length: 60 }, (_, index) => `split-${index}`);
    const releases = async (path: string) => {
      // On the operators' port, where no client is limited.
      for (const id of ids)
        await fetch(`http://127.0.0.1:${PORTS.api}${path}`, { headers: { "x-request-id": id } });
      const lines = await eventually(45, async () => {
        const all = (await logsOf("edge"))
          .split("\n")
          .filter((line) => line.includes('"correlationId":"split-'));
        const these = all
          .map((line) => JSON.parse(line) as Record<string, string>)
          .filter((line) => line.path === path);
        return these.length === ids.length ? these : undefined;
      });
      return lines.map(({ correlationId, release }) => `${correlationId} ${release}`);
    };
    const [first, second] = [await releases("/health/live"), await releases("/health/ready")];
    expect(second).toEqual(first);
    expect([...new Set(first.map((line) => line.split(" ")[1]))].sort()).toEqual([
      "api-candidate:8000",
      "api:8000",
    ]);
    // 60 ids hashed: between 15 % and 45 % whatever the hash does.
    const share = first.filter((line) => line.endsWith("api-candidate:8000")).length / 60;
    expect(share).toBeGreaterThan(0.15);
    expect(share).toBeLessThan(0.45);
  });
});
