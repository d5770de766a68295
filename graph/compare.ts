/**
 * Where two graphs of one stack differ. Its sources do not record the same, and this is the whole list of what that
 * excuses:
 *
 * - a value unknown on one side may be anything on the other, or absent;
 * - what a provider's check fills in is not the program's: it is left out (`withoutProviderDefaults`);
 * - a provider returns its inputs without their secrecy. The engine puts it back by name; for an array it
 *   cannot, and makes all of it secret. So an array with a secret in it counts as one;
 * - `deleteBeforeReplace`, outputs, and sketches of what is unknown, which not every source records.
 */
import { SECRET, UNKNOWN, type Graph, type Json, type Resource } from "./resource";
import { join } from "./value";

export interface Difference {
  readonly urn: string;
  /** Such as `protect` or `inputs.ports[0].internal`; empty where one side lacks the whole resource. */
  readonly path: string;
  /** Undefined where the side has nothing there. */
  readonly left: Json | undefined;
  readonly right: Json | undefined;
}

/**
 * Drops what the provider's check filled in, for providers that say so (the bridged ones with an SDKv2
 * inside, such as docker and most of aws). Others (random, tls) do not fill their inputs in.
 */
export function withoutProviderDefaults(graph: Graph): Graph {
  const resources = graph.resources.map((resource) => {
    const dropped = new Set(resource.providerDefaults);
    return {
      ...resource,
      inputs: without(resource.inputs, "", dropped) as Resource["inputs"],
      providerDefaults: [],
    };
  });
  return { ...graph, resources };
}

export function differences(left: Graph, right: Graph): Difference[] {
  const lefts = comparables(left);
  const rights = comparables(right);
  return [...new Set([...lefts.keys(), ...rights.keys()])].flatMap((urn) => {
    const [a, b] = [lefts.get(urn), rights.get(urn)];
    if (a === undefined || b === undefined) return [{ urn, path: "", left: a?.type, right: b?.type }];
    return compare(a, b, "").map((difference) => ({ urn, ...difference }));
  });
}

function comparables(graph: Graph): Map<string, Record<string, Json>> {
  return new Map(
    withoutProviderDefaults(graph).resources.map((resource) => [resource.urn, comparable(resource)]),
  );
}

function comparable(resource: Resource): Record<string, Json> {
  const same = { ...resource, deleteBeforeReplace: null, sketches: null, outputs: null };
  // A component's inputs go to no provider.
  if (!resource.custom) return same;
  const secrets: string[] = [];
  const inputs = withSecretArrays(resource.inputs, "", new Set(resource.secrets), secrets);
  return { ...same, inputs, secrets };
}

function compare(left: Json | undefined, right: Json | undefined, path: string): Omit<Difference, "urn">[] {
  if (left === UNKNOWN || right === UNKNOWN || left === right) return [];
  if (Array.isArray(left) && Array.isArray(right)) {
    const indices = [...Array(Math.max(left.length, right.length)).keys()];
    return indices.flatMap((index) => compare(left[index], right[index], `${path}[${index}]`));
  }
  if (isObject(left) && isObject(right)) {
    const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])].sort();
    return keys.flatMap((key) => compare(left[key], right[key], join(path, key)));
  }
  return [{ path, left, right }];
}

function without(value: Json, path: string, dropped: ReadonlySet<string>): Json {
  if (Array.isArray(value))
    return value.map((element, index) => without(element, `${path}[${index}]`, dropped));
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([key]) => !dropped.has(join(path, key)));
  return Object.fromEntries(kept.map(([key, inner]) => [key, without(inner, join(path, key), dropped)]));
}

function withSecretArrays(value: Json, path: string, secrets: ReadonlySet<string>, found: string[]): Json {
  if (secrets.has(path)) {
    found.push(path);
    return SECRET;
  }
  if (Array.isArray(value)) {
    const inside: string[] = [];
    const elements = value.map((element, index) =>
      withSecretArrays(element, `${path}[${index}]`, secrets, inside),
    );
    if (inside.length === 0) return elements;
    found.push(path);
    return SECRET;
  }
  if (!isObject(value)) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.map(([key, inner]) => [key, withSecretArrays(inner, join(path, key), secrets, found)]),
  );
}

function isObject(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
