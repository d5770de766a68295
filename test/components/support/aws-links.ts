/** A graph as AWS would have it: what is behind a value, what was there before what, and how it looks with a fault. */
import type { Graph, Json, Resource } from "../../../graph";
import { inventAws } from "./aws-outputs";

const outputs = new WeakMap<Resource, Record<string, unknown>>();

/** What AWS would answer for a resource, beside what it was given. */
export function outputsOf(resource: Resource): Record<string, unknown> {
  const known = outputs.get(resource) ?? inventAws(resource) ?? {};
  outputs.set(resource, known);
  return known;
}

/** Every text in a value, with the way to it; places in a list are left out. */
export function textsIn(value: Json, path = ""): [path: string, text: string][] {
  if (typeof value === "string") return [[path, value]];
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((element) => textsIn(element, path));
  return Object.entries(value).flatMap(([key, inner]) =>
    textsIn(inner, path === "" ? key : `${path}.${key}`),
  );
}

const texts = new WeakMap<Resource, Map<string, [string, string][]>>();

/**
 * The texts among a resource's inputs that have something in them. A graph is read anew for every fault, and all but
 * one of its resources are the same: what was found of them is kept.
 */
export function textsWith(resource: Resource, part: string): [path: string, text: string][] {
  const known = texts.get(resource) ?? new Map<string, [string, string][]>();
  texts.set(resource, known);
  let found = known.get(part);
  if (!found) {
    found =
      part === ""
        ? textsIn(resource.inputs)
        : textsWith(resource, "").filter(([, text]) => text.includes(part));
    known.set(part, found);
  }
  return found;
}

/** The last part of a type. */
export const kindOf = ({ type }: Resource): string => type.split(":").at(-1) ?? "";

/** Kind and name, as a fault is told. */
export const called = (resource: Resource): string => `${kindOf(resource)} ${resource.name}`;

interface Text {
  readonly of: Resource;
  readonly path: string;
  readonly text: string;
}

export class Links {
  private readonly byUrn: ReadonlyMap<string, Resource>;
  private readonly byKind = new Map<string, Resource[]>();
  private readonly byArn = new Map<string, Resource>();
  private readonly found = new Map<string, readonly Text[]>();
  private readonly places: ReadonlyMap<string, number>;
  private readonly earlier = new Map<string, Uint32Array>();

  constructor(readonly graph: Graph) {
    this.byUrn = new Map(graph.resources.map((resource) => [resource.urn, resource]));
    this.places = new Map(graph.resources.map(({ urn }, place) => [urn, place]));
    for (const resource of graph.resources) {
      if (!resource.custom) continue;
      const kind = kindOf(resource);
      const all = this.byKind.get(kind);
      if (all) all.push(resource);
      else this.byKind.set(kind, [resource]);
      const { arn } = outputsOf(resource);
      if (typeof arn === "string") this.byArn.set(arn, resource);
    }
  }

  /** All of some kinds, such as "Role". */
  all(...kinds: readonly string[]): Resource[] {
    return kinds.flatMap((kind) => this.byKind.get(kind) ?? []);
  }

  /** What has this URN. */
  called(urn: string): Resource | undefined {
    return this.byUrn.get(urn);
  }

  /** What has this ARN. */
  at(arn: Json | undefined): Resource | undefined {
    return typeof arn === "string" ? this.byArn.get(arn) : undefined;
  }

  /** The one of a kind whose input or output has a value. */
  with(kind: string, property: string, value: Json | undefined): Resource | undefined {
    return this.all(kind).find((one) => (one.inputs[property] ?? outputsOf(one)[property]) === value);
  }

  /** Every text in an input that has something in it, and whose it is. */
  textsWith(part: string): readonly Text[] {
    const known =
      this.found.get(part) ??
      this.graph.resources.flatMap((of) => textsWith(of, part).map(([path, text]) => ({ of, path, text })));
    this.found.set(part, known);
    return known;
  }

  /** The region a resource is made in. */
  regionOf({ provider }: Resource): string {
    return String(this.byUrn.get(provider ?? "")?.inputs.region);
  }

  /** Whether one stands before another is made, which depends on it or on what does. */
  isBefore(first: Resource, then: Resource): boolean {
    const place = this.places.get(first.urn) ?? -1;
    return place >= 0 && ((this.earlierThan(then.urn)[place >> 5] ?? 0) & (1 << (place & 31))) !== 0;
  }

  /** A bit for each resource of the graph that stands before one: thousands of graphs are asked. */
  private earlierThan(urn: string): Uint32Array {
    const known = this.earlier.get(urn);
    if (known) return known;
    const bits = new Uint32Array((this.graph.resources.length + 31) >> 5);
    this.earlier.set(urn, bits);
    const resource = this.byUrn.get(urn);
    const parent = this.byUrn.get(resource?.parent ?? "");
    for (const next of [...(resource?.dependencies ?? []), ...(parent?.custom ? [parent.urn] : [])]) {
      const place = this.places.get(next);
      if (place === undefined) continue;
      bits[place >> 5] = (bits[place >> 5] ?? 0) | (1 << (place & 31));
      this.earlierThan(next).forEach((more, at) => (bits[at] = (bits[at] ?? 0) | more));
    }
    return bits;
  }
}

/** A graph without some of its resources. */
export const without = (graph: Graph, gone: readonly Resource[]): Graph => ({
  ...graph,
  resources: graph.resources.filter((one) => !gone.includes(one)),
});

/**
 * A graph with one of its resources changed: that one and what it names come first, so that whoever looks for what is
 * broken soon finds it.
 */
function changed(graph: Graph, resource: Resource, change: Partial<Resource>): Graph {
  const named = new Set(Object.values(resource.propertyDependencies).flat());
  const first = graph.resources.filter(({ urn }) => named.has(urn));
  const rest = graph.resources.filter((one) => one !== resource && !named.has(one.urn));
  return { ...graph, resources: [{ ...resource, ...change }, ...first, ...rest] };
}

/** A kind of link: what is broken of it in a graph, and every fault that has to be noticed. */
export interface Concern {
  /** A line for each broken link. */
  broken(links: Links): Iterable<string>;
  faults(links: Links): Iterable<Fault>;
}

export interface Fault {
  readonly what: string;
  readonly graph: Graph;
}

/** One resource is missing. */
export const gone = (graph: Graph, resource: Resource): Fault => ({
  what: `${called(resource)} is gone`,
  graph: without(graph, [resource]),
});

/** One resource is different. */
export const different = (
  graph: Graph,
  resource: Resource,
  what: string,
  change: Partial<Resource>,
): Fault => ({
  what: `${called(resource)}: ${what}`,
  graph: changed(graph, resource, change),
});

/** One resource has other inputs. */
export const inputFault = (
  graph: Graph,
  resource: Resource,
  what: string,
  inputs: Resource["inputs"],
): Fault => different(graph, resource, what, { inputs: { ...resource.inputs, ...inputs } });
