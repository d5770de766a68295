import { copyWith, keepPlain } from "../../../graph/plain";
import { join } from "../../../graph/value";
import { SECRET, UNKNOWN, graphOf, type Graph, type Json, type Resource } from "../../../graph/resource";

export const TODAY = "2026-06-01";

/** A resource as short as it can be written. Types are given as `rds/instance` or `docker:container`. */
export interface Given {
  readonly type: string;
  readonly inputs: Record<string, Json>;
  /** Names of resources an input was computed from. */
  readonly from?: Readonly<Record<string, readonly string[]>>;
  readonly protect?: boolean;
}

export type GivenStack = Readonly<Record<string, Given>>;

export function typeToken(short: string): string {
  const name = (text: string) => `${text[0]?.toUpperCase() ?? ""}${text.slice(1)}`;
  const [provider, own] = short.split(":");
  if (own === undefined) return `aws:${short}:${name(short.split("/")[1] ?? "")}`;
  return provider === "pulumi" ? `pulumi:providers:${own}` : `${provider ?? ""}:index/${own}:${name(own)}`;
}

const urnOf = (type: string, name: string) => `urn:pulumi:test::mainstay::${type}::${name}`;

/** The graph of a stack in which everything stands at the top. */
export function graph(stack: GivenStack): Graph {
  const urns = Object.fromEntries(
    Object.entries(stack).map(([name, { type }]) => [name, urnOf(typeToken(type), name)]),
  );
  const resources = Object.entries(stack).map(([name, given]): Resource => {
    const type = typeToken(given.type);
    const propertyDependencies = Object.fromEntries(
      Object.entries(given.from ?? {})
        .map(([input, names]) => [input, names.flatMap((one) => urns[one] ?? [])] as const)
        .filter(([, sources]) => sources.length > 0),
    );
    return {
      urn: urnOf(type, name),
      type,
      name,
      parent: null,
      custom: true,
      inputs: given.inputs,
      secrets: secretPaths(given.inputs).sort(),
      providerDefaults: [],
      dependencies: Object.values(propertyDependencies).flat(),
      propertyDependencies,
      protect: given.protect ?? false,
      retainOnDelete: false,
      ignoreChanges: [],
      provider: null,
    };
  });
  return graphOf(resources, {});
}

/** A copy of a value in which what is at a path is another, or, where that is undefined, is gone. */
export function changed<T>(value: T, path: readonly (string | number)[], to: unknown): T {
  const [key, ...rest] = path;
  if (key === undefined) return to as T;
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...value }) as Record<
    string | number,
    unknown
  >;
  const inner = changed(copy[key], rest, to);
  if (inner !== undefined) copy[key] = inner;
  else if (Array.isArray(copy)) copy.splice(Number(key), 1);
  else delete copy[key];
  return copy as T;
}

/** `a.b[0].c` in its parts; what stands in quotes is one part. */
export const partsOf = (path: string): (string | number)[] =>
  [...path.matchAll(/\["([^"]+)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(([, quoted, index, key]) =>
    index === undefined ? (quoted ?? key ?? "") : Number(index),
  );

/** Ids and ARNs nobody knows yet, and where they will come from. */
export const told = (...inputs: readonly (readonly [string, string])[]) => ({
  inputs: Object.fromEntries(inputs.map(([input]) => [input, UNKNOWN])),
  from: Object.fromEntries(inputs.map(([input, name]) => [input, [name]])),
});

/** The same where what every secret holds is at hand: a text. */
export const holding = (one: Graph, text: string): Graph => ({
  ...one,
  resources: one.resources.map((resource) =>
    keepPlain(copyWith(resource, {}), filledIn(resource.inputs, text) as Resource["inputs"]),
  ),
});

function filledIn(value: Json, text: string): Json {
  if (value === SECRET) return text;
  if (Array.isArray(value)) return value.map((element) => filledIn(element, text));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filledIn(inner, text)]));
}

/** The same where inputs of resources are marked as secret, and what they hold is at hand. */
export const marked = (one: Graph, pathsOf: (resource: Resource) => readonly string[]): Graph => ({
  ...one,
  resources: one.resources.map((resource) => {
    const places = pathsOf(resource).map(partsOf);
    const inputs = places.reduce((given, place) => changed(given, place, SECRET), resource.inputs);
    const secrets = places.map((place) => place.reduce<string>(step, "")).sort();
    return keepPlain({ ...resource, inputs, secrets }, resource.inputs);
  }),
});

const step = (path: string, part: string | number) =>
  typeof part === "number" ? `${path}[${part}]` : join(path, part);

/** The same under the name of another stack. */
export const inStack = (stack: string, one: Graph): Graph =>
  JSON.parse(
    JSON.stringify(one)
      .replaceAll(`urn:pulumi:${one.stack}::`, `urn:pulumi:${stack}::`)
      .replace(`"stack":"${one.stack}"`, `"stack":"${stack}"`),
  ) as Graph;

/** Where the secrets are, as the program would have said. */
function secretPaths(value: Json, path = ""): string[] {
  if (value === SECRET) return [path];
  if (Array.isArray(value))
    return value.flatMap((element, index) => secretPaths(element, `${path}[${index}]`));
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, inner]) => secretPaths(inner, join(path, key)));
}
