import type * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Environment } from "../environment/environment";

/**
 * A generated secret: letters and digits, so that it can stand in URLs and files as it is. It is replaced when
 * `secretGeneration` of the scale changes.
 *
 * @param length in characters
 */
export function generatedSecret(
  environment: Environment,
  name: string,
  length: number,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  return ofGeneration(environment, environment.secretGeneration, name, length, opts);
}

function ofGeneration(
  { secretRotationDays }: Environment,
  generation: number,
  name: string,
  length: number,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const keepers = { rotationDays: String(secretRotationDays), generation: String(generation) };
  // Which period it was made for is told, and another one replaces nothing: of two that overlap it would replace both.
  const ignoreChanges = ["keepers.rotationDays"];
  return new random.RandomPassword(name, { length, special: false, keepers }, { ...opts, ignoreChanges })
    .result;
}

/** A password and the one before it, which is good until the next: a release that takes a while leaves both in use. */
export interface Overlapping {
  readonly current: pulumi.Output<string>;
  readonly previous: pulumi.Output<string>;
}

/** Which of the two that take turns is a generation's. */
export const turnOf = (generation: number): "even" | "odd" => (generation % 2 === 0 ? "even" : "odd");

/**
 * A password for each user, and its previous one. Two take turns: a new `secretGeneration` replaces the older of them.
 *
 * @param name the store's component, which starts the passwords' names
 */
export function overlappingPasswords(
  environment: Environment,
  name: string,
  users: readonly string[],
  opts: pulumi.CustomResourceOptions,
): Record<string, Overlapping> {
  const { secretGeneration } = environment;
  const password = (user: string, generation: number) =>
    ofGeneration(environment, generation, `${name}-password-${user}-${turnOf(generation)}`, 40, opts);
  return Object.fromEntries(
    users.map((user) => [
      user,
      { current: password(user, secretGeneration), previous: password(user, secretGeneration - 1) },
    ]),
  );
}

/**
 * A generated secret that is never replaced, because what was made with it could not be read with another, or told from
 * what has changed. Protect it, as what it belongs to.
 *
 * @param length in characters
 */
export function lastingSecret(
  name: string,
  length: number,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  return new random.RandomPassword(name, { length, special: false }, opts).result;
}

/** Names of the services that have a user of a store. */
export const servicesThatNeed = ({ services }: Environment, need: "database" | "cache"): string[] =>
  services.filter(({ needs }) => needs.includes(need)).map(({ name }) => name);
