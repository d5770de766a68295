import { SCALE_KEY, SECRETS_KEY, SHAPE_KEY, type Context } from "./context";
import { secretsNamed } from "./names";
import { whereValid } from "./parse";
import type { Place, Problem } from "./problems";
import type { Wired } from "./variables";

/** A name of a variable, where it is used, and what may stand there. */
interface Use extends Place {
  readonly name: string;
  readonly allowed?: string;
}

/** The app variables' names wherever they are used: each is declared, and fit for its use. */
export function checkVariableNames(context: Context): Problem[] {
  return [checkDeclared, checkNumbers, checkReach].flatMap((check) => whereValid(() => check(context)));
}

const DECLARED = `a variable declared at ${SHAPE_KEY}.variables`;
const NUMBERS = ["integer", "number", "port"];

function checkDeclared(context: Context): Problem[] {
  const declared = Object.keys(context.shape.variables);
  return [usesInScale, usesInSecrets, usesInServices, usesInMigration, usesAsNumber, usesInRules]
    .flatMap((uses) => whereValid(() => uses(context)))
    .filter(({ name }) => !declared.includes(name))
    .map(({ name, file, key, allowed = DECLARED }) => ({ file, key, found: `the name ${name}`, allowed }));
}

function usesInScale({ files, scale }: Context): Use[] {
  const names = Object.keys(scale.variables);
  return names.map((name) => ({ name, file: files.stack, key: `${SCALE_KEY}.variables.${name}` }));
}

function usesInSecrets({ files, scale, secrets }: Context): Use[] {
  const otherwiseUsed = secretsNamed(scale).map(({ name }) => name);
  const names = Object.keys(secrets).filter((name) => !otherwiseUsed.includes(name));
  const allowed = `${DECLARED}, or a secret that a receiver or certificate names`;
  return names.map((name) => ({ name, file: files.stack, key: `${SECRETS_KEY}.${name}`, allowed }));
}

function usesInServices(context: Context): Use[] {
  return Object.keys(context.shape.services).flatMap((service) => usesInService(context, service));
}

function usesInService({ files, shape }: Context, service: string): readonly Use[] {
  const names = whereValid(() => shape.services[service]?.variables ?? []);
  const key = `${SHAPE_KEY}.services.${service}.variables`;
  return names.map((name, index) => ({ name, file: files.project, key: `${key}[${index}]` }));
}

function usesInMigration({ files, shape }: Context): Use[] {
  const names = shape.migration?.variables ?? [];
  return names.map((name, index) => ({
    name,
    file: files.project,
    key: `${SHAPE_KEY}.migration.variables[${index}]`,
  }));
}

/** Names that stand for numbers: the pool's size, and what a rule compares. */
function usesAsNumber({ files, shape }: Context): Use[] {
  const pool = whereValid(() => [{ name: shape.database.poolVariable, key: "database.poolVariable" }]);
  const compared = whereValid(() => shape.rules).flatMap((rule, index) => {
    if (rule.kind !== "notAbove") return [];
    return (["lower", "upper"] as const).map((end) => ({ name: rule[end], key: `rules[${index}].${end}` }));
  });
  return [...pool, ...compared].map(({ name, key }) => ({
    name,
    file: files.project,
    key: `${SHAPE_KEY}.${key}`,
  }));
}

function usesInRules({ files, shape }: Context): Use[] {
  return shape.rules.flatMap((rule, index) => {
    if (rule.kind !== "atLeastOne") return [];
    return rule.of.map((name, at) => ({
      name,
      file: files.project,
      key: `${SHAPE_KEY}.rules[${index}].of[${at}]`,
    }));
  });
}

function checkNumbers(context: Context): Problem[] {
  return usesAsNumber(context).flatMap(({ name, file, key }) =>
    whereValid(() => {
      const type = context.shape.variables[name]?.type;
      if (type === undefined || NUMBERS.includes(type)) return [];
      const allowed = `a variable of one of the types ${NUMBERS.join(", ")}`;
      return [{ file, key, found: `${name}, a variable of type ${type}`, allowed }];
    }),
  );
}

const NEEDED: Partial<Record<Wired, "database" | "cache" | "tracing">> = {
  "database.url": "database",
  "cache.url": "cache",
  "tracing.endpoint": "tracing",
};

/** Who is given an address can reach it: services what they need, the migration the database only. */
function checkReach(context: Context): Problem[] {
  const { shape } = context;
  const beyond = (uses: readonly Use[], needs: readonly string[], allowed: (need: string) => string) =>
    uses.flatMap(({ name, file, key }) =>
      whereValid(() => {
        const from = shape.variables[name]?.from;
        const need = from && NEEDED[from];
        if (need === undefined || needs.includes(need)) return [];
        return [
          { file, key, found: `${name}, an address out of its reach (${from})`, allowed: allowed(need) },
        ];
      }),
    );
  const ofService = (name: string) =>
    whereValid(() =>
      beyond(
        usesInService(context, name),
        shape.services[name]?.needs ?? [],
        (need) => `no such variable, or ${need} among ${SHAPE_KEY}.services.${name}.needs`,
      ),
    );
  return [
    ...whereValid(() => Object.keys(shape.services)).flatMap(ofService),
    ...whereValid(() =>
      beyond(usesInMigration(context), ["database"], () => "no address but the database's"),
    ),
  ];
}
