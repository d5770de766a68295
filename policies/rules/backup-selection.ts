/** What a backup plan takes in: what is named and what bears a tag, but for what is left out. */
import { UNKNOWN, type Json, type Resource } from "../../graph/resource";
import { documentAt, list, object } from "../documents";
import { every, not, some } from "../expect";
import type { Answer } from "../rule";
import { AURORA } from "../tokens";
import { refers, type GraphView } from "../view";
import { fits, partsOfArn } from "./statement";

/** Whether a selection takes a database in. */
export function selects(selection: Resource, instance: Resource, view: GraphView): Answer {
  const { selectionTags, conditions } = selection.inputs;
  const tagOf = tagsOf(instance, view);
  return every([
    some([
      isNamed(selection, "resources", instance),
      some(list(selectionTags).map((one) => bears(tagOf, one))),
    ]),
    not(isNamed(selection, "notResources", instance)),
    ...list(conditions).map((condition) => holds(tagOf, condition)),
  ]);
}

/** By what the list was computed from, or by a pattern of ARNs; those of all regions are taken for one's own. */
function isNamed(selection: Resource, input: string, instance: Resource): Answer {
  const [kind, name] = AURORA.includes(instance.type)
    ? ["cluster", "clusterIdentifier"]
    : ["db", "identifier"];
  const identifier = instance.inputs[name];
  const patterns = list(selection.inputs[input]).map((pattern): Answer => {
    // Of what is not known tells what it is computed from.
    if (pattern === UNKNOWN) return false;
    if (pattern === "*") return true;
    const { service = "", rest = "" } = partsOfArn(String(pattern)) ?? {};
    if (!fits(service, "rds")) return false;
    if (fits(rest, `${kind}:any`)) return true;
    return typeof identifier === "string" && identifier !== UNKNOWN
      ? fits(rest, `${kind}:${identifier}`)
      : undefined;
  });
  return some([refers(selection, input, instance), ...patterns]);
}

type TagOf = (key: string) => Json | undefined;

/** A resource's tags, those of its provider among them. */
function tagsOf(resource: Resource, view: GraphView): TagOf {
  const provider = view.get(resource.provider) ?? view.ofType(["pulumi:providers:aws"])[0];
  const defaults = provider && documentAt(provider, "defaultTags");
  const given = [defaults?.state === "parsed" ? object(defaults.value).tags : {}, resource.inputs.tags];
  return given.includes(UNKNOWN)
    ? () => UNKNOWN
    : (key) => ({ ...object(given[0]), ...object(given[1]) })[key];
}

const bears = (tagOf: TagOf, wanted: Json): Answer => compare(tagOf, wanted, (tag, value) => tag === value);

function compare(tagOf: TagOf, wanted: Json, test: (tag: string, value: string) => boolean): Answer {
  const { key, value } = object(wanted);
  const tag = tagOf(String(key).replace(/^aws:ResourceTag\//, ""));
  if ([wanted, key, value, tag].includes(UNKNOWN)) return undefined;
  return tag !== undefined && test(String(tag), String(value));
}

/** All that a condition asks of a resource's tags. */
function holds(tagOf: TagOf, condition: Json): Answer {
  if (condition === UNKNOWN) return undefined;
  const { stringEquals, stringNotEquals, stringLikes, stringNotLikes } = object(condition);
  const like = (wanted: Json) => compare(tagOf, wanted, (tag, value) => fits(value, tag));
  return every([
    ...list(stringEquals).map((one) => bears(tagOf, one)),
    ...list(stringNotEquals).map((one) => not(bears(tagOf, one))),
    ...list(stringLikes).map(like),
    ...list(stringNotLikes).map((one) => not(like(one))),
  ]);
}
