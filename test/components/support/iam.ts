/** Reads policies as IAM does: who may do what with which, and under which conditions. */
import type { Json } from "../../../graph";
import type { Statement } from "./aws-read";

export interface Request {
  /** Host name of a service, or the ARN of an account's root. */
  readonly principal?: string;
  readonly action: string;
  /** None in a trust policy: it is the role's own. */
  readonly resource?: string;
  /** Condition keys of the request. What is missing meets no condition. */
  readonly context?: Readonly<Record<string, string>>;
}

/** Whether the statements let a request through: one that allows it, and none that denies it. */
export function permits(statements: readonly Statement[], request: Request): boolean {
  const meeting = statements.filter((statement) => applies(statement, request));
  return meeting.some(({ effect }) => effect === "Allow") && !meeting.some(({ effect }) => effect === "Deny");
}

function applies(statement: Statement, { principal, action, resource, context = {} }: Request): boolean {
  return (
    (principal === undefined || isFor(statement.principal, principal)) &&
    statement.actions.some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase())) &&
    (resource === undefined || isAbout(statement, resource)) &&
    Object.entries(statement.condition).every(([operator, keys]) =>
      Object.entries(keys).every(([key, allowed]) => holds(operator, context[key], listOf(allowed))),
    )
  );
}

const isAbout = ({ resources, allBut }: Statement, resource: string) =>
  allBut
    ? !allBut.some((pattern) => matches(pattern, resource))
    : resources.some((pattern) => matches(pattern, resource));

function isFor(stated: Json, principal: string): boolean {
  if (stated === "*") return true;
  if (stated === null || typeof stated !== "object" || Array.isArray(stated)) return false;
  return Object.values(stated).some((named) => listOf(named).some((one) => one === "*" || one === principal));
}

/** @throws where an operator is not known here: a condition that is not understood proves nothing */
function holds(operator: string, value: string | undefined, allowed: readonly string[]): boolean {
  switch (operator) {
    case "StringEquals":
    case "Bool":
      return value !== undefined && allowed.includes(value);
    case "StringLike":
    case "ArnEquals":
    case "ArnLike":
      return value !== undefined && allowed.some((pattern) => matches(pattern, value));
    default:
      throw new Error(`the condition operator ${operator} is not known to the tests`);
  }
}

const patterns = new Map<string, RegExp>();

/** Whether a text is what a pattern with `*` and `?` describes. */
function matches(pattern: string, text: string): boolean {
  if (!/[*?]/.test(pattern)) return pattern === text;
  let known = patterns.get(pattern);
  if (!known) {
    const escaped = pattern
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replace(/\*/g, ".*")
      .replace(/\?/g, ".");
    patterns.set(pattern, (known = new RegExp(`^${escaped}$`)));
  }
  return known.test(text);
}

const listOf = (value: Json): string[] => (Array.isArray(value) ? value : [value]).map(String);
