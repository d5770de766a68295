import { givingSecret, OPAQUE, PLAIN_TEXT, SCALE_KEY, SECRETS_KEY, SHAPE_KEY, type Context } from "./context";
import { wiredLiteral, type Environment, type VariableSource } from "./environment";
import { whereValid } from "./parse";
import { describe, type Place, type Problem, type Undecided } from "./problems";
import { checkDeclaration } from "./variable-declarations";
import { checkVariableNames } from "./variable-names";
import { checkRules, type Known } from "./variable-rules";
import { judge, type Declaration, type Literal, type StackValue, type Wired } from "./variables";

/** The app's variables with the source of each value, and what is wrong with them. */
interface VariablePlan {
  readonly plan: Record<string, VariableSource>;
  readonly problems: Problem[];
  readonly undecided: Undecided[];
}

/**
 * Decides for every declared variable where its value comes from, and judges what can be judged:
 * the value's own rules, the rules across variables, and names that fit nowhere.
 */
export function resolveVariables(context: Context, draft: Environment): VariablePlan {
  const names = whereValid(() => Object.keys(context.shape.variables));
  const outcomes = names.flatMap((name) =>
    whereValid(() =>
      variableOf(context, draft, name).map((variable) => [name, outcomeOf(variable)] as const),
    ),
  );
  const collect = <T>(of: (outcome: Outcome) => T | undefined): Record<string, T> =>
    Object.fromEntries(
      outcomes.flatMap(([name, outcome]) => {
        const value = of(outcome);
        return value === undefined ? [] : [[name, value] as const];
      }),
    );
  const plan = collect(({ source }) => source);
  const known = collect((outcome) => outcome.known);
  const sound = new Set(outcomes.filter(([, { problems }]) => !problems?.length).map(([name]) => name));
  return {
    plan,
    problems: [
      ...checkVariableNames(context),
      ...outcomes.flatMap(([, { problems }]) => problems ?? []),
      ...checkRules(context, draft, { plan, known, sound }),
    ],
    undecided: outcomes.flatMap(([, { undecided }]) => undecided ?? []),
  };
}

/** A variable with everything the files say of it. */
interface Variable {
  readonly name: string;
  readonly declared: Declaration;
  readonly stackValue: StackValue | undefined;
  readonly secret: string | undefined;
  /** Whether the production rules hold; they do not where that cannot be told. */
  readonly production: boolean;
  readonly inShape: Place;
  readonly inScale: Place;
  readonly inSecrets: Place;
  readonly context: Context;
  readonly draft: Environment;
}

/** What came of a variable. One without a source is not handed to the app. */
interface Outcome {
  readonly source?: VariableSource;
  readonly known?: Known;
  readonly problems?: readonly Problem[];
  readonly undecided?: readonly Undecided[];
}

const wrong = (at: Place, found: string, allowed: string): Outcome => ({
  problems: [{ ...at, found, allowed }],
});

function variableOf(context: Context, draft: Environment, name: string): Variable[] {
  const { files, shape, scale, secrets } = context;
  const declared = shape.variables[name];
  const stackValue = scale.variables[name];
  // What is encrypted in the wrong place is said once, by checkEncryption.
  if (declared === undefined || stackValue === OPAQUE) return [];
  return [
    {
      name,
      declared,
      stackValue,
      secret: secrets[name],
      production: whereValid(() => [draft.production]).includes(true),
      inShape: { file: files.project, key: `${SHAPE_KEY}.variables.${name}` },
      inScale: { file: files.stack, key: `${SCALE_KEY}.variables.${name}` },
      inSecrets: { file: files.stack, key: `${SECRETS_KEY}.${name}` },
      context,
      draft,
    },
  ];
}

function outcomeOf(variable: Variable): Outcome {
  const { declared, inShape } = variable;
  const problems = checkDeclaration(inShape, declared);
  if (problems.length > 0) return { problems };
  if (declared.from !== undefined) return wired(variable, declared.from);
  return declared.secret ? secret(variable) : plain(variable);
}

/** A value the environment hands to the app. It is mended where the environment takes it from. */
function wired(variable: Variable, from: Wired): Outcome {
  const { name, declared, stackValue, inShape, inScale, inSecrets, context, draft } = variable;
  const given = [
    ...(stackValue === undefined ? [] : [inScale]),
    ...(variable.secret === undefined ? [] : [inSecrets]),
  ];
  if (given.length > 0) {
    const allowed = `nothing: the environment hands it ${from}`;
    return { problems: given.map((at) => ({ ...at, found: "a value", allowed })) };
  }
  const source: VariableSource = { kind: "wired", from, secret: declared.secret };
  const service = draft.services.find(({ variables }) => variables.includes(name));
  const value = service && wiredLiteral(draft, service, from);
  if (value === undefined) return { source };
  if (value === "" && !declared.required) return {};
  const at = originOf(context, from) ?? inShape;
  const verdict = judge(declared, value, variable.production);
  return verdict
    ? wrong(at, `${describe(value, [name])} for ${name}`, verdict)
    : { source, known: { value, ...at } };
}

function originOf({ files }: Context, from: Wired): Place | undefined {
  const inShape = (key: string) => ({ file: files.project, key: `${SHAPE_KEY}.${key}` });
  const inScale = (key: string) => ({ file: files.stack, key: `${SCALE_KEY}.${key}` });
  const origins: Partial<Record<Wired, Place>> = {
    "environment.name": { file: files.stack, key: "the stack's name" },
    "edge.url": inScale("domain"),
    "edge.corsOrigins": inScale("edge.corsOrigins"),
    "edge.uploadMaxMiB": inShape("edge.uploadMaxMiB"),
    "edge.timeoutMs": inShape("edge.timeoutSeconds"),
    "database.statementTimeoutMs": inShape("database.statementTimeoutMs"),
  };
  return origins[from];
}

function plain({
  name,
  declared,
  stackValue,
  secret,
  production,
  inShape,
  inScale,
  inSecrets,
}: Variable): Outcome {
  if (secret !== undefined) {
    const allowed = `\`secret: true\` at ${inShape.key}, or a plain value at ${inScale.key}`;
    return wrong(inSecrets, "a secret for a variable that is not declared secret", allowed);
  }
  if (typeof stackValue === "object") {
    return wrong(inScale, "{generate: …}", "a plain value: only secrets are generated");
  }
  const value: Literal | undefined = stackValue ?? declared.default;
  if (value === undefined)
    return declared.required ? wrong(inScale, "nothing", `a value of type ${declared.type}`) : {};
  const at = stackValue === undefined ? { ...inShape, key: `${inShape.key}.default` } : inScale;
  const verdict = judge(declared, value, production);
  if (verdict) return wrong(at, describe(value, [name]), verdict);
  return { source: { kind: "literal", value: String(value), secret: false }, known: { value, ...at } };
}

function secret(variable: Variable): Outcome {
  const { name, declared, stackValue, production, inShape, inScale, inSecrets, context } = variable;
  const command = givingSecret(context.stack, name);
  if (stackValue !== undefined && typeof stackValue !== "object") {
    const allowed =
      variable.secret === undefined
        ? `{generate: LENGTH}, or: ${command}`
        : `nothing: the secret is given at ${inSecrets.key}`;
    return wrong(inScale, "a secret in plain text (not shown)", allowed);
  }
  // One that Mainstay would make is made as long as nobody gives it.
  if (variable.secret !== undefined) return given(variable, variable.secret);
  const length = stackValue?.generate ?? declared.generate;
  if (length === undefined)
    return declared.required ? wrong(inSecrets, "nothing", `a secret given with: ${command}`) : {};
  const verdict = judge(declared, "x".repeat(length), production);
  const at = stackValue === undefined ? { ...inShape, key: `${inShape.key}.generate` } : inScale;
  if (verdict) return wrong(at, `a generated text of ${length} characters`, verdict);
  return { source: { kind: "generated", length, secret: true } };
}

function given({ declared, production, inSecrets }: Variable, value: string): Outcome {
  const source: VariableSource = { kind: "given", secret: true };
  if (value === OPAQUE)
    return { source, undecided: [{ ...inSecrets, rule: "its value's rules: it is encrypted here" }] };
  const verdict = value === PLAIN_TEXT ? undefined : judge(declared, value, production);
  return verdict ? wrong(inSecrets, "a secret that breaks its rule (not shown)", verdict) : { source };
}
