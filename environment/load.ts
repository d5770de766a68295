import * as pulumi from "@pulumi/pulumi";
import { readJson, resolveConfig } from "./config";
import { SECRETS_KEY } from "./context";
import type { Environment } from "./environment";
import { InvalidConfiguration } from "./problems";

/** An environment with access to the secret values people gave it. */
export interface LoadedEnvironment<E = Environment> {
  readonly environment: E;
  /** A secret of `mainstay:secrets`; it stays marked secret wherever it goes. */
  readonly givenSecret: (name: string) => pulumi.Output<string>;
}

/**
 * Reads the running program's Pulumi configuration: the one place that does.
 *
 * @throws InvalidConfiguration with every problem at once, before anything is declared
 */
export function loadEnvironment(): LoadedEnvironment {
  const stack = pulumi.getStack();
  const config = pulumi.runtime.allConfig();
  const { environment, problems } = resolveConfig(stack, config, Object.keys(config).filter(isEncrypted));
  if (!environment) throw new InvalidConfiguration(problems);
  const given = (readJson(config[SECRETS_KEY]) ?? {}) as Record<string, string>;
  return {
    environment,
    givenSecret: (name) => pulumi.secret(given[name] ?? ""),
  };
}

/** Whether anything in a key's value is encrypted. The SDK has the function, but does not document it. */
function isEncrypted(key: string): boolean {
  const { isConfigSecret } = pulumi.runtime as unknown as { isConfigSecret: (key: string) => boolean };
  return isConfigSecret(key);
}
