/**
 * Secret values, where they are known. They are kept beside the graph and not in it, so whatever prints, stores or
 * compares a graph cannot show them, and a copy of a resource has lost them.
 */
import type { Json, Resource } from "./resource";

const kept = new WeakMap<Resource, Resource>();

/** Keeps a resource's inputs as they are. Returns the resource. */
export function keepPlain(resource: Resource, inputs: Record<string, Json>): Resource {
  kept.set(resource, { ...resource, inputs });
  return resource;
}

/** A copy with other links or some other inputs, and with what the original's secrets hold. */
export function copyWith(
  original: Resource,
  otherwise: Partial<Omit<Resource, "inputs">>,
  changed: Readonly<Record<string, Json>> = {},
): Resource {
  const copy = { ...original, ...otherwise, inputs: { ...original.inputs, ...changed } };
  const plain = kept.get(original);
  return plain ? keepPlain(copy, { ...plain.inputs, ...changed }) : copy;
}

/** The resource with its secrets' values in its inputs, or as it is where they are not known. For rules only. */
export const revealed = (resource: Resource): Resource => kept.get(resource) ?? resource;
