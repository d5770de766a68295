/** Inputs that hold JSON as text: IAM policies, ECS container definitions. Each is parsed once. */
import { SECRET, UNKNOWN, type Json, type Resource } from "../graph/resource";
import { holdsStandIn } from "../graph/stand-in";
import type { Answer, Finding } from "./rule";
import { readings } from "./sketch";
import { spots, valueAt } from "./spots";

/** What is in such an input. `broken` is text that is no JSON. */
export type Document =
  | {
      readonly state: "parsed";
      readonly value: Json;
      /** The same with other answers in the place of what only `up` can tell. */
      readonly otherwise?: Json;
    }
  | { readonly state: "absent" | "unknown" | "secret" | "broken" };

const parsed = new WeakMap<Resource, Map<string, Document>>();

export function documentAt(resource: Resource, path: string): Document {
  let documents = parsed.get(resource);
  if (!documents) parsed.set(resource, (documents = new Map<string, Document>()));
  let document = documents.get(path);
  if (!document) {
    const value = valueAt(resource, path);
    documents.set(path, (document = read(value === UNKNOWN ? (resource.sketches?.[path] ?? value) : value)));
  }
  return document;
}

function read(value: Json | undefined): Document {
  if (value === undefined || value === null) return { state: "absent" };
  if (value === UNKNOWN) return { state: "unknown" };
  if (value === SECRET) return { state: "secret" };
  if (typeof value !== "string") return { state: "parsed", value };
  try {
    if (!holdsStandIn(value)) return { state: "parsed", value: JSON.parse(value) as Json };
    const [readable, otherwise] = readings(value);
    return {
      state: "parsed",
      value: JSON.parse(readable) as Json,
      otherwise: JSON.parse(otherwise) as Json,
    };
  } catch {
    // What the cloud answers may be the document, or a number in it.
    return { state: holdsStandIn(value) ? "unknown" : "broken" };
  }
}

const READABLE = "a document that can be read";

type JudgeContent = (content: Json, property: string) => readonly Omit<Finding, "resource">[];

/**
 * Judges the documents at a path by a function of their content. One that is not there is the business of another
 * rule; one that is not JSON is a violation of each. What comes out otherwise with other answers of the cloud cannot
 * be told without them.
 */
export const judgeDocument = (resource: Resource, path: string, judgeContent: JudgeContent): Finding[] =>
  spots(resource, path).flatMap(({ path: property }) => judgeOne(resource, property, judgeContent));

function judgeOne(resource: Resource, property: string, judgeContent: JudgeContent): Finding[] {
  const document = documentAt(resource, property);
  const undecided = {
    outcome: "undecidable",
    resource,
    property,
    found: "unknown until up",
    allowed: READABLE,
  } as const;
  switch (document.state) {
    case "absent":
      return [];
    case "unknown":
      return [undecided];
    case "secret":
      return [{ outcome: "undecidable", resource, property, found: "a secret", allowed: READABLE }];
    case "broken":
      return [{ outcome: "violation", resource, property, found: "no JSON", allowed: READABLE }];
    case "parsed": {
      const findings = judgeContent(document.value, property);
      const others = document.otherwise === undefined ? findings : judgeContent(document.otherwise, property);
      if (outcomes(findings) !== outcomes(others)) return [undecided];
      return findings.map((finding) => ({ property, ...finding, resource }));
    }
  }
}

const outcomes = (findings: readonly Omit<Finding, "resource">[]) =>
  JSON.stringify(findings.map(({ outcome, property, allowed }) => [outcome, property, allowed]));

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
