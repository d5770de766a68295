/** A graph, indexed for rules that look at more than one resource. */
import { UNKNOWN, type Graph, type Json, type Resource } from "../graph/resource";
import { some } from "./expect";
import type { Answer } from "./rule";
import { spots } from "./spots";

export class GraphView {
  private readonly byType = new Map<string, Resource[]>();
  private readonly byUrn = new Map<string, Resource>();
  private readonly referrers = new Map<string, Map<string, Resource[]>>();
  private readonly memos = new Map<string, unknown>();

  constructor(readonly graph: Graph) {
    for (const resource of graph.resources) {
      this.byUrn.set(resource.urn, resource);
      add(this.byType, resource.type, resource);
    }
  }

  get(urn: string | null): Resource | undefined {
    return urn === null ? undefined : this.byUrn.get(urn);
  }

  ofType(types: readonly string[]): Resource[] {
    return types.flatMap((type) => this.byType.get(type) ?? []);
  }

  /** What a rule works out once per graph, because all resources share it. */
  memo<T>(key: string, work: () => T): T {
    if (!this.memos.has(key)) this.memos.set(key, work());
    return this.memos.get(key) as T;
  }

  /** Resources of the types that go by a name. */
  named(types: readonly string[], name: string): readonly Resource[] {
    const index = this.memo(`named ${types.join()}`, () => {
      const byName = new Map<string, Resource[]>();
      for (const resource of this.ofType(types))
        for (const own of namesOf(resource)) add(byName, own, resource);
      return byName;
    });
    return index.get(name) ?? [];
  }

  /** Resources of the types that a property refers to, and whether it may refer to more. */
  targets(from: Resource, property: string, types: readonly string[]): { sure: Resource[]; open: boolean } {
    const urns = dependencies(from, property);
    if (urns.length > 0) {
      const sure = urns.flatMap((urn) => this.get(urn) ?? []).filter(({ type }) => types.includes(type));
      return { sure, open: false };
    }
    const names = texts(from, property);
    return { sure: names.flatMap((name) => this.named(types, name)), open: names.includes(UNKNOWN) };
  }

  /** Resources of the types whose property surely, or possibly, refers to the target. */
  referring(
    types: readonly string[],
    property: string,
    target: Resource,
  ): { sure: Resource[]; possible: Resource[] } {
    const sure: Resource[] = [];
    const possible: Resource[] = [];
    for (const resource of this.candidates(types, property, target)) {
      const answer = refers(resource, property, target);
      if (answer === true) sure.push(resource);
      else if (answer === undefined) possible.push(resource);
    }
    return { sure, possible };
  }

  /**
   * Those that may refer to the target: found under its URN, its name, or among those nobody can tell of.
   * Asked of every bucket, a search through all companions would take the square of their number.
   */
  private candidates(types: readonly string[], property: string, target: Resource): Iterable<Resource> {
    const key = `${types.join()} ${property}`;
    let index = this.referrers.get(key);
    if (!index) this.referrers.set(key, (index = indexReferrers(this.ofType(types), property)));
    return new Set([target.urn, ...namesOf(target), UNKNOWN].flatMap((handle) => index.get(handle) ?? []));
  }
}

function indexReferrers(resources: readonly Resource[], property: string): Map<string, Resource[]> {
  const index = new Map<string, Resource[]>();
  for (const resource of resources) {
    const urns = dependencies(resource, property);
    const handles = urns.length > 0 ? urns : texts(resource, property);
    for (const handle of handles) add(index, handle, resource);
  }
  return index;
}

function add(index: Map<string, Resource[]>, key: string, resource: Resource): void {
  const others = index.get(key);
  if (others) others.push(resource);
  else index.set(key, [resource]);
}

/**
 * Whether a property refers to a resource: by what its value was computed from, and where it was computed
 * from nothing, by the names the target goes by.
 */
export function refers(from: Resource, property: string, target: Resource): Answer {
  const urns = dependencies(from, property);
  if (urns.length > 0) return urns.includes(target.urn);
  const names = namesOf(target);
  return some(texts(from, property).map((text) => (text === UNKNOWN ? undefined : names.includes(text))));
}

function dependencies(resource: Resource, property: string): readonly string[] {
  const root = /^[^.[]+/.exec(property)?.[0] ?? property;
  return resource.propertyDependencies[root] ?? [];
}

function texts(resource: Resource, property: string): string[] {
  return spots(resource, property).flatMap(({ value }) => strings(value ?? null));
}

function strings(value: Json): string[] {
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.flatMap(strings) : [];
}

/** The inputs a resource may be called by elsewhere. */
const NAMING = ["name", "bucket", "identifier", "clusterIdentifier", "replicationGroupId", "family"];

function namesOf(resource: Resource): string[] {
  return NAMING.flatMap((key) => {
    const value = resource.inputs[key];
    return typeof value === "string" && value !== UNKNOWN ? [value] : [];
  });
}
