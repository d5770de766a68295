import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../environment/environment";
import { generatedSecret, overlappingPasswords, servicesThatNeed, turnOf } from "../secrets";
import { DATABASE_USERS } from "./contract";

/** Who may log in, and with what. */
export interface DatabaseLogin {
  /** Who is given it: a service, or one of DATABASE_USERS. None: what ran before has it still. */
  readonly of?: string;
  readonly name: string;
  readonly password: pulumi.Output<string>;
}

/**
 * The database's users, with their passwords.
 *
 * PostgreSQL knows one password of a user, and an update leaves two in use for as long as there are copies of a service
 * from before, or a release is taken back. So a service has two users, which take turns; all others connect for a
 * moment, or alone.
 *
 * @param name the database's component, which starts the passwords' names
 */
export function databaseLogins(
  environment: Environment,
  name: string,
  opts: pulumi.CustomResourceOptions,
): DatabaseLogin[] {
  const { secretGeneration: generation } = environment;
  const services = servicesThatNeed(environment, "database");
  const ofServices = Object.entries(overlappingPasswords(environment, name, services, opts));
  return [
    ...ofServices.flatMap(([of, { current, previous }]) => [
      { of, name: `${of}_${turnOf(generation)}`, password: current },
      { name: `${of}_${turnOf(generation - 1)}`, password: previous },
    ]),
    ...DATABASE_USERS.map((user) => ({
      of: user,
      name: user,
      password: generatedSecret(environment, `${name}-password-${user}`, 40, opts),
    })),
  ];
}

/** Something for everybody who is given a login, such as its connection URL, by who that is. */
export const ofEach = <T>(
  logins: readonly DatabaseLogin[],
  make: (login: DatabaseLogin, of: string) => T,
): Record<string, T> =>
  Object.fromEntries(
    logins.flatMap((login) => (login.of === undefined ? [] : [[login.of, make(login, login.of)]])),
  );

/** All passwords by the name they are for, whoever has it. */
export const passwordsOf = (logins: readonly DatabaseLogin[]): Record<string, pulumi.Output<string>> =>
  Object.fromEntries(logins.map(({ name, password }) => [name, password]));
