/** What two stacks are compared by: every setting of every resource, under a path that both share. */
import { databaseAuthority } from "../../environment/aws-authorities";
import { SECRET, UNKNOWN, pathsOf, type Graph, type Json, type Resource } from "../../graph/resource";
import { replaceStandIns } from "../../graph/stand-in";
import { object } from "../documents";
import { literally } from "../pattern";
import { drawn, parsedText } from "../sketch";
import { docker } from "../tokens";
import type { Tree } from "./tree";

/** What a resource has that the other stack's has to have, too. */
export interface Print {
  readonly type: string;
  readonly settings: Tree;
  /** By setting, the paths of the resources its value was computed from; `dependsOn` has the others. */
  readonly links: Readonly<Record<string, readonly string[]>>;
}

export interface Fingerprint {
  /** By path; a parent comes before its children, and `#2` stands behind that of a second copy. */
  readonly prints: ReadonlyMap<string, Print>;
  /**
   * How a text of the settings reads without what no other stack has: the stack's name and its place. They are left in
   * the settings: a stack may be called as something else is, as Docker calls the driver of volumes `local`.
   */
  readonly reading: (text: string) => string;
}

/** What tells the elements of a list apart, by the first of these keys that they have. */
const KEYS = [
  "label",
  "target",
  "containerPath",
  "file",
  "internal",
  "name",
  "id",
  "ruleName",
  "key",
  "Sid",
  "containerName",
  "containerPort",
];

/** What tells further copies apart. */
export const FURTHER = /#\d+(?=\/|$)/;

/** Copies of one service are numbered. */
export const COPY = /-\d+$/;
const NUMBERED = /-n:[^/]+$/;

/** Reference of an image: a repository, and which of its versions, by tag, digest or both. No id of an image. */
const REFERENCE = /^(?!sha256:)(.+?)[:@]((?:[\w.-]+@)?sha256:[0-9a-f]{64}|[\w.-]+)$/;

/** An image by itself, of which the name is the reference. */
const REMOTE_IMAGE = docker("remoteImage");

/** Digests of files, which are compared themselves. */
const DIGEST = /^mainstay\.files/;

export function fingerprint(graph: Graph): Fingerprint {
  const prints = new Map<string, Print>();
  const copies = new Map<string, number>();
  const paths = sharedPathsOf(graph);
  for (const resource of graph.resources) {
    const path = paths.get(resource.urn);
    if (path === undefined) continue;
    const count = (copies.get(path) ?? 0) + 1;
    copies.set(path, count);
    prints.set(count === 1 ? path : `${path}#${count}`, print(resource, paths));
  }
  for (const [path, count] of copies)
    if (NUMBERED.test(path)) Object.assign(prints.get(path)?.settings ?? {}, { copies: count });
  return { prints, reading: readingOf(graph) };
}

/** The path of every resource but the stack, by URN; all copies of one have the same. */
export const sharedPathsOf = (graph: Graph): ReadonlyMap<string, string> =>
  new Map([...pathsOf(graph)].map(([urn, path]) => [urn, numberless(path)]));

const numberless = (path: string) => path.replace(/-\d+(?=:)/g, "-n");

function print(resource: Resource, paths: ReadonlyMap<string, string>): Print {
  const { type, name, custom, protect, retainOnDelete, dependencies, propertyDependencies } = resource;
  const named = (urns: readonly string[]) => [...new Set(urns.flatMap((urn) => paths.get(urn) ?? []))].sort();
  const { name: reference = null, ...rest } = object(drawn(resource));
  const given = REMOTE_IMAGE.includes(type) ? { ...rest, image: reference } : drawn(resource);
  const settings = settle(given, (text) => shared(text, name)) as Tree;
  const computedFrom = new Set(Object.values(propertyDependencies).flat());
  return {
    type,
    settings: custom ? { ...settings, protected: protect || retainOnDelete } : settings,
    links: {
      ...Object.fromEntries(Object.entries(propertyDependencies).map(([key, urns]) => [key, named(urns)])),
      dependsOn: named(dependencies.filter((urn) => !computedFrom.has(urn))),
    },
  };
}

/** Names by what they have in all stacks: stand-ins by their paths, copies without their numbers. */
function shared(text: string, name: string): string {
  if (text === SECRET) return text;
  return replaceStandIns(text, (path, output) => `<${numberless(path)}.${output}>`).replaceAll(
    name,
    name.replace(COPY, "-n"),
  );
}

/** How a text reads without what no other stack has. */
function readingOf({ stack, resources }: Graph): (text: string) => string {
  const words: (readonly [word: string, by: string])[] = [
    [stack, "<stack>"],
    // Names that take no hyphens have underscores in their place.
    [stack.replaceAll("-", "_"), "<stack>"],
    ...placesOf(resources),
  ];
  const replacements = words
    // A name may have a region's in it, and a zone's has.
    .sort(([one], [other]) => other.length - one.length)
    .map(([word, by]) => [new RegExp(`(?<![A-Za-z0-9])${literally(word)}(?![A-Za-z0-9])`, "g"), by] as const);
  const network = networkOf(resources);
  if (network)
    replacements.push([new RegExp(`(?<![\\d.])${literally(network)}(?=\\.\\d+\\.\\d)`, "g"), "<network>"]);
  return (text) => replacements.reduce((given, [word, by]) => given.replace(word, by), text);
}

/** What depends on the account and the regions that a stack is in, as its providers say. */
function placesOf(resources: readonly Resource[]): [word: string, by: string][] {
  const named = (value: Json | undefined, by: string): [string, string][] =>
    typeof value === "string" && value !== UNKNOWN ? [[value, by]] : [];
  const ofType = (type: string) => resources.filter((one) => one.type === type);
  const zones = ofType("aws:ec2/subnet:Subnet").map(({ inputs }) => inputs.availabilityZone ?? UNKNOWN);
  return [
    ...ofType("pulumi:providers:aws").flatMap(({ name, inputs }) => [
      ...named(accountOf(inputs), "<account>"),
      ...named(inputs.region, `<region of ${name}>`),
      ...named(databaseAuthority(String(inputs.region))?.trim(), "<authority of databases>"),
    ]),
    ...[...new Set(zones)].flatMap((zone, index) => named(zone, `<zone ${index + 1}>`)),
  ];
}

/** The part that all addresses of an environment's own network begin with. */
function networkOf(resources: readonly Resource[]): string | undefined {
  const vpc = resources.find(({ type }) => type === "aws:ec2/vpc:Vpc");
  return /^(\d+\.\d+)\.0\.0\/16$/.exec(String(vpc?.inputs.cidrBlock))?.[1];
}

/** The only account that a provider can change anything in. */
function accountOf({ allowedAccountIds: allowed }: Resource["inputs"]): string | undefined {
  // The engine keeps what a provider is given as JSON.
  const accounts = typeof allowed === "string" ? parsedText(allowed) : allowed;
  const [account] = Array.isArray(accounts) ? accounts : [];
  return typeof account === "string" && /^\d{12}$/.test(account) ? account : undefined;
}

/** What is in a file is known in this process and not in the engine's: that there is one has to do. */
const isFile = (value: Json) =>
  typeof value === "string" ? /^\[(asset|archive)[ \]]/.test(value) : "[archive]" in object(value);

/** A value of which every part has a name that does not depend on what else there is. */
function settle(value: Json, told: (text: string) => string, key = ""): Json {
  if (isFile(value)) return "[file]";
  if (typeof value === "string") {
    const document = key === "image" ? versions(value) : parsedText(value);
    return document === undefined ? told(value) : settle(document, told);
  }
  if (Array.isArray(value)) return list(key === "envs" ? value.map(variable) : value, told);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).filter(([name]) => !DIGEST.test(name));
  return Object.fromEntries(
    entries.map(([name, inner]) => [told(name).replaceAll("/", "."), settle(inner, told, name)]),
  );
}

/** An image's version by its repository: what a release changes apart from what it does not. */
function versions(reference: string): Json | undefined {
  const [, repository, version] = REFERENCE.exec(reference) ?? [];
  return repository === undefined || version === undefined ? undefined : { [repository]: version };
}

/** A variable as everything else that has a name. */
function variable(text: Json): Json {
  const [name = "", ...value] = typeof text === "string" ? text.split("=") : [];
  return value.length === 0 ? text : { name, value: value.join("=") };
}

/** Elements with names of their own are told by them, and not by their places. */
function list(elements: readonly Json[], told: (text: string) => string): Json {
  const keys = elements.map(keyOf);
  const named =
    keys.every((key) => key !== undefined) && new Set(keys.map(([, name]) => name)).size === keys.length;
  if (!named || elements.length === 0) return elements.map((element) => settle(element, told));
  return Object.fromEntries(
    elements.flatMap((element, index): [string, Json][] => {
      const [key, name] = keys[index] ?? ["", ""];
      if (DIGEST.test(name)) return [];
      const { [key]: _, ...rest } = object(element);
      const [only, more] = Object.keys(rest);
      const value = only === "value" && more === undefined ? rest.value : rest;
      return [[told(name).replace(/^\//, "").replaceAll("/", "."), settle(value ?? null, told)]];
    }),
  );
}

function keyOf(element: Json): readonly [key: string, name: string] | undefined {
  const entry = object(element);
  const key = KEYS.find((one) => ["string", "number"].includes(typeof entry[one]));
  return key === undefined ? undefined : [key, String(entry[key])];
}
