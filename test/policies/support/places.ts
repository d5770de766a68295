/** Every place of a stack that can be weakened, and how. */
import type { Json, Resource } from "../../../graph/resource";
import { weakLeaves, weakPolicies } from "./documents";
import { changed, partsOf } from "./graphs";
import type { Incremental } from "./incremental";
import { at, leaves, plain, weaker } from "./mutate";

/** How a stack is weakened: in an input, in a document, by a resource that is gone, by a link to another one. */
export type Way = "input" | "document" | "removal" | "link";

export interface Place {
  readonly way: Way;
  /** The type of the resource, and what of it, without indices: what is asked of one is asked of each. */
  readonly kind: string;
  /** All that is known of it: the way, the type, the stack and the resource, what, and what stands there. */
  readonly where: string;
  readonly isNoticed: () => boolean;
}

export function placesOf(stack: string, judged: Incremental): Place[] {
  const { resources } = judged.graph;
  return resources
    .filter(({ custom }) => custom)
    .flatMap((resource) => {
      const place = (
        way: Way,
        what: string,
        detail: string,
        changes: () => readonly (Resource | undefined)[],
      ): Place => ({
        way,
        kind: `${resource.type} ${what}`.trimEnd(),
        where: `${way} ${resource.type} ${stack}/${resource.name} ${detail || what}`.trimEnd(),
        isNoticed: () => judged.isNoticed(resource, changes()),
      });
      return [
        ...leaves(resource.inputs).map((path) => {
          const value = at(resource.inputs, path);
          return place("input", plain(path), `${path}=${JSON.stringify(value)}`, () =>
            weaker(value).map((to) => weakened(resource, path, to)),
          );
        }),
        ...documentsOf(resource).flatMap(([input, text]) =>
          (text.includes('"Statement"') ? weakPolicies(text) : weakLeaves(text)).map(({ what, ways }) =>
            place("document", `${input} ${what}`, "", () => ways.map((to) => weakened(resource, input, to))),
          ),
        ),
        place("removal", "", "", () => [undefined]),
        ...linksOf(resource, resources).map(([input, type, to]) =>
          place("link", `${input} ${type}`, "", () => [to]),
        ),
      ];
    });
}

/** What is said outright is computed from nothing, and is no secret. */
export function weakened(resource: Resource, path: string, to: Json | undefined): Resource {
  const [root = ""] = partsOf(path);
  const unlinked = changed(resource, ["propertyDependencies", root], undefined);
  const secrets = resource.secrets.filter((secret) => !secret.startsWith(path));
  return changed({ ...unlinked, secrets }, ["inputs", ...partsOf(path)], to);
}

const DOCUMENTS = ["policy", "assumeRolePolicy", "policyDocument", "containerDefinitions"];

const documentsOf = ({ inputs }: Resource) =>
  DOCUMENTS.flatMap((input): [string, string][] => {
    const text = inputs[input];
    return typeof text === "string" && /^[[{]/.test(text) ? [[input, text]] : [];
  });

/** Each input that is computed from a resource, computed from another one of its type. */
const linksOf = (resource: Resource, all: readonly Resource[]) =>
  Object.entries(resource.propertyDependencies).flatMap(([input, urns]) =>
    urns.flatMap((urn): [string, string, Resource][] => {
      const type = all.find((one) => one.urn === urn)?.type;
      const other = all.find((one) => one.type === type && one.custom && !urns.includes(one.urn));
      if (!type || !other) return [];
      const others = urns.map((one) => (one === urn ? other.urn : one));
      return [[input, type, changed(resource, ["propertyDependencies", input], others)]];
    }),
  );
