import { describe, expect, it, onTestFinished } from "vitest";
import { createApi } from "../../../services/app/src/api/api";
import { createTokens } from "../../../services/app/src/api/tokens";
import { connectBackends } from "../../../services/app/src/commands/backends";
import { HealthMonitor } from "../../../services/app/src/health/monitor";
import { createMetrics } from "../../../services/app/src/telemetry/metrics";
import { config } from "./support/config";
import { keptLogger } from "./support/logs";

/** The API with neither database nor cache: enough to see who is let in. A request that is gets 503. */
async function start(changed: Record<string, string> = {}) {
  const settings = config("api", { DATABASE_POOL_TIMEOUT_MS: "100", ...changed });
  const metrics = createMetrics("api", "test");
  const { logger, lines } = keptLogger(metrics);
  const connected = connectBackends("api", settings, metrics, logger);
  const server = await createApi({
    config: settings,
    metrics,
    logger,
    health: new HealthMonitor("api", "test", []),
    ...connected,
  });
  onTestFinished(async () => {
    await server.close();
    await connected.release();
  });
  const read = async (headers: Record<string, string>) => {
    const answer = await server.inject({
      url: "/v1/documents/6f1f64f3-7a3c-4d0b-a6f9-2f1de4f0a001",
      headers,
    });
    return [answer.statusCode, answer.json<{ error: { message: string } }>().error.message];
  };
  const bearer = async (tenant?: string, other: Record<string, string> = {}) => ({
    authorization: `Bearer ${await (await createTokens(config("api", { ...changed, ...other }))).issue("ada", tenant)}`,
  });
  return { server, read, bearer, lines };
}

const LET_IN = [503, "The database does not answer"];
const BAD_TOKEN = [401, "The token is not good"];

describe("a caller", () => {
  it("is let in with a token of this app", async () => {
    const { read, bearer } = await start();
    expect(await read(await bearer("acme"))).toEqual(LET_IN);
  });

  it("is not without a token, or with something else", async () => {
    const { read } = await start();
    expect(await read({})).toEqual([401, "A bearer token is needed"]);
    expect(await read({ authorization: "Basic YTpi" })).toEqual([401, "A bearer token is needed"]);
    expect(await read({ authorization: "Bearer a.b.c" })).toEqual(BAD_TOKEN);
  });

  it.each<Record<string, string>>([
    { JWT_SIGNING_KEY: "another-signing-key-0123456789-0123" },
    { JWT_ISSUER: "somebody" },
    { JWT_AUDIENCE: "something" },
  ])("is not with a token of %j", async (other) => {
    const { read, bearer } = await start();
    expect(await read(await bearer("acme", other))).toEqual(BAD_TOKEN);
  });

  it("is not with an unsigned token", async () => {
    const { read } = await start();
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const claims = {
      sub: "ada",
      tenant: "acme",
      iss: "mainstay",
      aud: "mainstay-api",
      iat: 1,
      exp: 9999999999,
    };
    expect(await read({ authorization: `Bearer ${part({ alg: "none" })}.${part(claims)}.x` })).toEqual(
      BAD_TOKEN,
    );
  });
});

describe("the tenant", () => {
  it("is the token's, or the default, or the request is refused", async () => {
    const none = await start();
    expect(await none.read(await none.bearer())).toEqual([403, "The request names no tenant"]);
    const some = await start({ DEFAULT_TENANT: "home" });
    expect(await some.read(await some.bearer())).toEqual(LET_IN);
    expect(await none.read(await none.bearer("Not Allowed"))).toEqual([
      403,
      "The tenant's name is not allowed",
    ]);
  });

  it("is never the header's where tokens name it", async () => {
    const { read, bearer } = await start();
    expect(await read({ ...(await bearer()), "x-tenant": "acme" })).toEqual([
      403,
      "The request names no tenant",
    ]);
  });

  it("is the header's in header mode, unless the token is another tenant's", async () => {
    const { read, bearer } = await start({ TENANCY_MODE: "header", TENANT_HEADER: "x-org" });
    expect(await read({ ...(await bearer()), "x-org": "acme" })).toEqual(LET_IN);
    expect(await read({ ...(await bearer("acme")), "x-org": "acme" })).toEqual(LET_IN);
    expect(await read({ ...(await bearer("acme")), "x-org": "other" })).toEqual([
      403,
      "The token is for another tenant",
    ]);
    expect(await read(await bearer())).toEqual([403, "The request names no tenant"]);
  });
});

describe("the API's surface", () => {
  it("describes itself only where that is wanted", async () => {
    const off = await start();
    expect((await off.server.inject("/docs")).statusCode).toBe(404);
    const on = await start({ API_DOCS_ENABLED: "true" });
    const described = (await on.server.inject("/docs/openapi.json")).json<{
      paths: object;
      servers: unknown;
    }>();
    expect(Object.keys(described.paths).sort()).toEqual([
      "/v1/analyses/{id}",
      "/v1/chat",
      "/v1/documents",
      "/v1/documents/{id}",
      "/v1/documents/{id}/analyses",
      "/v1/feedback",
    ]);
    expect(described.servers).toEqual([{ url: "https://app.test" }]);
    expect((await on.server.inject("/docs")).body).toContain("POST /v1/chat");
  });

  it("allows the configured origins only", async () => {
    const { server } = await start({ CORS_ORIGINS: "https://a.test" });
    const allowed = async (origin: string) =>
      (await server.inject({ url: "/health/live", headers: { origin } })).headers[
        "access-control-allow-origin"
      ];
    expect([await allowed("https://a.test"), await allowed("https://b.test")]).toEqual([
      "https://a.test",
      undefined,
    ]);
  });

  it.each([
    ["/v1/chat", {}, "body/message Invalid input: expected string, received undefined"],
    ["/v1/chat", { message: "x", provider: "nobody" }, /^body\/provider Invalid option/],
    ["/v1/feedback", { analysisId: "7" }, "body/analysisId Invalid UUID"],
    ["/v1/documents/7/analyses", {}, "params/id Invalid UUID"],
  ])("says what is wrong with %s %j", async (url, payload, message) => {
    const { server, bearer } = await start();
    const answer = await server.inject({ method: "POST", url, payload, headers: await bearer("acme") });
    const { error } = answer.json<{ error: { type: string; message: string } }>();
    expect([answer.statusCode, error.type]).toEqual([400, "invalid"]);
    expect(error.message).toEqual(
      typeof message === "string" ? message : (expect.stringMatching(message) as string),
    );
  });
});
