/** What rules may know of secrets, and what no message may say of them. */
import { OPAQUE } from "../environment/context";
import { revealed } from "../graph/plain";
import { SECRET, type Json, type Resource } from "../graph/resource";
import type { Finding } from "./rule";

/**
 * Why rules about marking tell no literal from another value, for their descriptions. In this process a literal is a
 * text that was computed from nothing, but so is one of the environment's variables, and, in the engine, one that is
 * encrypted in the stack's file; and both runners have to come to the same.
 */
export const MARKED_BY_SDK =
  "The SDK marks as secret whatever it is given here: a literal cannot be told from a value of the configuration.";

const readable = new WeakMap<Resource, Resource>();

/** A resource as rules see it: with what its secrets hold, where that is at hand. */
export function asJudged(resource: Resource): Resource {
  if (resource.secrets.length === 0) return resource;
  let judged = readable.get(resource);
  if (!judged) {
    const plain = revealed(resource);
    judged =
      plain === resource ? resource : { ...plain, inputs: withoutOpaque(plain.inputs) as Resource["inputs"] };
    readable.set(resource, judged);
  }
  return judged;
}

/** In JSON, too. */
const OPAQUE_FORMS = [OPAQUE, JSON.stringify(OPAQUE).slice(1, -1)];

/** What was made from a value that is encrypted in the stack's file is not at hand either. */
function withoutOpaque(value: Json): Json {
  if (typeof value === "string") return OPAQUE_FORMS.some((form) => value.includes(form)) ? SECRET : value;
  if (Array.isArray(value)) return value.map(withoutOpaque);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutOpaque(inner)]));
}

const isWithin = (path: string, outer: string) =>
  path === outer || path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`);

/** The secret that a path is, or leads into. */
const secretAround = ({ secrets }: Resource, path: string) =>
  secrets.find((secret) => isWithin(path, secret));

/** Whether a value is marked as secret, whatever it holds. */
export const isSecret = (resource: Resource, path: string) => secretAround(resource, path) !== undefined;

/** Whether a value is a secret, is in one, or has one in it. */
export const touchesSecret = (resource: Resource, path: string) =>
  isSecret(resource, path) || resource.secrets.some((secret) => isWithin(secret, path));

/** Where and what a finding is about, without what is secret in it: keys of an object may be, too. */
export function told(finding: Finding): Pick<Finding, "property" | "found"> {
  const { resource, property, found } = finding;
  const hidden = property === undefined ? resource.secrets.length > 0 : touchesSecret(resource, property);
  return {
    property: property === undefined ? undefined : (secretAround(resource, property) ?? property),
    found: found !== undefined && hidden ? "a secret" : found,
  };
}
