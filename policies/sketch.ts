/** What is known of a resource's inputs, with stand-ins for what only `up` can tell. */
import { UNKNOWN, type Json, type Resource } from "../graph/resource";
import { holdsStandIn, replaceStandIns } from "../graph/stand-in";
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

/** An answer that has nothing in common with any stand-in. */
const OTHER = "arn:aws:other:us-east-1:000000000000:other/other";

/**
 * A text as it may read once the cloud has answered, twice: with readable stand-ins, and with an answer unlike any.
 * Whatever is found in both of them is so without the answers.
 */
export const readings = (text: string): readonly [string, string] => [
  replaceStandIns(text, (path, output) => `<${path}.${output}>`),
  replaceStandIns(text, () => OTHER),
];

/** Whether nothing of a text is known. */
export const isAnswer = (text: string) => holdsStandIn(text) && replaceStandIns(text, () => "") === "";
