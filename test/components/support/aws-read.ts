/** How tests read a graph: by name, by what an input refers to, and what a policy says. */
import type { Graph, Json, Resource } from "../../../graph";
import { parseUrn } from "../../../graph/resource";

export const ofType = (graph: Graph, type: string): Resource[] =>
  graph.resources.filter((resource) => resource.type === type);

/** @throws if there is not exactly one */
export function only(graph: Graph, type: string, name?: string): Resource {
  const found = ofType(graph, type).filter((resource) => name === undefined || resource.name === name);
  const [first, second] = found;
  if (!first || second) throw new Error(`${found.length} resources of ${type} named ${name ?? "anything"}`);
  return first;
}

export const names = (resources: readonly Resource[]): string[] => resources.map(({ name }) => name).sort();

/** Names of the resources an input refers to. */
export function behind(graph: Graph, { propertyDependencies }: Resource, property: string): string[] {
  const byUrn = new Map(graph.resources.map(({ urn, name }) => [urn, name]));
  return (propertyDependencies[property] ?? []).map((urn) => byUrn.get(urn) ?? urn).sort();
}

/** A statement as IAM reads it, every list spelt out. */
export interface Statement {
  readonly sid: string;
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Set in the place of `resources`: all but these. */
  readonly allBut?: readonly string[];
  readonly services: readonly string[];
  readonly principal: Json;
  readonly condition: Record<string, Record<string, Json>>;
}

const read = new Map<string, Statement[]>();

/** The statements of a policy, trust or key policy. */
export function statements(document: Json | undefined): Statement[] {
  const text = String(document);
  const known = read.get(text) ?? readStatements(text);
  read.set(text, known);
  return known;
}

function readStatements(text: string): Statement[] {
  const { Version, Statement } = JSON.parse(text) as { Version: string; Statement: never[] };
  if (Version !== "2012-10-17") throw new Error(`a policy of the version ${Version}`);
  return Statement.map((raw: Record<string, Json>) => ({
    sid: String(raw.Sid ?? ""),
    effect: String(raw.Effect),
    actions: list(raw.Action),
    resources: list(raw.Resource),
    ...(raw.NotResource === undefined ? {} : { allBut: list(raw.NotResource) }),
    services: list((raw.Principal as Record<string, Json> | undefined)?.Service),
    principal: raw.Principal ?? null,
    condition: (raw.Condition ?? {}) as Statement["condition"],
  }));
}

const list = (value: Json | undefined): string[] =>
  value === undefined ? [] : (Array.isArray(value) ? value : [value]).map(String);

/** Kind and name of what a resource waits for, such as "LogGroup api". */
export const waitsFor = ({ dependencies }: Resource): string[] =>
  dependencies.map((urn) => {
    const { qualifiedType, name } = parseUrn(urn);
    return `${qualifiedType.split(":").at(-1) ?? ""} ${name}`;
  });
