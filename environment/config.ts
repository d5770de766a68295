import {
  filesOf,
  SCALE_KEY,
  SECRETS_GIVEN_KEY,
  SECRETS_KEY,
  SHAPE_KEY,
  type RawConfiguration,
} from "./context";
import { formatPath, type Problem } from "./problems";
import { resolve, type Resolution } from "./resolve";

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
  const resolution = resolve(rawConfiguration(stack, config, encrypted));
  const surplus = [...surplusKeys(stack, config), ...ignoredKeys(stack, config)];
  if (surplus.length === 0) return resolution;
  return { problems: [...surplus, ...resolution.problems], undecided: resolution.undecided };
}

/** The configuration's parts, unparsed. */
export const rawConfiguration = (
  stack: string,
  config: Readonly<Record<string, string>>,
  encrypted?: readonly string[],
): RawConfiguration => ({
  stack,
  shape: readJson(config[SHAPE_KEY]),
  scale: readJson(config[SCALE_KEY]),
  secrets: readJson(config[SECRETS_KEY]),
  secretsGiven: readJson(config[SECRETS_GIVEN_KEY]),
  encrypted,
});

const KEYS = [SHAPE_KEY, SCALE_KEY, SECRETS_KEY, SECRETS_GIVEN_KEY];

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

/** Settings of the engine's default providers, by where the scale has the same. The program uses providers of its own. */
const IGNORED_KEYS: Readonly<Record<string, string>> = {
  "docker:host": `${SCALE_KEY}.host.address`,
  "aws:region": `${SCALE_KEY}.aws.region`,
};

function ignoredKeys(stack: string, config: Readonly<Record<string, string>>): Problem[] {
  const { project, stack: own } = filesOf(stack);
  return Object.entries(IGNORED_KEYS)
    .filter(([key]) => key in config)
    .map(([key, instead]) => ({
      file: `${project} or ${own}`,
      key,
      found: "a provider's setting, which this program ignores",
      allowed: instead,
    }));
}

/** The value as JSON, or the text itself where it is not JSON: Pulumi hands a plain text over as it is. */
export function readJson(value: string | undefined): unknown {
  if (value === undefined) return undefined;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
