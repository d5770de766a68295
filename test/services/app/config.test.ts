import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { COMMANDS, type Command } from "../../../services/app/src/config/commands";
import { ConfigError, loadConfig } from "../../../services/app/src/config/load";
import { variables, type VariableName } from "../../../services/app/src/config/variables";
import { ENVIRONMENT } from "./support/config";

/** All problems a configuration has. */
function problems(changed: Record<string, string | undefined>, command: Command = "api"): readonly string[] {
  try {
    loadConfig(command, { ...ENVIRONMENT, ...changed });
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

const ORIGINS = 'origins such as "https://app.example.com", separated by commas, or "*"';
const NAME = "lower-case letters, digits and hyphens, at most 32 characters";
const TENANT = "lower-case letters, digits and hyphens, at most 63 characters";
const DATABASE = "postgresql://USER:PASSWORD@HOST:PORT/DATABASE";
const REDIS = "a URL that starts with redis:// or rediss://";
const WEB = "a URL that starts with http:// or https://";

describe("a mistake in the configuration", () => {
  it.each<[VariableName, string, string]>([
    ["ENVIRONMENT", "", `missing; allowed: ${NAME}`],
    ["ENVIRONMENT", "My Env", `"My Env" is not allowed; allowed: ${NAME}`],
    ["LOG_LEVEL", "loud", '"loud" is not allowed; allowed: trace, debug, info, warn, error'],
    ["LOG_FORMAT", "xml", '"xml" is not allowed; allowed: json, pretty'],
    ["PORT", "0", '"0" is not allowed; allowed: a whole number from 1 to 65535'],
    ["PORT", "80.5", '"80.5" is not allowed; allowed: a whole number from 1 to 65535'],
    ["PORT", "65536", '"65536" is not allowed; allowed: a whole number from 1 to 65535'],
    ["API_DOCS_ENABLED", "yes", '"yes" is not allowed; allowed: true or false'],
    ["CORS_ORIGINS", "https://a.test/path", `"https://a.test/path" is not allowed; allowed: ${ORIGINS}`],
    ["CORS_ORIGINS", "https://a.test,,", `"https://a.test,," is not allowed; allowed: ${ORIGINS}`],
    ["PUBLIC_URL", "app.test", `"app.test" is not allowed; allowed: ${WEB}`],
    ["SECRET_KEY", "", "missing; allowed: at least 16 characters"],
    [
      "SECRET_KEY",
      "short-no-secret",
      "its value (not shown) is not allowed; allowed: at least 16 characters",
    ],
    [
      "JWT_SIGNING_KEY",
      "short-and-secret",
      "its value (not shown) is not allowed; allowed: at least 32 characters",
    ],
    ["JWT_ISSUER", "two words", '"two words" is not allowed; allowed: 1 to 200 characters without spaces'],
    ["JWT_LIFETIME_SECONDS", "-1", '"-1" is not allowed; allowed: a whole number from 1 to 86400'],
    ["TENANCY_MODE", "path", '"path" is not allowed; allowed: token, header'],
    ["DEFAULT_TENANT", "Acme!", `"Acme!" is not allowed; allowed: ${TENANT}`],
    ["TENANT_HEADER", "X-Tenant", '"X-Tenant" is not allowed; allowed: a header name in lower case'],
    ["DATABASE_URL", "mysql://u:pw@h/d", `its value (not shown) is not allowed; allowed: ${DATABASE}`],
    ["DATABASE_URL", "postgresql://u@h/d", `its value (not shown) is not allowed; allowed: ${DATABASE}`],
    ["DATABASE_URL", "postgresql://u:pw@h", `its value (not shown) is not allowed; allowed: ${DATABASE}`],
    ["DATABASE_CA_FILE", "ca.pem", '"ca.pem" is not allowed; allowed: the absolute path of a readable file'],
    [
      "DATABASE_CA_FILE",
      "/nowhere",
      '"/nowhere" is not allowed; allowed: the absolute path of a readable file',
    ],
    ["DATABASE_POOL_MIN", "11", "11 is above DATABASE_POOL_MAX (10); allowed: at most 10"],
    ["DATABASE_POOL_MAX", "0", '"0" is not allowed; allowed: a whole number from 1 to 100'],
    ["REDIS_URL", "http://cache", `its value (not shown) is not allowed; allowed: ${REDIS}`],
    ["UPLOAD_MAX_MIB", "2000", '"2000" is not allowed; allowed: a whole number from 1 to 1024'],
    ["OPENAI_API_KEY", "short", "its value (not shown) is not allowed; allowed: at least 16 characters"],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "grpc://x", `"grpc://x" is not allowed; allowed: ${WEB}`],
    ["OTEL_TRACES_SAMPLER_ARG", "1.5", '"1.5" is not allowed; allowed: a number from 0 to 1'],
  ])("%s=%s is named with what is allowed", (name, value, expected) => {
    expect(problems({ [name]: value })).toEqual([`${name}: ${expected}`]);
  });

  it("is reported together with all others, in one message without a secret", () => {
    const changed = {
      PORT: "x",
      SECRET_KEY: "hunter2",
      REDIS_URL: "ftp://:hunter3@cache",
      OPENAI_API_KEY: "",
    };
    expect(problems(changed)).toEqual([
      'PORT: "x" is not allowed; allowed: a whole number from 1 to 65535',
      "SECRET_KEY: its value (not shown) is not allowed; allowed: at least 16 characters",
      `REDIS_URL: its value (not shown) is not allowed; allowed: ${REDIS}`,
      "OPENAI_API_KEY, ANTHROPIC_API_KEY, GEMINI_API_KEY: all missing; allowed: at least one of them",
    ]);
  });
});

describe("a value in a file", () => {
  const file = (content: string) => {
    const folder = mkdtempSync(join(tmpdir(), "mainstay-config-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, "value"), content);
    return join(folder, "value");
  };

  it("is read without the line break at its end", () => {
    const secret = "a secret with spaces, 32 characters and more ";
    const config = loadConfig("api", {
      ...ENVIRONMENT,
      SECRET_KEY: undefined,
      SECRET_KEY_FILE: file(`${secret}\n`),
    });
    expect(config.SECRET_KEY).toBe(secret);
  });

  it("is judged like any other", () => {
    expect(problems({ PORT_FILE: file("99999\n") })).toEqual([
      'PORT: "99999" is not allowed; allowed: a whole number from 1 to 65535',
    ]);
  });

  it("cannot be given beside the variable itself", () => {
    expect(problems({ SECRET_KEY_FILE: file("x") })).toEqual([
      "SECRET_KEY: given twice, also as SECRET_KEY_FILE; allowed: one of the two",
    ]);
  });

  it("must be readable", () => {
    expect(problems({ SECRET_KEY: undefined, SECRET_KEY_FILE: "/nowhere/secret" })).toEqual([
      "SECRET_KEY: the file of SECRET_KEY_FILE cannot be read (ENOENT); allowed: a readable file",
    ]);
  });
});

describe("the variables", () => {
  it("are 37, and each is read by a command", () => {
    expect(Object.keys(variables)).toHaveLength(37);
    expect(new Set(Object.values(COMMANDS).flat())).toEqual(new Set(Object.keys(variables)));
  });

  it.each<[Command, string[]]>([
    ["web", ["ENVIRONMENT", "PUBLIC_URL"]],
    ["migrate", ["ENVIRONMENT", "DATABASE_URL"]],
    ["worker", ["ENVIRONMENT", "DATABASE_URL", "REDIS_URL", "OPENAI_API_KEY"]],
    ["token", ["JWT_SIGNING_KEY", "JWT_ISSUER", "JWT_AUDIENCE"]],
    ["health", []],
  ])("that the command %s needs are no more than %j", (command, names) => {
    const given = Object.fromEntries(names.map((name) => [name, ENVIRONMENT[name]]));
    expect(Object.keys(loadConfig(command, given)).sort()).toEqual([...COMMANDS[command]].sort());
  });

  it("have the values that hold without one given", () => {
    expect(loadConfig("worker", ENVIRONMENT)).toEqual({
      ENVIRONMENT: "test",
      LOG_LEVEL: "info",
      LOG_FORMAT: "json",
      PORT: 8000,
      SHUTDOWN_GRACE_SECONDS: 10,
      DATABASE_URL: ENVIRONMENT["DATABASE_URL"],
      DATABASE_CA_FILE: undefined,
      DATABASE_POOL_MIN: 2,
      DATABASE_POOL_MAX: 10,
      DATABASE_POOL_TIMEOUT_MS: 3000,
      DATABASE_STATEMENT_TIMEOUT_MS: 30000,
      OPENAI_API_KEY: ENVIRONMENT["OPENAI_API_KEY"],
      ANTHROPIC_API_KEY: undefined,
      GEMINI_API_KEY: undefined,
      PROVIDER_TIMEOUT_MS: 20000,
      CIRCUIT_BREAKER_ERROR_PERCENT: 50,
      CIRCUIT_BREAKER_RESET_MS: 10000,
      OTEL_EXPORTER_OTLP_ENDPOINT: undefined,
      OTEL_TRACES_SAMPLER_ARG: 1,
      REDIS_URL: ENVIRONMENT["REDIS_URL"],
      WORKER_CONCURRENCY: 4,
      WORKER_POLL_INTERVAL_MS: 500,
    });
  });

  it("are turned into what the app works with", () => {
    const config = loadConfig("api", {
      ...ENVIRONMENT,
      CORS_ORIGINS: "https://a.test, http://localhost:5173",
      PUBLIC_URL: "https://app.test/",
      API_DOCS_ENABLED: "true",
      OTEL_TRACES_SAMPLER_ARG: "0.25",
    });
    expect(config.CORS_ORIGINS).toEqual(["https://a.test", "http://localhost:5173"]);
    expect(config.PUBLIC_URL).toBe("https://app.test");
    expect(config.API_DOCS_ENABLED).toBe(true);
    expect(config.OTEL_TRACES_SAMPLER_ARG).toBe(0.25);
  });
});
