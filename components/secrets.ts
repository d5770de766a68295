import type * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Environment } from "../environment/environment";

/**
 * A generated secret: letters and digits, so that it can stand in URLs and files as it is. It is replaced when
 * the rotation period or `secretGeneration` of the scale changes.
 *
 * @param length in characters
 */
export function generatedSecret(
  environment: Environment,
  name: string,
  length: number,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const { secretRotationDays, secretGeneration } = environment;
  return new random.RandomPassword(
    name,
    {
      length,
      special: false,
      keepers: { rotationDays: String(secretRotationDays), generation: String(secretGeneration) },
    },
    opts,
  ).result;
}

/**
 * A generated secret that is never replaced: what is encrypted under it would be lost with it.
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

/**
 * A password for each service that needs a store, and for each of the store's other users, by user.
 *
 * @param name the store's component, which starts the passwords' names
 */
export function userPasswords(
  environment: Environment,
  name: string,
  need: "database" | "cache",
  others: readonly string[],
  opts: pulumi.CustomResourceOptions,
): Record<string, pulumi.Output<string>> {
  const services = environment.services.filter(({ needs }) => needs.includes(need));
  const users = [...services.map((service) => service.name), ...others];
  return Object.fromEntries(
    users.map((user) => [user, generatedSecret(environment, `${name}-password-${user}`, 40, opts)]),
  );
}
