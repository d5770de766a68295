/**
 * What a stack's file declares, with the values the engine shows for it. Of what a provider's check adds or
 * leaves out nothing is taken over, nor what either side does not know: it is no difference between stacks.
 */
import { SECRET, UNKNOWN, graphOf, type Graph, type Json, type Resource } from "../../graph/resource";
import { readProperties } from "../../graph/value";
import { object } from "../documents";
import { Answers } from "./answers";
import { drawn, parsedText } from "../sketch";

export function asShown(declared: Graph, shown: Graph): Graph {
  const byUrn = new Map(shown.resources.map((resource) => [resource.urn, resource]));
  const known = new Set(declared.resources.map(({ urn }) => urn));
  const answers = new Answers(declared, shown);
  const kept = declared.resources.flatMap((resource) => {
    const one = byUrn.get(resource.urn);
    return one ? [together(resource, one, answers)] : [];
  });
  const added = shown.resources.filter(
    (resource) => !known.has(resource.urn) && !isDefaultProvider(resource),
  );
  return graphOf([...kept, ...added], declared.outputs);
}

const isDefaultProvider = ({ type, parent }: Resource) =>
  type.startsWith("pulumi:providers:") && parent === null;

function together(declared: Resource, shown: Resource, answers: Answers): Resource {
  const written = drawn(declared) as Resource["inputs"];
  const overlaid = overlay(written, shown.inputs, answers) as Resource["inputs"];
  // What others move while it runs, as a release moves weights, is no difference between stacks either.
  const moved = declared.ignoreChanges.map((path) => path.split("."));
  const compared = moved.reduce<Json>((inputs, path) => withPart(inputs, written, path), overlaid);
  const { values, sketches } = readProperties(object(compared), { standIns: true });
  const { protect, dependencies, propertyDependencies } = shown;
  return { ...declared, inputs: values, sketches, protect, dependencies, propertyDependencies };
}

/** The same, with the other's part at a path, if it has one. */
function withPart(value: Json, other: Json, [name, ...rest]: readonly string[]): Json {
  if (name === undefined) return other;
  const [own, part] = [object(value), object(other)[name]];
  return part === undefined ? value : { ...own, [name]: withPart(own[name] ?? null, part, rest) };
}

function overlay(declared: Json, shown: Json, answers: Answers): Json {
  if (isOpen(declared) || isOpen(shown)) return declared;
  if (Array.isArray(declared) && Array.isArray(shown))
    return shown.map((element, index) => overlay(declared[index] ?? element, element, answers));
  if (isObject(declared) && isObject(shown)) {
    const entries = Object.entries(declared).flatMap(([key, value]): [string, Json][] => {
      const one = object(shown)[key];
      if (one === undefined) return isEmpty(value) ? [[key, value]] : [];
      return [[key, overlay(value, one, answers)]];
    });
    return Object.fromEntries(entries);
  }
  // A provider takes "true" for true.
  return String(declared) === String(shown) ? declared : text(declared, shown, answers);
}

/** A text may have been made of what the cloud has answered. */
function text(declared: Json, shown: Json, answers: Answers): Json {
  if (typeof declared !== "string" || typeof shown !== "string") return shown;
  const [before, now] = [parsedText(declared), parsedText(shown)];
  return before === undefined || now === undefined
    ? leaf(declared, shown, answers)
    : JSON.stringify(document(before, now, answers));
}

/** In a document no provider adds anything: all that is shown counts. */
function document(declared: Json | undefined, shown: Json, answers: Answers): Json {
  if (Array.isArray(shown)) {
    const before = Array.isArray(declared) ? declared : [];
    return shown.map((element, index) => document(before[index], element, answers));
  }
  if (!isObject(shown)) return leaf(declared, shown, answers);
  const before = object(declared);
  const open = Object.keys(before).filter((key) => !Object.hasOwn(shown, key));
  const entries = Object.entries(shown).map(([key, value]): [string, Json] => {
    const name = Object.hasOwn(before, key) ? key : nameOf(key, open, answers);
    return [name, document(before[name], value, answers)];
  });
  return Object.fromEntries(entries);
}

/** The declared key that became this one. Each is taken once: what is not known may be anything. */
function nameOf(key: string, open: string[], answers: Answers): string {
  const place = open.findIndex((one) => answers.make(one, key));
  return (place < 0 ? undefined : open.splice(place, 1)[0]) ?? answers.asDeclared(key);
}

function leaf(declared: Json | undefined, shown: Json, answers: Answers): Json {
  if (typeof shown !== "string") return shown;
  return typeof declared === "string" && answers.make(declared, shown) ? declared : answers.asDeclared(shown);
}

const isOpen = (value: Json) => value === UNKNOWN || value === SECRET;

const isObject = (value: Json): value is Record<string, Json> =>
  value !== null && typeof value === "object" && !Array.isArray(value);

/** Nothing, however it is written. */
const isEmpty = (value: Json) =>
  value === null || value === "" || (typeof value === "object" && Object.keys(value).length === 0);
