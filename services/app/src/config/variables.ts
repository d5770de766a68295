import {
  databaseAddress,
  defaulted,
  flag,
  integer,
  longText,
  oneOf,
  optional,
  origins,
  readableFile,
  redisAddress,
  required,
  secret,
  share,
  text,
  webAddress,
  type Variable,
} from "./variable";

/** What a tenant may be called: it becomes part of cache keys and log lines. */
export const TENANT_NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

const name = text(/^[a-z][a-z0-9-]{0,31}$/, "lower-case letters, digits and hyphens, at most 32 characters");
const tenant = text(TENANT_NAME, "lower-case letters, digits and hyphens, at most 63 characters");
const header = text(/^[a-z][a-z0-9-]{0,63}$/, "a header name in lower case");
const claim = text(/^\S{1,200}$/, "1 to 200 characters without spaces");

/** Everything the app can be told from outside. */
export const variables = {
  ENVIRONMENT: required(name),
  LOG_LEVEL: defaulted(oneOf("trace", "debug", "info", "warn", "error"), "info"),
  LOG_FORMAT: defaulted(oneOf("json", "pretty"), "json"),
  PORT: defaulted(integer(1, 65535), "8000"),
  API_DOCS_ENABLED: defaulted(flag, "false"),
  CORS_ORIGINS: optional(origins),
  PUBLIC_URL: required(webAddress),

  // Production asks for more where it is given; what is in production is not told apart here.
  SECRET_KEY: secret(required(longText(16))),
  JWT_SIGNING_KEY: secret(required(longText(32))),
  JWT_ISSUER: required(claim),
  JWT_AUDIENCE: required(claim),
  JWT_LIFETIME_SECONDS: defaulted(integer(1, 86_400), "3600"),

  TENANCY_MODE: defaulted(oneOf("token", "header"), "token"),
  DEFAULT_TENANT: optional(tenant),
  TENANT_HEADER: defaulted(header, "x-tenant"),

  DATABASE_URL: secret(required(databaseAddress)),
  DATABASE_CA_FILE: optional(readableFile),
  DATABASE_POOL_MIN: defaulted(integer(0, 100), "2"),
  DATABASE_POOL_MAX: defaulted(integer(1, 100), "10"),
  DATABASE_POOL_TIMEOUT_MS: defaulted(integer(100, 60_000), "3000"),
  DATABASE_STATEMENT_TIMEOUT_MS: defaulted(integer(100, 3_600_000), "30000"),
  REDIS_URL: secret(required(redisAddress)),
  CACHE_TTL_SECONDS: defaulted(integer(1, 86_400), "300"),

  UPLOAD_MAX_MIB: defaulted(integer(1, 1024), "50"),
  REQUEST_TIMEOUT_MS: defaulted(integer(100, 3_600_000), "30000"),
  SHUTDOWN_GRACE_SECONDS: defaulted(integer(1, 110), "10"),
  SLOW_REQUEST_MS: defaulted(integer(1, 3_600_000), "1000"),

  WORKER_CONCURRENCY: defaulted(integer(1, 64), "4"),
  WORKER_POLL_INTERVAL_MS: defaulted(integer(10, 60_000), "500"),

  OPENAI_API_KEY: secret(optional(longText(16))),
  ANTHROPIC_API_KEY: secret(optional(longText(16))),
  GEMINI_API_KEY: secret(optional(longText(16))),
  PROVIDER_TIMEOUT_MS: defaulted(integer(10, 300_000), "20000"),
  CIRCUIT_BREAKER_ERROR_PERCENT: defaulted(integer(1, 100), "50"),
  CIRCUIT_BREAKER_RESET_MS: defaulted(integer(10, 3_600_000), "10000"),

  OTEL_EXPORTER_OTLP_ENDPOINT: optional(webAddress),
  OTEL_TRACES_SAMPLER_ARG: defaulted(share, "1"),
} satisfies Record<string, Variable<unknown>>;

export type VariableName = keyof typeof variables;

/** The values, typed, under the variables' own names: what a reader greps for is what an operator sets. */
export type Values = {
  readonly [N in VariableName]: (typeof variables)[N] extends Variable<infer V> ? V : never;
};

/** Some of the variables: what one part of the app asks for. */
export type Config<N extends VariableName = VariableName> = Pick<Values, N>;
