import type { VariableName } from "./variables";

const LOGGING = ["ENVIRONMENT", "LOG_LEVEL", "LOG_FORMAT"] as const;
const SERVICE = [...LOGGING, "PORT", "SHUTDOWN_GRACE_SECONDS"] as const;
const TOKENS = ["JWT_SIGNING_KEY", "JWT_ISSUER", "JWT_AUDIENCE", "JWT_LIFETIME_SECONDS"] as const;
const TRACING = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_TRACES_SAMPLER_ARG"] as const;
const DATABASE = [
  "DATABASE_URL",
  "DATABASE_CA_FILE",
  "DATABASE_POOL_MIN",
  "DATABASE_POOL_MAX",
  "DATABASE_POOL_TIMEOUT_MS",
  "DATABASE_STATEMENT_TIMEOUT_MS",
] as const;
const PROVIDERS = [
  "OPENAI_API_KEY",
  "ANTHROPIC_API_KEY",
  "GEMINI_API_KEY",
  "PROVIDER_TIMEOUT_MS",
  "CIRCUIT_BREAKER_ERROR_PERCENT",
  "CIRCUIT_BREAKER_RESET_MS",
] as const;

/** The variables each command reads. Least privilege begins here: what is not listed need not be given. */
export const COMMANDS = {
  api: [
    ...SERVICE,
    ...DATABASE,
    ...TOKENS,
    ...PROVIDERS,
    ...TRACING,
    "API_DOCS_ENABLED",
    "CORS_ORIGINS",
    "PUBLIC_URL",
    "SECRET_KEY",
    "TENANCY_MODE",
    "DEFAULT_TENANT",
    "TENANT_HEADER",
    "REDIS_URL",
    "CACHE_TTL_SECONDS",
    "UPLOAD_MAX_MIB",
    "REQUEST_TIMEOUT_MS",
    "SLOW_REQUEST_MS",
  ],
  worker: [
    ...SERVICE,
    ...DATABASE,
    ...PROVIDERS,
    ...TRACING,
    "REDIS_URL",
    "WORKER_CONCURRENCY",
    "WORKER_POLL_INTERVAL_MS",
  ],
  web: [...SERVICE, "PUBLIC_URL", "API_DOCS_ENABLED"],
  migrate: [...LOGGING, "DATABASE_URL", "DATABASE_CA_FILE"],
  token: TOKENS,
  health: ["PORT"],
} as const satisfies Record<string, readonly VariableName[]>;

export type Command = keyof typeof COMMANDS;
export type VariablesOf<C extends Command> = (typeof COMMANDS)[C][number];
