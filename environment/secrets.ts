import { rawConfiguration, resolveConfig } from "./config";
import { SCALE_KEY, SECRETS_KEY, type Context } from "./context";
import { secretsNamed } from "./names";
import { InvalidConfiguration, type Problem } from "./problems";
import { read } from "./resolve";
import { checkSecretsGiven } from "./secrets-given";
import type { StackConfiguration } from "./stack-files";

/** A secret people may give a stack. */
export interface StackSecret {
  readonly name: string;
  /** What needs it, in words: `variable of api`, `receivers.critical[0]`. */
  readonly neededBy: readonly string[];
  /** `generated`: Mainstay makes it, as long as nobody gives it. `optional`: there need not be one. */
  readonly state: "given" | "generated" | "missing" | "optional";
  /** Of one that is given. */
  readonly age?: SecretAge;
}

/** Nothing is known of a secret that was put into the stack's file without its day. */
interface SecretAge {
  /** The day it was given, by UTC. */
  readonly given: string | null;
  /** Whole days since then. */
  readonly days: number | null;
  /** Whether that is longer ago than `secretRotationDays` of the shape. */
  readonly overdue: boolean | null;
}

/**
 * The secrets a stack can be given, by name.
 *
 * @param now in milliseconds since 1970
 * @throws InvalidConfiguration if it cannot be told, because shape or scale are not valid in themselves
 */
export function secretsOf(
  { stack, config, secretKeys }: StackConfiguration,
  now: number = Date.now(),
): StackSecret[] {
  const { shape, scale, secrets, secretsGiven, context } = read(rawConfiguration(stack, config, secretKeys));
  const parts = [shape, scale, secrets, secretsGiven].flatMap((part) => part.problems);
  const problems = [...parts, ...checkSecretsGiven(context)];
  if (problems.length > 0) throw new InvalidConfiguration(problems);
  return [...variables(context), ...named(context)]
    .map((one) => (one.state === "given" ? { ...one, age: ageOf(one.name, context, now) } : one))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

const DAY_MS = 86_400_000;

function ageOf(name: string, { shape, secretsGiven }: Context, now: number): SecretAge {
  const given = secretsGiven[name];
  if (given === undefined) return { given: null, days: null, overdue: null };
  const age = (now - Date.parse(given)) / DAY_MS;
  return { given, days: Math.floor(age), overdue: age > shape.secretRotationDays };
}

function variables({ shape, scale, secrets }: Context): StackSecret[] {
  return Object.entries(shape.variables).flatMap(([name, { secret, from, generate, required }]) => {
    if (!secret || from !== undefined) return [];
    const users = Object.entries(shape.services).filter(([, service]) => service.variables.includes(name));
    const neededBy = users.map(([service]) => `variable of ${service}`);
    if (shape.migration?.variables.includes(name)) neededBy.push("variable of the migration");
    const isGenerated = scale.variables[name] !== undefined || generate !== undefined;
    const otherwise = isGenerated ? "generated" : required ? "missing" : "optional";
    return [{ name, neededBy, state: Object.hasOwn(secrets, name) ? "given" : otherwise } as const];
  });
}

function named({ scale, secrets }: Context): StackSecret[] {
  const uses = secretsNamed(scale);
  return [...new Set(uses.map(({ name }) => name))].map((name) => ({
    name,
    neededBy: uses.filter((use) => use.name === name).map(({ key }) => `${SCALE_KEY}.${key}`),
    state: Object.hasOwn(secrets, name) ? "given" : "missing",
  }));
}

/** What would be wrong with the configuration, and is not now, if a secret had this value. The value is not told. */
export function judgeSecret(
  { stack, config, secretKeys }: StackConfiguration,
  name: string,
  value: string,
): Problem[] {
  const given = JSON.parse(config[SECRETS_KEY] ?? "{}") as Record<string, string>;
  const changed = { ...config, [SECRETS_KEY]: JSON.stringify({ ...given, [name]: value }) };
  const now = resolveConfig(stack, config, secretKeys).problems.map((problem) => JSON.stringify(problem));
  const then = resolveConfig(stack, changed, [...secretKeys, SECRETS_KEY]).problems;
  return then.filter((problem) => !now.includes(JSON.stringify(problem)));
}
