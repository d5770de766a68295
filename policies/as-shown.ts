/**
 * What a stack's file declares, with the values the engine shows for it. Of what a provider's check adds or
 * leaves out nothing is taken over, nor what either side does not know: it is no difference between stacks.
 */
import { SECRET, UNKNOWN, graphOf, type Graph, type Json, type Resource } from "../graph/resource";
import { object } from "./documents";

export function asShown(declared: Graph, shown: Graph): Graph {
  const byUrn = new Map(shown.resources.map((resource) => [resource.urn, resource]));
  const known = new Set(declared.resources.map(({ urn }) => urn));
  const kept = declared.resources.flatMap((resource) => {
    const one = byUrn.get(resource.urn);
    return one ? [{ ...resource, inputs: inputsOf(resource, one), protect: one.protect }] : [];
  });
  const added = shown.resources.filter(
    (resource) => !known.has(resource.urn) && !isDefaultProvider(resource),
  );
  return graphOf([...kept, ...added], declared.outputs);
}

const isDefaultProvider = ({ type, parent }: Resource) =>
  type.startsWith("pulumi:providers:") && parent === null;

function inputsOf(declared: Resource, shown: Resource): Resource["inputs"] {
  const overlaid = overlay(declared.inputs, shown.inputs) as Resource["inputs"];
  // What others move while it runs, as a release moves weights, is no difference between stacks either.
  const moved = Object.entries(declared.inputs).filter(([name]) => declared.ignoreChanges.includes(name));
  return { ...overlaid, ...Object.fromEntries(moved) };
}

function overlay(declared: Json, shown: Json): Json {
  const open = [UNKNOWN, SECRET];
  if ([declared, shown].some((value) => open.some((marker) => marker === value))) return declared;
  if (Array.isArray(declared) && Array.isArray(shown))
    return shown.map((element, index) => overlay(declared[index] ?? element, element));
  if (isObject(declared) && isObject(shown)) {
    const entries = Object.entries(declared).flatMap(([key, value]): [string, Json][] => {
      const one = object(shown)[key];
      if (one === undefined) return isEmpty(value) ? [[key, value]] : [];
      return [[key, overlay(value, one)]];
    });
    return Object.fromEntries(entries);
  }
  // A provider takes "true" for true.
  return String(declared) === String(shown) ? declared : shown;
}

const isObject = (value: Json): value is Record<string, Json> =>
  value !== null && typeof value === "object" && !Array.isArray(value);

/** Nothing, however it is written. */
const isEmpty = (value: Json) =>
  value === null || value === "" || (typeof value === "object" && Object.keys(value).length === 0);
