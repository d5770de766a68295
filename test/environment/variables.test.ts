import { describe, expect, test } from "vitest";
import { OPAQUE } from "../../environment/context";
import type { Environment } from "../../environment/environment";
import { wiredLiteral } from "../../environment/environment";
import { resolve } from "../../environment/resolve";
import { COMMANDS } from "../../services/app/src/config/commands";
import { production, changed, drop, set, validConfiguration, type Change } from "./support/configuration";

function environmentOf(...changes: Change[]): Environment {
  const { environment, problems } = resolve(changed(...changes));
  expect(problems).toEqual([]);
  if (!environment) throw new Error("no problems, and no environment");
  return environment;
}

const literal = (value: string) => ({ kind: "literal", value, secret: false });
const wired = (from: string, secret = false) => ({ kind: "wired", from, secret });
const generated = (length: number) => ({ kind: "generated", length, secret: true });
const GIVEN = { kind: "given", secret: true };

/** Every variable of the stack `local` that has a value, with its source. */
const LOCAL = {
  ENVIRONMENT: wired("environment.name"),
  LOG_LEVEL: literal("debug"),
  LOG_FORMAT: literal("json"),
  PORT: wired("service.port"),
  API_DOCS_ENABLED: literal("true"),
  CORS_ORIGINS: wired("edge.corsOrigins"),
  PUBLIC_URL: wired("edge.url"),
  SECRET_KEY: generated(48),
  JWT_SIGNING_KEY: generated(64),
  JWT_ISSUER: literal("mainstay"),
  JWT_AUDIENCE: literal("mainstay-api"),
  JWT_LIFETIME_SECONDS: literal("3600"),
  TENANCY_MODE: literal("token"),
  TENANT_HEADER: literal("x-tenant"),
  DATABASE_URL: wired("database.url", true),
  DATABASE_CA_FILE: wired("database.caFile"),
  DATABASE_POOL_MIN: literal("2"),
  DATABASE_POOL_MAX: literal("10"),
  DATABASE_POOL_TIMEOUT_MS: literal("3000"),
  DATABASE_STATEMENT_TIMEOUT_MS: wired("database.statementTimeoutMs"),
  REDIS_URL: wired("cache.url", true),
  CACHE_TTL_SECONDS: literal("300"),
  UPLOAD_MAX_MIB: wired("edge.uploadMaxMiB"),
  REQUEST_TIMEOUT_MS: wired("edge.timeoutMs"),
  SHUTDOWN_GRACE_SECONDS: literal("10"),
  SLOW_REQUEST_MS: literal("1000"),
  WORKER_CONCURRENCY: literal("4"),
  WORKER_POLL_INTERVAL_MS: literal("500"),
  OPENAI_API_KEY: generated(40),
  PROVIDER_TIMEOUT_MS: literal("20000"),
  CIRCUIT_BREAKER_ERROR_PERCENT: literal("50"),
  CIRCUIT_BREAKER_RESET_MS: literal("10000"),
  OTEL_EXPORTER_OTLP_ENDPOINT: wired("tracing.endpoint"),
  OTEL_TRACES_SAMPLER_ARG: literal("1"),
};

/** Declared, not required, and not given in the stack `local`. */
const WITHOUT_VALUE = ["DEFAULT_TENANT", "ANTHROPIC_API_KEY", "GEMINI_API_KEY"];

describe("the app's variables", () => {
  test("37 are declared", () => {
    const { shape } = validConfiguration() as unknown as { shape: { variables: object } };
    expect(Object.keys(shape.variables)).toHaveLength(37);
    expect(Object.keys(shape.variables).sort()).toEqual([...Object.keys(LOCAL), ...WITHOUT_VALUE].sort());
  });

  test("each has the source of its value", () => {
    expect(environmentOf().variables).toEqual(LOCAL);
  });

  test("each service is given what its command reads, and nothing else", () => {
    const { services, migration } = environmentOf();
    const given = {
      ...Object.fromEntries(services.map((one) => [one.name, one.variables])),
      migrate: migration?.variables,
    };
    const sorted = (variables: Record<string, readonly string[] | undefined>) =>
      Object.fromEntries(Object.entries(variables).map(([name, list = []]) => [name, [...list].sort()]));
    const { api, worker, web, migrate } = COMMANDS;
    expect(sorted(given)).toEqual(sorted({ api, worker, web, migrate }));
  });

  test("what the environment hands over is known beforehand where it can be", () => {
    const environment = environmentOf();
    const known = environment.services.map((service) => [
      service.name,
      ...(
        ["environment.name", "service.port", "edge.url", "edge.corsOrigins", "edge.uploadMaxMiB"] as const
      ).map((from) => wiredLiteral(environment, service, from)),
    ]);
    const shared = ["https://localhost:8443", "https://localhost:8443,http://localhost:5173", 50];
    expect(known).toEqual([
      ["api", "local", 8000, ...shared],
      ["web", "local", 8080, ...shared],
      ["worker", "local", 8001, ...shared],
    ]);
    const [service] = environment.services;
    if (!service) throw new Error("no service");
    expect(wiredLiteral(environment, service, "edge.timeoutMs")).toBe(300_000);
    expect(wiredLiteral(environment, service, "database.statementTimeoutMs")).toBe(30_000);
    expect(wiredLiteral(environment, service, "database.url")).toBeUndefined();
  });

  test("no origins: nothing is handed over, and that is no mistake", () => {
    const { CORS_ORIGINS: _, ...others } = LOCAL;
    expect(environmentOf(set("scale.edge.corsOrigins", [])).variables).toEqual(others);
  });

  test("the standard port is not part of the address", () => {
    expect(environmentOf(set("scale.edge.httpsPort", 443)).url).toBe("https://localhost");
  });

  test("any origin is allowed outside of production", () => {
    expect(environmentOf(set("scale.edge.corsOrigins", ["*"])).edge.corsOrigins).toEqual(["*"]);
  });
});

describe("encrypted values", () => {
  test("are given, and their rules are undecided", () => {
    const raw = changed(
      set("secrets.OPENAI_API_KEY", OPAQUE),
      set("secrets.SECRET_KEY", OPAQUE),
      set("secrets.PAGERDUTY_KEY", OPAQUE),
      set("secrets.HOOK_URL", OPAQUE),
      set("scale.receivers.critical", [
        { kind: "pagerduty", secret: "PAGERDUTY_KEY" },
        { kind: "webhook", secret: "HOOK_URL" },
      ]),
    );
    const { environment, problems, undecided } = resolve(raw);
    const rule = "its value's rules: it is encrypted here";
    expect(problems).toEqual([]);
    expect(undecided).toEqual([
      { file: "Pulumi.local.yaml", key: "mainstay:secrets.OPENAI_API_KEY", rule },
      { file: "Pulumi.local.yaml", key: "mainstay:secrets.SECRET_KEY", rule },
      {
        file: "Pulumi.local.yaml",
        key: "mainstay:secrets.HOOK_URL",
        rule: "that it is an address of a webhook: it is encrypted here",
      },
    ]);
    expect(environment?.variables).toEqual({ ...LOCAL, SECRET_KEY: GIVEN, OPENAI_API_KEY: GIVEN });
  });

  test("that can be read are judged, and never kept", () => {
    const secret = "a-key-of-32-characters-and-more!";
    const { environment, problems, undecided } = resolve(
      changed(set("secrets.SECRET_KEY", secret), production, drop("scale.variables.API_DOCS_ENABLED")),
    );
    expect([problems, undecided]).toEqual([[], []]);
    expect(environment?.variables.SECRET_KEY).toEqual(GIVEN);
    expect(JSON.stringify(environment)).not.toContain(secret);
  });

  test("in the wrong place are a mistake, and are never taken for values", () => {
    const { environment, problems } = resolve(changed(set("scale.variables.LOG_LEVEL", OPAQUE)));
    expect(environment).toBeUndefined();
    expect(problems.map(({ key }) => key)).toEqual(["mainstay:scale.variables.LOG_LEVEL"]);
  });
});
