import * as pulumi from "@pulumi/pulumi";
import { filesOf, SCALE_KEY, SECRETS_KEY, SHAPE_KEY } from "./context";
import type { Environment } from "./environment";
import { formatPath, InvalidConfiguration, type Problem } from "./problems";
import { resolve, type Resolution } from "./resolve";

/** An environment with access to the secret values people gave it. */
export interface LoadedEnvironment {
  readonly environment: Environment;
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

/**
 * Judges configuration in the form Pulumi hands it to programs.
 *
 * @param config values by full key; structured ones as JSON
 * @param encrypted the keys with something encrypted in their value, where that is known
 */
export function resolveConfig(
  stack: string,
  config: Readonly<Record<string, string>>,
  encrypted?: readonly string[],
): Resolution {
  const resolution = resolve({
    stack,
    shape: readJson(config[SHAPE_KEY]),
    scale: readJson(config[SCALE_KEY]),
    secrets: readJson(config[SECRETS_KEY]),
    encrypted,
  });
  const surplus = surplusKeys(stack, config);
  if (surplus.length === 0) return resolution;
  return { problems: [...surplus, ...resolution.problems], undecided: resolution.undecided };
}

const KEYS = [SHAPE_KEY, SCALE_KEY, SECRETS_KEY];

function surplusKeys(stack: string, config: Readonly<Record<string, string>>): Problem[] {
  const { project, stack: own } = filesOf(stack);
  return Object.keys(config)
    .filter((key) => key.startsWith("mainstay:") && !KEYS.includes(key))
    .map((key) => ({
      file: `${project} or ${own}`,
      key: formatPath([key]),
      found: "a key that does not exist",
      allowed: `one of ${KEYS.join(", ")}`,
    }));
}

/** A plain text is no JSON; then the text itself is what stands there. */
function readJson(value: string | undefined): unknown {
  if (value === undefined) return undefined;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
