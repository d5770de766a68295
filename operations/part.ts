import type { Graph, Resource } from "../graph/resource";
import { UserError } from "./outcome";

/**
 * A component with everything in it and everything that needs: what can be brought up by itself.
 *
 * @returns URNs
 * @throws UserError if the stack has no component of that name
 */
export function partOf({ stack, resources }: Graph, component: string): string[] {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const isIn = ({ parent }: Resource): boolean => {
    const above = parent === null ? undefined : byUrn.get(parent);
    return above !== undefined && (isIt(above) || isIn(above));
  };
  const isIt = ({ custom, name, type }: Resource) =>
    !custom && name === component && type.startsWith("mainstay:");
  if (!resources.some(isIt)) {
    const names = resources.filter(({ custom, type }) => !custom && type.startsWith("mainstay:"));
    const known = [...new Set(names.map(({ name }) => name))].sort().join(", ");
    throw new UserError(`${stack} has no component ${component}; it has ${known}`);
  }
  const part = new Set<string>();
  const add = (urn: string | null): void => {
    const resource = urn === null || part.has(urn) ? undefined : byUrn.get(urn);
    if (!resource) return;
    part.add(resource.urn);
    for (const needed of [resource.parent, resource.provider, ...resource.dependencies]) add(needed);
  };
  // The engine makes every provider, and none without what it stands in.
  const isProvider = ({ type }: Resource) => type.startsWith("pulumi:providers:");
  for (const resource of resources)
    if (isIt(resource) || isIn(resource) || isProvider(resource)) add(resource.urn);
  return [...part].sort();
}
