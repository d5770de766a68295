import { SECRET, UNKNOWN, type Json } from "../../graph/resource";
import type { ResourceState, Step } from "./record";

/** The parts of a path such as `ports[0].internal` or `labels["a.b"]`. */
export function parsePath(path: string): (string | number)[] {
  const parts = path.matchAll(/\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|([^.[\]]+)/g);
  return [...parts].map(([, index, quoted, name = ""]) => {
    if (index !== undefined) return Number(index);
    return quoted !== undefined ? (JSON.parse(`"${quoted}"`) as string) : name;
  });
}

/** What stands at a path. Everything inside a secret is the secret. */
export function valueAt(properties: Readonly<Record<string, Json>>, path: string): Json | undefined {
  return parsePath(path).reduce<Json | undefined>((value, part) => {
    if (value === SECRET) return SECRET;
    if (value === null || typeof value !== "object" || !Object.hasOwn(value, part)) return undefined;
    return (value as Record<string | number, Json>)[part];
  }, properties as Json);
}

/**
 * A property of two states of a resource: of their inputs, unless the difference shows only in the outputs, as it
 * does for what the program does not set.
 */
function pairAt(
  path: string,
  old: ResourceState,
  fresh: ResourceState,
): [Json | undefined, Json | undefined] {
  const inputs = [valueAt(old.inputs, path), valueAt(fresh.inputs, path)] as const;
  const outputs = [valueAt(old.outputs, path), valueAt(fresh.outputs, path)] as const;
  const known = outputs[1] !== UNKNOWN;
  return sameText(...inputs) && !sameText(...outputs) && known ? [...outputs] : [...inputs];
}

const sameText = (a: Json | undefined, b: Json | undefined) => JSON.stringify(a) === JSON.stringify(b);

/**
 * Whether two values mean the same to a provider: nothing, null, an empty list and an empty object do. Two secrets
 * cannot be compared, and are asked about only where the provider has found a difference.
 */
export function sameMeaning(a: Json | undefined, b: Json | undefined): boolean {
  if (holdsSecret(a) || holdsSecret(b)) return false;
  return JSON.stringify(meaning(a)) === JSON.stringify(meaning(b));
}

function meaning(value: Json | undefined): Json | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "object") return value;
  if (Array.isArray(value))
    return value.length === 0 ? undefined : value.map((element) => meaning(element) ?? null);
  const entries = Object.entries(value)
    .map(([key, inner]) => [key, meaning(inner)] as const)
    .filter(([, inner]) => inner !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1));
  return entries.length === 0 ? undefined : (Object.fromEntries(entries) as Json);
}

function holdsSecret(value: Json | undefined): boolean {
  if (value === SECRET) return true;
  return value !== null && typeof value === "object" && Object.values(value).some(holdsSecret);
}

export interface ValueDifference {
  readonly path: string;
  readonly from: Json | undefined;
  readonly to: Json | undefined;
}

/**
 * What differs between a step's two states: the properties the provider names, or, where it names none, those of the
 * program's own that do; and protection, which the engine takes over without calling it a change.
 */
export function differences({ op, differing, old, new: fresh }: Step): ValueDifference[] {
  if (!old || !fresh) return [];
  const own = () => [...new Set([...Object.keys(old.inputs), ...Object.keys(fresh.inputs)])].sort();
  const paths = op === "same" ? [] : (differing ?? own());
  const properties = paths
    .map((path): ValueDifference => {
      const [from, to] = pairAt(path, old, fresh);
      return { path, from, to };
    })
    .filter(({ from, to }) => !sameMeaning(from, to) && (differing !== undefined || !sameText(from, to)));
  const { protect } = fresh;
  return old.protect === protect
    ? properties
    : [...properties, { path: "protect", from: old.protect, to: protect }];
}

const SHOWN_LENGTH = 80;

/** A value for people, on one line. */
export function show(value: Json | undefined): string {
  if (value === undefined || value === null) return "(none)";
  if (value === SECRET) return SECRET;
  const text = JSON.stringify(value);
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH - 1)}…` : text;
}
