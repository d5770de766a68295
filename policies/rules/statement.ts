/** Statements of IAM policies, with every list spelt out, and what their patterns cover. */
import type { Json } from "../../graph/resource";
import { list, object } from "../documents";
import { withStars } from "../pattern";

/** Who is named: `AWS`, `Service`, `Federated` or `CanonicalUser`, or `*` for everybody. */
export interface Principal {
  readonly kind: string;
  readonly id: string;
}

/** One question of a condition. All of them have to be answered with yes; of its values one is enough. */
export interface Question {
  /** As AWS spells it, such as `StringEqualsIfExists`. */
  readonly operator: string;
  /** Lower case: AWS does not tell them apart either. */
  readonly key: string;
  readonly values: readonly string[];
}

export interface Statement {
  /** Its Sid, or its place. */
  readonly label: string;
  readonly allows: boolean;
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly resources: readonly string[];
  readonly notResources: readonly string[];
  readonly principals: readonly Principal[];
  readonly notPrincipals: readonly Principal[];
  readonly questions: readonly Question[];
}

const read = new WeakMap<object, readonly Statement[]>();

/** The statements of a policy; several rules ask for those of one. */
export function statementsOf(policy: Json): readonly Statement[] {
  const document = object(policy);
  let statements = read.get(document);
  if (!statements) read.set(document, (statements = list(document.Statement).map(statementOf)));
  return statements;
}

function statementOf(raw: Json, index: number): Statement {
  const statement = object(raw);
  const { Sid: sid } = statement;
  return {
    label: typeof sid === "string" && sid !== "" ? sid : `statement ${index + 1}`,
    // What does not deny may allow.
    allows: statement.Effect !== "Deny",
    actions: texts(statement.Action),
    notActions: texts(statement.NotAction),
    resources: texts(statement.Resource),
    notResources: texts(statement.NotResource),
    principals: principals(statement.Principal),
    notPrincipals: principals(statement.NotPrincipal),
    questions: questions(statement.Condition),
  };
}

const principals = (given: Json | undefined): Principal[] =>
  typeof given === "string"
    ? [{ kind: given, id: given }]
    : Object.entries(object(given)).flatMap(([kind, ids]) => texts(ids).map((id) => ({ kind, id })));

const questions = (condition: Json | undefined): Question[] =>
  Object.entries(object(condition)).flatMap(([operator, asked]) =>
    Object.entries(object(asked)).map(([key, values]) => ({
      operator,
      key: key.toLowerCase(),
      values: list(values).map(String),
    })),
  );

const texts = (value: Json | undefined) =>
  list(value).filter((one): one is string => typeof one === "string");

const patterns = new Map<string, RegExp>();

/** Whether a pattern of IAM's, with `*` and `?`, is one for a text. */
export function fits(pattern: string, text: string): boolean {
  let expression = patterns.get(pattern);
  if (!expression) {
    const source = pattern
      .split("?")
      .map((part) => withStars(part))
      .join(".");
    patterns.set(pattern, (expression = new RegExp(`^${source}$`, "i")));
  }
  return expression.test(text);
}

const fitsAny = (all: readonly string[], text: string) => all.some((pattern) => fits(pattern, text));

/** Whether an action is among those of a statement. */
export const isFor = ({ actions, notActions }: Statement, action: string): boolean =>
  fitsAny(actions, action) || (notActions.length > 0 && !fitsAny(notActions, action));

/** Whether a resource is among those of a statement. */
export const isOn = ({ resources, notResources }: Statement, arn: string): boolean =>
  fitsAny(resources, arn) || (notResources.length > 0 && !fitsAny(notResources, arn));

/** Whether a pattern is for every role, user, group or policy of an account: as good as for all there are. */
export const isEvery = (kind: string, pattern: string): boolean =>
  isEverything(pattern) || new RegExp(`^arn:[^:]*:iam::[^:]*:(${kind})?[*?/]+$`).test(pattern);

/** A denial, whatever else may be so. */
export const isPlainDeny = ({ allows, questions }: Statement): boolean => !allows && questions.length === 0;

/** The parts of an ARN that say whose it is and what. */
export function partsOfArn(arn: string): { service: string; account: string; rest: string } | undefined {
  const [prefix, , service = "", , account = "", ...rest] = arn.split(":");
  return prefix === "arn" && rest.length > 0 ? { service, account, rest: rest.join(":") } : undefined;
}

const isWild = (text: string) => /^[*?]+$/.test(text);

/** Whether a pattern names neither a resource nor an account. */
function isEverything(pattern: string): boolean {
  if (isWild(pattern)) return true;
  const parts = partsOfArn(pattern);
  if (!parts) return /^([*?]|arn(:[\w*?-]*){0,3}[*?]$)/.test(pattern);
  const { service, account, rest } = parts;
  // Others than buckets say what they are before what they are called.
  const name = service === "s3" ? rest : rest.replace(/^[\w-]+[:/]/, "");
  return isWild(service) || (!/^\d{12}$/.test(account) && /^[*?:/]+$/.test(name));
}

/** Whether a statement is for every resource there is, or for all but some. */
export const isOnEverything = ({ resources, notResources }: Statement): boolean =>
  notResources.length > 0 || resources.some(isEverything);
