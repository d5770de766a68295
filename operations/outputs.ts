import type { Json } from "../graph/resource";

/** A stack's outputs as lines of text; what is nested is told by its path. */
export function renderOutputs(outputs: Readonly<Record<string, Json>>): string[] {
  const lines = Object.entries(outputs).flatMap(([name, value]) => flatten(name, value));
  if (lines.length === 0) return [];
  const width = Math.max(...lines.map(([name]) => name.length));
  return ["", "outputs", ...lines.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`)];
}

function flatten(path: string, value: Json): [string, string][] {
  if (typeof value === "string") return [[path, value]];
  if (value === null || typeof value !== "object" || Array.isArray(value))
    return [[path, JSON.stringify(value)]];
  return Object.entries(value).flatMap(([name, inner]) => flatten(`${path}.${name}`, inner));
}
