import fc from "fast-check";
import { validConfiguration, type Draft, type Json } from "./configuration";

/** A secret that must not be seen anywhere. */
export const SECRET = "planted-7d1f4e0c-secret-value";

/** A stack's configuration with a secret where secrets stand, and maybe one where none may stand. */
export function planted(stack: string, inScale: boolean): Draft {
  const draft = validConfiguration(stack);
  draft.secrets = { ANTHROPIC_API_KEY: SECRET };
  if (inScale) (draft.scale as { variables: Holder }).variables.GEMINI_API_KEY = SECRET;
  return draft;
}

/** What holds a value under a name: an object, or a list with its numbers as names. */
export type Holder = Record<string, Json>;
interface Place {
  readonly holder: Holder;
  readonly name: string;
}

export const isHolder = (value: Json | undefined): value is Holder =>
  typeof value === "object" && value !== null;

/** A place in a configuration: at every step one of the names there are, until there are no more. */
function placeOf(draft: Draft, steps: readonly number[]): Place {
  const parts: Holder = { shape: draft.shape, scale: draft.scale, secrets: draft.secrets };
  let place: Place = { holder: draft as unknown as Holder, name: "scale" };
  let value: Json | undefined = parts;
  for (const step of steps) {
    if (!isHolder(value)) break;
    const names: string[] = Object.keys(value);
    const name: string | undefined = names[step % names.length];
    if (name === undefined) break;
    place = { holder: value === parts ? (draft as unknown as Holder) : value, name };
    value = value[name];
  }
  return place;
}

export type Mutation = (place: Place) => void;

export const remove: Mutation = ({ holder, name }) => {
  if (Array.isArray(holder)) holder.splice(Number(name), 1);
  else delete holder[name];
};

const retype: Record<string, (value: Json) => Json> = {
  text: (value) => (typeof value === "string" ? `${value}!` : JSON.stringify(value)),
  list: (value) => [value],
  object: (value) => ({ value }),
  number: () => 7,
  opposite: (value) => !value,
  nothing: () => null,
};

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.constant(remove),
  fc.jsonValue({ maxDepth: 2 }).map((value): Mutation => ({ holder, name }) => {
    holder[name] = value as Json;
  }),
  fc.tuple(fc.string(), fc.jsonValue({ maxDepth: 1 })).map(([key, value]): Mutation => ({ holder, name }) => {
    const into = isHolder(holder[name]) ? holder[name] : holder;
    if (Array.isArray(into)) into.push(value);
    else Object.defineProperty(into, key, { value, enumerable: true, configurable: true, writable: true });
  }),
  fc.constantFrom(...Object.values(retype)).map((change): Mutation => ({ holder, name }) => {
    holder[name] = change(holder[name] ?? null);
  }),
);

export const change = fc.tuple(fc.array(fc.nat(), { minLength: 1, maxLength: 6 }), mutation);

/** Makes the changes, each at one of the places there are by then. */
export function mutate(draft: Draft, changes: readonly [number[], Mutation][]): Draft {
  for (const [steps, apply] of changes) apply(placeOf(draft, steps));
  return JSON.parse(JSON.stringify(draft)) as Draft;
}
