/** Turns a resource as the policy SDK hands it over into the graph's form. */
import { Secret, UnknownValueError, type ResourceValidationArgs } from "@pulumi/policy";
import { keepPlain } from "../graph/plain";
import { SECRET, UNKNOWN, type Json, type Resource } from "../graph/resource";
import { DEFAULTS_KEY, join } from "../graph/value";

/**
 * Reads a resource by itself: its dependencies are not known here.
 *
 * @param secrets paths of what is secret
 */
export function readResource(
  { urn, type, name, props, opts }: ResourceValidationArgs,
  secrets: ReadonlySet<string>,
): Resource {
  const { inputs, providerDefaults } = readProps(props, secrets);
  const resource: Resource = {
    urn,
    type,
    name,
    parent: opts.parent ?? null,
    custom: true,
    inputs,
    secrets: [...secrets].sort(),
    providerDefaults,
    dependencies: [],
    propertyDependencies: {},
    protect: opts.protect,
    retainOnDelete: false,
    ignoreChanges: opts.ignoreChanges,
    provider: null,
  };
  return secrets.size === 0 ? resource : keepPlain(resource, readProps(props, new Set()).inputs);
}

interface ReadProps {
  readonly inputs: Record<string, Json>;
  readonly providerDefaults: string[];
}

/**
 * Reads all properties that are known. The SDK's objects throw where an unknown value is read, so each key is tried by
 * itself.
 *
 * @param secrets paths of what is not to be read
 */
export function readProps(props: Record<string, unknown>, secrets: ReadonlySet<string>): ReadProps {
  const providerDefaults: string[] = [];

  const attempt = (holder: Record<string, unknown>, key: string, path: string): Json => {
    if (secrets.has(path)) return SECRET;
    try {
      return read(holder[key], path);
    } catch (error) {
      if (error instanceof UnknownValueError) return UNKNOWN;
      throw error;
    }
  };

  const read = (value: unknown, path: string): Json => {
    if (value === null || value === undefined) return null;
    if (Array.isArray(value)) {
      return Object.keys(value).map((index) => attempt(value as never, index, `${path}[${index}]`));
    }
    if (typeof value === "object") return file(value) ?? object(value as Record<string, unknown>, path);
    return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
      ? value
      : String(value);
  };

  const object = (value: Record<string, unknown>, path: string): Record<string, Json> => {
    const entries = Object.keys(value).sort();
    const filledIn = entries.includes(DEFAULTS_KEY) ? value[DEFAULTS_KEY] : undefined;
    // By index: methods of an array make a new one from its constructor, which the SDK's wrappers do not stand.
    if (Array.isArray(filledIn)) {
      for (const index of filledIn.keys()) providerDefaults.push(join(path, String(filledIn[index])));
    }
    return Object.fromEntries(
      entries.filter((key) => key !== DEFAULTS_KEY).map((key) => [key, attempt(value, key, join(path, key))]),
    );
  };

  return { inputs: object(props, ""), providerDefaults };
}

/** A file's content is a promise here, and no rule waits: that it is one is all that can be told. */
function file(value: object): Json | undefined {
  const keys = Object.keys(value);
  if (keys.includes("__pulumiAsset")) return "[asset]";
  return keys.includes("__pulumiArchive") ? "[archive]" : undefined;
}

/** Paths of secrets, among what is handed to a remediation: there the SDK marks them. */
export function secretPaths(props: Record<string, unknown>): ReadonlySet<string> {
  const paths = new Set<string>();
  const walk = (value: unknown, path: string): void => {
    if (value instanceof Secret) paths.add(path);
    else if (Array.isArray(value)) value.forEach((element, index) => walk(element, `${path}[${index}]`));
    else if (value !== null && typeof value === "object") {
      for (const [key, inner] of Object.entries(value)) walk(inner, join(path, key));
    }
  };
  walk(bare(props), "");
  return paths;
}

/** The object within the SDK's wrappers, by the two keys its own serialisation takes them off with. */
function bare(wrapped: unknown): unknown {
  const { __isSpecialProxy: isWrapped, __getSpecialProxyTarget: inner } = wrapped as Record<string, unknown>;
  return isWrapped === true ? bare(inner) : wrapped;
}
