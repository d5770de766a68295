import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "./environment";
import { InvalidConfiguration, type Problem } from "./problems";
import { filesOf, resolve, SCALE_KEY, SECRETS_KEY, SHAPE_KEY, type Resolution } from "./resolve";

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
  const { environment, problems } = resolveConfig(stack, config);
  if (!environment) throw new InvalidConfiguration(problems);
  const given = (readJson(config[SECRETS_KEY]) ?? {}) as Record<string, string>;
  return {
    environment,
    givenSecret: (name) => pulumi.secret(given[name] ?? ""),
  };
}

/**
 * Judges configuration in the form Pulumi hands it to programs.
 *
 * @param config values by full key; structured ones as JSON
 */
export function resolveConfig(stack: string, config: Readonly<Record<string, string>>): Resolution {
  const known = [SHAPE_KEY, SCALE_KEY, SECRETS_KEY];
  const surplus = Object.keys(config)
    .filter((key) => key.startsWith("mainstay:") && !known.includes(key))
    .map(
      (key): Problem => ({
        file: filesOf(stack).stack,
        key,
        found: "a key that does not exist",
        allowed: `one of ${known.join(", ")}`,
      }),
    );
  const resolution = resolve({
    stack,
    shape: readJson(config[SHAPE_KEY]),
    scale: readJson(config[SCALE_KEY]),
    secrets: readJson(config[SECRETS_KEY]),
  });
  if (surplus.length === 0) return resolution;
  return { problems: [...surplus, ...resolution.problems], undecided: resolution.undecided };
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
