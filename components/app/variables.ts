import type { Environment, Service, VariableSource } from "../../environment/environment";
import { wiredLiteral } from "../../environment/environment";
import type { Wired } from "../../environment/variables";

/** Where a platform finds the values that only exist once its components do. */
export interface Wiring<S> {
  /** A secret by what it is wired to. */
  readonly secret: (from: Wired) => S;
  /** A plain value by what it is wired to, where the environment does not know it beforehand. */
  readonly plain: (from: Wired) => string;
  /** A secret the environment generates, or that people gave, by its variable's name. */
  readonly stored: (variable: string, source: VariableSource) => S;
}

/** A service's variables, apart: what may be seen, and what may not. */
export interface ServiceVariables<S> {
  readonly plain: Readonly<Record<string, string>>;
  readonly secret: Readonly<Record<string, S>>;
}

/**
 * The values of the variables a service is given.
 *
 * @param names the variables it is given; those without a value are left out
 */
export function serviceVariables<S>(
  environment: Environment,
  service: Service,
  names: readonly string[],
  wiring: Wiring<S>,
): ServiceVariables<S> {
  const plain: Record<string, string> = {};
  const secret: Record<string, S> = {};
  for (const name of names) {
    const source = environment.variables[name];
    if (source === undefined) continue;
    if (source.kind === "literal") plain[name] = source.value;
    else if (source.kind !== "wired") secret[name] = wiring.stored(name, source);
    else if (source.secret) secret[name] = wiring.secret(source.from);
    else plain[name] = String(wiredLiteral(environment, service, source.from) ?? wiring.plain(source.from));
  }
  return { plain, secret };
}
