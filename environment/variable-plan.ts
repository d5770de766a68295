import { wiredLiteral, type Environment, type VariableSource } from "./environment";
import { describe, type Problem, type Undecided } from "./problems";
import { OPAQUE, SCALE_KEY, SECRETS_KEY, SHAPE_KEY, type Context } from "./resolve";
import { judge, WIRED_SECRETS, type Declaration, type Literal, type Rule, type StackValue } from "./variables";

/** The app's variables with the source of each value, and what is wrong with them. */
interface VariablePlan {
  readonly plan: Record<string, VariableSource>;
  readonly problems: Problem[];
  readonly undecided: Undecided[];
}

/** A value that can be judged here: given in plain text, or wired and known beforehand. */
interface Known {
  readonly value: Literal;
  readonly file: string;
  readonly key: string;
}

/**
 * Decides for every declared variable where its value comes from, and judges what can be judged:
 * the value's own rules, the rules across variables, and names that fit nowhere.
 */
export function resolveVariables(context: Context, draft: Environment): VariablePlan {
  const entries = Object.entries(context.shape.variables);
  const single = entries.map(([name, declared]) => resolveOne(context, draft, name, declared));
  const plan = Object.fromEntries(single.flatMap(({ name, source }) => (source ? [[name, source] as const] : [])));
  const known = Object.fromEntries(single.flatMap(({ name, known }) => (known ? [[name, known] as const] : [])));
  return {
    plan,
    problems: [
      ...checkNames(context),
      ...single.flatMap(({ problems }) => problems),
      ...context.shape.rules.flatMap((rule, index) => judgeRule(context, rule, index, plan, known)),
      ...checkPools(context, draft, known),
    ],
    undecided: single.flatMap(({ undecided }) => undecided),
  };
}

interface Single {
  name: string;
  source?: VariableSource;
  known?: Known;
  problems: Problem[];
  undecided: Undecided[];
}

function resolveOne(context: Context, draft: Environment, name: string, declared: Declaration): Single {
  const inShape = { file: context.files.project, key: `${SHAPE_KEY}.variables.${name}` };
  const inScale = { file: context.files.stack, key: `${SCALE_KEY}.variables.${name}` };
  const stackValue: StackValue | undefined = context.scale.variables[name];
  const secret = context.secrets[name];
  const problems = checkDeclaration(inShape, declared);
  const none = { name, problems, undecided: [] };

  if (declared.from !== undefined) {
    if (stackValue !== undefined || secret !== undefined) {
      problems.push({
        ...(secret === undefined ? inScale : { file: context.files.stack, key: `${SECRETS_KEY}.${name}` }),
        found: "a value",
        allowed: `nothing: the environment hands it ${declared.from}`,
      });
    }
    const source: VariableSource = { kind: "wired", from: declared.from, secret: declared.secret };
    const first = draft.services.find((service) => service.variables.includes(name));
    const value = first && wiredLiteral(draft, first, declared.from);
    if (value === undefined) return { ...none, source };
    return { ...judged(declared, draft.production, none, { value, ...originOf(inShape, inScale, declared) }), source };
  }
  if (declared.secret) return resolveSecret(context, draft, none, declared, stackValue, secret);

  if (secret !== undefined) {
    problems.push({
      file: context.files.stack,
      key: `${SECRETS_KEY}.${name}`,
      found: "a secret for a variable that is not declared secret",
      allowed: `\`secret: true\` at ${inShape.key}, or a plain value at ${inScale.key}`,
    });
    return none;
  }
  if (typeof stackValue === "object") {
    problems.push({ ...inScale, found: "an object", allowed: "a plain value: only secrets are generated" });
    return none;
  }
  const value = stackValue ?? declared.default;
  if (value === undefined) return declared.required ? missing(none, inScale, "a value") : none;
  const source: VariableSource = { kind: "literal", value: String(value), secret: false };
  return { ...judged(declared, draft.production, none, { value, ...(stackValue === undefined ? inShape : inScale) }), source };
}

/** A wired value is mended where the environment takes it from, not where the variable is declared. */
function originOf(inShape: { file: string; key: string }, inScale: { file: string }, declared: Declaration) {
  if (declared.from === "edge.corsOrigins") return { file: inScale.file, key: `${SCALE_KEY}.edge.corsOrigins` };
  return inShape;
}

function resolveSecret(
  context: Context,
  draft: Environment,
  none: Single,
  declared: Declaration,
  stackValue: StackValue | undefined,
  secret: string | undefined,
): Single {
  const { name } = none;
  const inScale = { file: context.files.stack, key: `${SCALE_KEY}.variables.${name}` };
  const inSecrets = { file: context.files.stack, key: `${SECRETS_KEY}.${name}` };
  const command = `pulumi config set --secret --path '${SECRETS_KEY}.${name}'`;
  if (stackValue !== undefined && typeof stackValue !== "object") {
    none.problems.push({ ...inScale, found: "a secret in plain text (not shown)", allowed: `{generate: LENGTH}, or: ${command}` });
    return none;
  }
  if (stackValue !== undefined && secret !== undefined) {
    none.problems.push({ ...inScale, found: "{generate: …} beside a given secret", allowed: `one of the two: it also stands at ${inSecrets.key}` });
    return none;
  }
  const length = stackValue?.generate ?? declared.generate;
  if (secret === OPAQUE) {
    const undecided = [{ ...inSecrets, rule: "its value's rules: it is encrypted here" }];
    return { ...none, undecided, source: { kind: "given", secret: true } };
  }
  if (secret !== undefined) {
    const verdict = judge(declared, secret, draft.production);
    if (verdict) none.problems.push({ ...inSecrets, found: "a secret that breaks its rule (not shown)", allowed: verdict });
    return { ...none, source: { kind: "given", secret: true } };
  }
  if (length === undefined) return declared.required ? missing(none, inSecrets, `a secret given with: ${command}`) : none;
  const verdict = judge(declared, "x".repeat(length), draft.production);
  if (verdict) none.problems.push({ ...inScale, found: `a generated text of ${length} characters`, allowed: verdict });
  return { ...none, source: { kind: "generated", length, secret: true } };
}

function judged(declared: Declaration, production: boolean, single: Single, known: Known): Single {
  const verdict = judge(declared, known.value, production);
  if (!verdict) return { ...single, known };
  const { file, key, value } = known;
  single.problems.push({ file, key, found: describe(value, [single.name]), allowed: verdict });
  return single;
}

function missing(single: Single, at: { file: string; key: string }, allowed: string): Single {
  single.problems.push({ ...at, found: "nothing", allowed });
  return single;
}

/** Contradictions within one declaration. */
function checkDeclaration(at: { file: string; key: string }, declared: Declaration): Problem[] {
  const problems: Problem[] = [];
  const add = (found: string, allowed: string) => problems.push({ ...at, found, allowed });
  if (declared.from !== undefined && (declared.default !== undefined || declared.generate !== undefined)) {
    add("`from` together with `default` or `generate`", "one source of its value");
  }
  if (declared.secret && declared.default !== undefined) add("a secret with a default", "`generate`, or a value per stack");
  if (!declared.secret && declared.generate !== undefined) add("`generate` without `secret: true`", "`secret: true`");
  if (!declared.secret && declared.from !== undefined && WIRED_SECRETS.includes(declared.from)) {
    add(`${declared.from}, which holds a password, without \`secret: true\``, "`secret: true`");
  }
  return problems;
}

/** Names that the shape does not declare, wherever they are used. */
function checkNames({ files, shape, scale, secrets }: Context): Problem[] {
  const declared = new Set(Object.keys(shape.variables));
  const unknown = (names: readonly string[], file: string, key: (name: string, index: number) => string) =>
    names.flatMap((name, index) =>
      declared.has(name)
        ? []
        : [{ file, key: key(name, index), found: `the name ${name}`, allowed: `a variable declared at ${SHAPE_KEY}.variables` }],
    );
  const otherwiseUsed = new Set([
    ...Object.values(scale.receivers).flat().flatMap((receiver) => ("secret" in receiver ? [receiver.secret] : [])),
    ...(scale.edge.certificate.kind === "provided"
      ? [scale.edge.certificate.chainSecret, scale.edge.certificate.keySecret]
      : []),
  ]);
  return [
    ...unknown(Object.keys(scale.variables), files.stack, (name) => `${SCALE_KEY}.variables.${name}`),
    ...unknown(
      Object.keys(secrets).filter((name) => !otherwiseUsed.has(name)),
      files.stack,
      (name) => `${SECRETS_KEY}.${name}`,
    ),
    ...Object.entries(shape.services).flatMap(([service, { variables }]) =>
      unknown(variables, files.project, (_, index) => `${SHAPE_KEY}.services.${service}.variables[${index}]`),
    ),
    ...unknown(shape.migration?.variables ?? [], files.project, (_, index) => `${SHAPE_KEY}.migration.variables[${index}]`),
    ...unknown([shape.database.poolVariable], files.project, () => `${SHAPE_KEY}.database.poolVariable`),
    ...shape.rules.flatMap((rule, index) =>
      unknown(rule.kind === "atLeastOne" ? rule.of : [rule.lower, rule.upper], files.project, () => `${SHAPE_KEY}.rules[${index}]`),
    ),
  ];
}

function judgeRule(
  context: Context,
  rule: Rule,
  index: number,
  plan: Readonly<Record<string, VariableSource>>,
  known: Readonly<Record<string, Known>>,
): Problem[] {
  if (rule.kind === "atLeastOne") {
    if (rule.of.some((name) => plan[name] !== undefined)) return [];
    const key = `${SECRETS_KEY} (rule ${index + 1} of ${SHAPE_KEY}.rules)`;
    return [{ file: context.files.stack, key, found: `none of ${rule.of.join(", ")}`, allowed: "at least one of them" }];
  }
  const lower = known[rule.lower];
  const upper = known[rule.upper];
  if (!lower || !upper || typeof lower.value !== "number" || typeof upper.value !== "number") return [];
  if (lower.value <= upper.value) return [];
  const { file, key } = lower;
  return [{ file, key, found: `${lower.value}, above ${rule.upper} (${upper.value})`, allowed: `at most ${rule.upper}` }];
}

/** All processes' pools together leave the database the connections it keeps for itself. */
function checkPools({ files, shape }: Context, { services }: Environment, known: Readonly<Record<string, Known>>): Problem[] {
  const { poolVariable, maxConnections, reservedConnections } = shape.database;
  const pool = known[poolVariable]?.value;
  if (typeof pool !== "number") return [];
  const users = services.filter(({ needs }) => needs.includes("database"));
  const processes = users.reduce((sum, { replicas, candidate }) => sum + replicas + (candidate?.replicas ?? 0), 0);
  const available = maxConnections - reservedConnections;
  if (pool * processes <= available) return [];
  return [
    {
      file: files.stack,
      key: `${SCALE_KEY}.variables.${poolVariable}`,
      found: `${pool} connections for each of ${processes} processes, ${pool * processes} in all`,
      allowed: `at most ${available} in all (maxConnections ${maxConnections} less ${reservedConnections} reserved)`,
    },
  ];
}
