import { loadConfig } from "../../../../services/app/src/config/load";
import type { Command, VariablesOf } from "../../../../services/app/src/config/commands";
import type { Config } from "../../../../services/app/src/config/variables";

/** The least an environment must say; nothing listens at these addresses. */
export const ENVIRONMENT: Readonly<Record<string, string>> = {
  ENVIRONMENT: "test",
  PUBLIC_URL: "https://app.test",
  SECRET_KEY: "secret-key-of-the-tests-0123456789",
  JWT_SIGNING_KEY: "signing-key-of-the-tests-0123456789",
  JWT_ISSUER: "mainstay",
  JWT_AUDIENCE: "mainstay-api",
  DATABASE_URL: "postgresql://app_api:pw-database@127.0.0.1:1/app",
  REDIS_URL: "redis://:pw-cache@127.0.0.1:1",
  OPENAI_API_KEY: "openai-key-of-the-tests",
};

/** A command's configuration, with some of it changed. */
export const config = <C extends Command>(
  command: C,
  changed: Record<string, string> = {},
): Config<VariablesOf<C>> => loadConfig(command, { ...ENVIRONMENT, ...changed });
