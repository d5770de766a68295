/** Weakens a stack in one input, in every way that is thought of, and tells which rules notice. */
import type { Graph, Json, Resource } from "../../../graph/resource";
import { evaluate } from "../../../policies/evaluate";
import { RULES } from "../../../policies/rules";
import { changed, partsOf, TODAY } from "./graphs";

/** Rule and resource of every violation. */
const broken = (graph: Graph): Set<string> =>
  new Set(
    evaluate(graph, RULES, { production: true, today: TODAY }).violations.map(
      ({ policy, urn }) => `${policy} ${urn}`,
    ),
  );

const standing = new WeakMap<Graph, Set<string>>();

/** Rule and resource of what is wrong before anything is changed. */
export function standingIn(graph: Graph): Set<string> {
  let before = standing.get(graph);
  if (!before) standing.set(graph, (before = broken(graph)));
  return before;
}

/** What is changed of a resource: an input, the whole of it, or what its inputs were computed from. */
export type Weakening =
  | {
      readonly path: string;
      readonly to: Json | undefined;
      readonly link?: readonly [type: string, name: string];
    }
  | "gone"
  | "unlinked";

/** The rules that notice a change of one resource. */
export function noticing(graph: Graph, resource: Resource, weakening: Weakening): string[] {
  const before = standingIn(graph);
  const more = [...broken(weakened(graph, resource, weakening))].filter((one) => !before.has(one));
  return [...new Set(more.map((one) => one.split(" ")[0] ?? ""))].sort();
}

function weakened(graph: Graph, resource: Resource, weakening: Weakening): Graph {
  const place = ["resources", graph.resources.indexOf(resource)];
  if (weakening === "gone") return changed(graph, place, undefined);
  if (weakening === "unlinked") return changed(graph, [...place, "propertyDependencies"], {});
  const { path, to, link } = weakening;
  const linked = graph.resources.find(({ type, name }) => type === link?.[0] && name === link[1]);
  // What is said outright is computed from nothing.
  const unlinked = changed(
    graph,
    [...place, "propertyDependencies", path],
    linked ? [linked.urn] : undefined,
  );
  const after = changed(unlinked, [...place, "inputs", ...partsOf(path)], to);
  const others = resource.secrets.filter((secret) => !secret.startsWith(path));
  return changed(after, [...place, "secrets"], to === "[secret]" ? [path] : others);
}

/** Every input that holds a value, by its path. */
export function leaves(value: Json, path = ""): string[] {
  const inner: [string, Json][] = Array.isArray(value)
    ? value.map((element, index) => [`${path}[${index}]`, element])
    : value !== null && typeof value === "object"
      ? Object.entries(value).map(([key, one]) => [join(path, key), one])
      : [];
  return inner.length === 0 ? [path] : inner.flatMap(([one, element]) => leaves(element, one));
}

const join = (path: string, key: string) =>
  /^[\w-]+$/.test(key) ? (path === "" ? key : `${path}.${key}`) : `${path}[${JSON.stringify(key)}]`;

/** A path without indices: what is asked of one element is asked of each. */
export const plain = (path: string) => path.replace(/\[\d+\]/g, "").replace(/\["([^"]+)"\]/g, ".$1");

/** What stands at a path of `leaves`. */
export const at = (value: Json, path: string): Json | undefined =>
  partsOf(path).reduce<Json | undefined>(
    (inner, key) =>
      inner !== null && typeof inner === "object" ? (inner as Record<string, Json>)[key] : undefined,
    value,
  );

/** What a value could be weakened to: gone, its opposite, none, too much, open to all. */
export function weaker(value: Json | undefined): (Json | undefined)[] {
  if (typeof value === "boolean") return [!value, undefined];
  if (typeof value === "number") return [undefined, 0, -1, value * 100 + 1_000_000, 22];
  if (Array.isArray(value)) return [["ALL"], ["*"]];
  if (typeof value !== "string") return [undefined, { "/x": "rw" }];
  const numbers = /^\d+$/.test(value) ? ["0", `${value}0000`] : [];
  const durations = /^(\d+(ms|[hms]))+$/.test(value) ? ["24h0m0s"] : [];
  return [undefined, ...numbers, ...durations, ...TEXTS, ANYBODY];
}

const TEXTS = [
  "",
  "0.0.0.0/0",
  "*",
  "host",
  "root",
  "NONE",
  "Disabled",
  "/etc",
  "rw,exec",
  "tcp://10.0.0.1:2375",
  "-1",
  "http",
  "preserve",
  "ACCEPT",
  "arn:aws:iam::aws:policy/AdministratorAccess",
  ,
];

const ANYBODY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }],
});
