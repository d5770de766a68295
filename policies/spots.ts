/** Finds values inside of inputs by paths such as `rules[*].action.count` and `mounts[0].source`. */
import { SECRET, UNKNOWN, type Json, type Resource } from "../graph/resource";

export interface Spot {
  /** The path with its indices filled in. */
  readonly path: string;
  readonly value: Json | undefined;
}

const segments = new Map<string, readonly string[]>();

/**
 * The values at a path. `[*]` stands for each element of a list: none, where there is no list. A path that
 * ends early in something unknown or secret gives that, at the place where it ends.
 */
export function spots(resource: Resource, path: string): Spot[] {
  let found: Spot[] = [{ path: "", value: resource.inputs }];
  for (const segment of parse(path)) found = found.flatMap((spot) => step(spot, segment));
  return found;
}

/** The one value at a path without `[*]`. */
export function valueAt(resource: Resource, path: string): Json | undefined {
  return spots(resource, path)[0]?.value;
}

function step({ path, value }: Spot, segment: string): Spot[] {
  if (value === UNKNOWN || value === SECRET) return [{ path, value }];
  if (segment === "*") {
    if (value === undefined || value === null) return [];
    // A provider takes a single block for a list of one.
    if (!Array.isArray(value)) return [{ path, value }];
    return value.map((element, index) => ({ path: `${path}[${index}]`, value: element }));
  }
  if (Array.isArray(value) && /^\d+$/.test(segment))
    return [{ path: `${path}[${segment}]`, value: value[Number(segment)] }];
  const inner = path === "" ? segment : `${path}.${segment}`;
  if (value === undefined || value === null || typeof value !== "object" || Array.isArray(value)) {
    return [{ path: inner, value: undefined }];
  }
  return [{ path: inner, value: Object.hasOwn(value, segment) ? value[segment] : undefined }];
}

function parse(path: string): readonly string[] {
  const known = segments.get(path);
  if (known) return known;
  const parsed = path.replace(/\[(\*|\d+)\]/g, ".$1").split(".");
  segments.set(path, parsed);
  return parsed;
}
