/** What is known of a resource's inputs, with stand-ins for what only `up` can tell. */
import { UNKNOWN, type Json, type Resource } from "../graph/resource";
import { join } from "../graph/value";

/** The inputs with every sketch in its place. */
export function drawn({ inputs, sketches }: Resource): Json {
  return sketches === undefined ? inputs : fill(inputs, "", sketches);
}

function fill(value: Json, path: string, sketches: Readonly<Record<string, string>>): Json {
  if (value === UNKNOWN) return sketches[path] ?? value;
  if (Array.isArray(value))
    return value.map((element, index) => fill(element, `${path}[${index}]`, sketches));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, fill(inner, join(path, key), sketches)]),
  );
}

/** The value of a text that is JSON on one line: an IAM policy, an ECS container definition. */
export function parsedText(text: string): Json | undefined {
  if (!/^[[{]/.test(text) || text.includes("\n")) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
