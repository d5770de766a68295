/** Inputs that hold JSON as text: IAM policies, ECS container definitions. Each is parsed once. */
import { SECRET, UNKNOWN, type Json, type Resource } from "../graph/resource";
import type { Answer, Finding } from "./rule";
import { valueAt } from "./spots";

/** What is in such an input. `broken` is text that is no JSON. */
export type Document =
  | { readonly state: "parsed"; readonly value: Json }
  | { readonly state: "absent" | "unknown" | "secret" | "broken" };

const parsed = new WeakMap<Resource, Map<string, Document>>();

export function documentAt(resource: Resource, path: string): Document {
  let documents = parsed.get(resource);
  if (!documents) parsed.set(resource, (documents = new Map<string, Document>()));
  let document = documents.get(path);
  if (!document) documents.set(path, (document = read(valueAt(resource, path))));
  return document;
}

function read(value: Json | undefined): Document {
  if (value === undefined || value === null) return { state: "absent" };
  if (value === UNKNOWN) return { state: "unknown" };
  if (value === SECRET) return { state: "secret" };
  if (typeof value !== "string") return { state: "parsed", value };
  try {
    return { state: "parsed", value: JSON.parse(value) as Json };
  } catch {
    return { state: "broken" };
  }
}

const READABLE = "a document that can be read";

/**
 * Judges a document by a function of its content. One that is not there is the business of another rule; one
 * that is not JSON is a violation of each.
 */
export function judgeDocument(
  resource: Resource,
  property: string,
  judgeContent: (content: Json) => readonly Omit<Finding, "resource">[],
): Finding[] {
  const document = documentAt(resource, property);
  switch (document.state) {
    case "absent":
      return [];
    case "unknown":
      return [{ outcome: "undecidable", resource, property, found: "unknown until up", allowed: READABLE }];
    case "secret":
      return [{ outcome: "undecidable", resource, property, found: "a secret", allowed: READABLE }];
    case "broken":
      return [{ outcome: "violation", resource, property, found: "no JSON", allowed: READABLE }];
    case "parsed":
      return judgeContent(document.value).map((finding) => ({ property, ...finding, resource }));
  }
}

/** A statement of an IAM policy with every list spelt out. */
export interface Statement {
  /** Its Sid, or its place. */
  readonly label: string;
  readonly allows: boolean;
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly resources: readonly string[];
  /** `*`, ARNs and account ids, services: whoever is named. */
  readonly principals: readonly string[];
  readonly condition: Readonly<Record<string, Json>>;
}

export function statementsOf(policy: Json): Statement[] {
  return list(object(policy).Statement).map((raw, index) => {
    const statement = object(raw);
    return {
      label:
        typeof statement.Sid === "string" && statement.Sid !== "" ? statement.Sid : `statement ${index + 1}`,
      allows: statement.Effect === "Allow",
      actions: texts(statement.Action),
      notActions: texts(statement.NotAction),
      resources: texts(statement.Resource),
      principals: principals(statement.Principal),
      condition: object(statement.Condition),
    };
  });
}

/** The keys a condition asks about, lower case, whatever operator asks. */
export function conditionKeys(condition: Readonly<Record<string, Json>>): string[] {
  return Object.values(condition).flatMap((asked) =>
    Object.keys(object(asked)).map((key) => key.toLowerCase()),
  );
}

function principals(principal: Json | undefined): string[] {
  if (typeof principal === "string") return [principal];
  return Object.values(object(principal)).flatMap(texts);
}

export function object(value: Json | undefined): Readonly<Record<string, Json>> {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? value : {};
}

export function list(value: Json | undefined): readonly Json[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** Whether there is something in a list. */
export const holdsAny = (value: Json | undefined): Answer =>
  value === UNKNOWN ? undefined : list(value).length > 0;

const texts = (value: Json | undefined) =>
  list(value).filter((one): one is string => typeof one === "string");
