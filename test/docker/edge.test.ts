import Docker from "dockerode";
import { beforeAll, describe, expect, test } from "vitest";
import {
  containerName,
  docker,
  eventually,
  fileOf,
  logsOf,
  PORTS,
  STACK,
  token,
} from "./support/environment";
import { handshake } from "./support/tls";
import { ask, form } from "./support/http";
import { exec } from "./support/launch";
import { query } from "./support/prometheus";

const MIB = 1024 * 1024;

/** Runs a script in a container of the test's own, on one of the environment's networks or one given. */
async function fromInside<T>(network: string, script: string): Promise<T> {
  const container = await docker.createContainer({
    Image: "mainstay-test/node:1.0",
    Cmd: ["sleep", "60"],
    Labels: { "mainstay.environment": STACK },
    HostConfig: { NetworkMode: network, AutoRemove: true },
  });
  await container.start();
  try {
    const { output } = await exec(new Docker(), container.id, ["node", "-e", script]);
    return JSON.parse(output) as T;
  } finally {
    await container.kill();
  }
}

/** Sends requests one after the other over one connection, until one is refused, and prints their status codes. */
const burst = (host: string, most: number, path: string) => `
  const https = require("node:https");
  const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
  const once = () => new Promise((resolve, reject) =>
    https.get({ host: "${host}", port: 8443, path: "${path}", agent, rejectUnauthorized: false }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode));
    }).on("error", reject));
  (async () => {
    const codes = [], begun = Date.now();
    while (codes.length < ${most} && codes.at(-1) !== 429) codes.push(await once());
    console.log(JSON.stringify({ codes, seconds: (Date.now() - begun) / 1000 }));
  })();`;

describe("TLS", () => {
  test("1.3 and 1.2 are spoken, 1.1 and 1.0 are not", () => {
    const spoken = ["tls1_3", "tls1_2", "tls1_1", "tls1"].map((version) => handshake(PORTS.https, version));
    expect(spoken).toEqual([
      { version: "TLSv1.3" },
      { version: "TLSv1.2" },
      { alert: "protocol version" },
      { alert: "protocol version" },
    ]);
  });

  test("plain HTTP is sent to HTTPS, method and path kept", async () => {
    const response = await fetch(`http://127.0.0.1:${PORTS.http}/v1/documents?x=1`, {
      method: "POST",
      redirect: "manual",
    });
    expect([response.status, response.headers.get("location")]).toEqual([
      308,
      `https://127.0.0.1:${PORTS.https}/v1/documents?x=1`,
    ]);
  });
});

describe("headers", () => {
  test("of security stand on every answer, errors included", async () => {
    for (const path of ["/", "/v1/documents/none", "/metrics"]) {
      const { headers } = await ask(path);
      expect(headers).toMatchObject({
        "strict-transport-security": "max-age=31536000; includeSubDomains",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "strict-origin-when-cross-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=()",
        "cross-origin-opener-policy": "same-origin",
        server: "nginx",
      });
    }
  });

  test("of content security are the service's own, or the edge's where it has none", async () => {
    const policy = async (path: string) => (await ask(path)).headers["content-security-policy"];
    expect(await policy("/")).toBe("default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
    expect(await policy("/v1/documents/none")).toBe(
      "default-src 'self'; frame-ancestors 'none'; base-uri 'self'",
    );
  });

  test("of CORS name a listed origin, and no other", async () => {
    const origin = "http://localhost:5173";
    const listed = await ask("/health/live", { headers: { origin } });
    expect([
      listed.headers["access-control-allow-origin"],
      listed.headers["access-control-allow-credentials"],
    ]).toEqual([origin, "true"]);
    const stranger = await ask("/health/live", { headers: { origin: "https://evil.example" } });
    expect(stranger.headers["access-control-allow-origin"]).toBeUndefined();
    const preflight = await ask("/v1/documents", {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "POST" },
    });
    expect([
      preflight.status,
      preflight.headers["access-control-allow-methods"],
      preflight.headers["access-control-max-age"],
    ]).toEqual([204, "GET, POST, PUT, PATCH, DELETE, OPTIONS", "600"]);
  });

  test("a harmless correlation id is kept and passed on, another is replaced", async () => {
    const kept = await ask("/v1/documents/none", { headers: { "x-request-id": "edge-test.1" } });
    expect(kept.headers["x-request-id"]).toBe("edge-test.1");
    const replaced = await ask("/v1/documents/none", { headers: { "x-request-id": 'x" onload="' } });
    expect(replaced.headers["x-request-id"]).toMatch(/^[0-9a-f]{32}$/);
    const line = await eventually(45, async () =>
      (await logsOf("edge")).split("\n").find((text) => text.includes("edge-test.1")),
    );
    expect(JSON.parse(line)).toMatchObject({
      correlationId: "edge-test.1",
      method: "GET",
      path: "/v1/documents/none",
      service: "edge",
    });
  });
});

describe("limits", () => {
  let authorization = "";
  beforeAll(async () => {
    authorization = `Bearer ${await token("acme")}`;
  });

  test("an upload of 49 MB is taken, one of 51 MB is refused with 413", async () => {
    const upload = (size: number) => {
      const { headers, body } = form("large.bin", Buffer.alloc(size, 7), "application/octet-stream");
      return ask("/v1/documents", { method: "POST", headers: { ...headers, authorization }, body });
    };
    expect((await upload(49 * MIB)).status).toBe(201);
    // nginx answers and closes before all is sent; either shows that it was not taken.
    const refused = await upload(51 * MIB).then(
      ({ status }) => status,
      ({ code }: NodeJS.ErrnoException) => code,
    );
    expect([413, "ECONNRESET", "EPIPE"]).toContain(refused);
  });

  test("/metrics is forbidden from outside however it is spelt, and open from 10.0.0.0/8", async () => {
    const spellings = ["/metrics", "/METRICS", "//metrics", "/%6detrics", "/v1/../metrics", "/metrics/"];
    const answers = await Promise.all(spellings.map((path) => ask(path)));
    expect(answers.map(({ status }) => status)).toEqual(spellings.map(() => 403));
    const name = `mainstay-${STACK}-ten`;
    const network = await docker.createNetwork({
      Name: name,
      Internal: true,
      IPAM: { Config: [{ Subnet: "10.213.7.0/24" }] },
      Labels: { "mainstay.environment": STACK },
    });
    try {
      await network.connect({ Container: containerName("edge"), EndpointConfig: { Aliases: ["edge-ten"] } });
      const { codes } = await fromInside<{ codes: number[] }>(name, burst("edge-ten", 1, "/metrics"));
      expect(codes).toEqual([200]);
    } finally {
      await network.disconnect({ Container: containerName("edge"), Force: true });
      await network.remove();
    }
  });

  test("the 121st request of a client within a minute gets 429", async () => {
    // A client of its own, so that what other tests sent does not count. One more is allowed every half second.
    const { codes, seconds } = await fromInside<{ codes: number[]; seconds: number }>(
      `mainstay-${STACK}-front`,
      burst("edge", 1000, "/health/live"),
    );
    const taken = codes.slice(0, -1);
    expect([...new Set(taken), codes.at(-1)]).toEqual([200, 429]);
    expect(taken.length).toBeGreaterThanOrEqual(120);
    expect(taken.length).toBeLessThanOrEqual(120 + Math.floor(seconds * 2));
  });

  test("another client is not slowed down by it", async () => {
    expect((await ask("/health/live")).status).toBe(200);
  });

  test("the configuration waits five minutes for a service and takes 50 MB, by its text", () => {
    const conf = fileOf("edge-config", "nginx.conf");
    expect(conf).toContain("proxy_read_timeout 300s;");
    expect(conf).toContain("proxy_send_timeout 300s;");
    expect(conf).toContain("client_max_body_size 50m;");
  });
});

describe("requests are counted from the edge's lines", () => {
  const counted = async (statuses: string, by: "edge" | "service") =>
    (await query(`sum(edge_requests_total{status_code=~"${statuses}",answered_by="${by}"})`)) ?? 0;

  test("as a service's where one answered, and else as the edge's own", async () => {
    const ways = [
      ["/health/live", 200, "service"],
      ["/v1/documents/none", 401, "service"],
      ["/metrics", 403, "edge"],
    ] as const;
    const figures = () => Promise.all(ways.map(([, status, by]) => counted(String(status), by)));
    const before = await figures();
    const answers = await Promise.all(ways.map(([path]) => ask(path)));
    expect(answers.map(({ status }) => status)).toEqual(ways.map(([, status]) => status));
    const risen = await eventually(45, async () => {
      const now = await figures();
      return now.every((value, index) => value > (before[index] ?? 0)) ? true : undefined;
    });
    expect(risen).toBe(true);
    // What the limits above refused.
    expect([await counted("413", "edge"), await counted("413|429", "service")]).toEqual([1, 0]);
    expect(await counted("429", "edge")).toBeGreaterThan(0);
  }, 60_000);

  test("as the edge's own where no copy of a service is there to answer", async () => {
    const candidate = docker.getContainer(containerName("api-candidate-1"));
    // By its id a request is the candidate's or not.
    const asked = (id: string) => ask("/health/live", { headers: { "x-request-id": id } });
    const ids = Array.from({ length: 30 }, (_, number) => `gone-${number}`);
    const before = await counted("502|504", "edge");
    await candidate.stop({ t: 2 });
    const answers = await Promise.all(ids.map(async (id) => ({ id, status: (await asked(id)).status })));
    await candidate.start();
    const failed = answers.filter(({ status }) => status !== 200);
    expect(failed.length).toBeGreaterThan(0);
    await eventually(45, async () =>
      (await counted("502|504", "edge")) - before >= failed.length ? true : undefined,
    );
    expect(await counted("502|504", "service")).toBe(0);
    await eventually(30, async () => ((await asked(failed[0]?.id ?? "")).status === 200 ? true : undefined));
  }, 120_000);
});
