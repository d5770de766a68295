/**
 * Reads property values as Pulumi writes them, on the wire and in state alike: special values are objects
 * that carry a signature. The signatures are those of the SDK; they are part of the protocol and fixed.
 */
import { createHash } from "node:crypto";
import { runtime } from "@pulumi/pulumi";
import { SECRET, UNKNOWN, type Json } from "./resource";
import { holdsStandIn } from "./stand-in";

export interface Reading {
  readonly values: Record<string, Json>;
  readonly secrets: string[];
  readonly providerDefaults: string[];
  /** By path, the texts with stand-ins in them. */
  readonly sketches: Record<string, string>;
}

export interface ReadingOptions {
  /** Keep what secrets hold. For tests that start the containers; nothing else may ask for it. */
  readonly revealSecrets?: boolean;
  /** Secrets are masked already, as in a preview: a string equal to the marker is one. */
  readonly masked?: boolean;
  /** The program was given stand-ins: a value made from one is unknown. */
  readonly standIns?: unknown;
}

/** The key under which a bridged provider lists the keys of an object that its check filled in. */
export const DEFAULTS_KEY = "__defaults";

/** Turns properties into plain JSON with sorted keys, and says where in it secrets and defaults are. */
export function readProperties(properties: Record<string, unknown>, options: ReadingOptions = {}): Reading {
  const reader = new Reader(options);
  const values = reader.object(properties, "");
  return {
    values,
    secrets: reader.secrets.sort(),
    providerDefaults: reader.providerDefaults.sort(),
    sketches: reader.sketches,
  };
}

/** The same with what secrets hold. For rules, and by way of `keepPlain` alone. */
export const readPlain = (
  properties: Record<string, unknown>,
  { standIns }: Pick<ReadingOptions, "standIns"> = {},
): Record<string, Json> => readProperties(properties, { standIns, revealSecrets: true }).values;

class Reader {
  readonly secrets: string[] = [];
  readonly providerDefaults: string[] = [];
  readonly sketches: Record<string, string> = {};

  constructor(private readonly options: ReadingOptions) {}

  object(properties: Record<string, unknown>, path: string): Record<string, Json> {
    const entries: [string, Json][] = [];
    for (const key of Object.keys(properties).sort()) {
      const value = properties[key];
      if (key === DEFAULTS_KEY && Array.isArray(value)) {
        this.providerDefaults.push(...value.map((name) => join(path, String(name))));
      } else {
        entries.push([key, this.value(value, join(path, key))]);
      }
    }
    // Unlike assignments, this keeps a key named `__proto__`.
    return Object.fromEntries(entries);
  }

  private value(value: unknown, path: string): Json {
    if (value === runtime.unknownValue) return UNKNOWN;
    if (this.options.masked && value === SECRET) return this.secret(path);
    if (
      value === null ||
      typeof value === "boolean" ||
      typeof value === "number" ||
      typeof value === "string"
    ) {
      const made = this.options.standIns && typeof value === "string" && holdsStandIn(value);
      return made ? this.sketch(value, path) : value;
    }
    if (Array.isArray(value)) return value.map((element, index) => this.value(element, `${path}[${index}]`));
    if (typeof value !== "object") throw new Error(`${path}: a ${typeof value} is no property value`);
    return this.special(value as Record<string, unknown>, path);
  }

  private special(value: Record<string, unknown>, path: string): Json {
    switch (value[runtime.specialSigKey]) {
      case undefined:
        return this.options.standIns && Object.keys(value).some(holdsStandIn)
          ? this.sketch(JSON.stringify(value), path)
          : this.object(value, path);
      case runtime.specialSecretSig:
        this.secret(path);
        return this.options.revealSecrets ? this.content(value, path) : SECRET;
      case runtime.specialResourceSig:
        // The id is left out: it is unknown before `up`, and the URN says the same.
        return `[resource ${String(value.urn)}]`;
      case runtime.specialAssetSig:
        return `[asset ${origin(value)}]`;
      case runtime.specialArchiveSig:
        if (value.assets === undefined) return `[archive ${origin(value)}]`;
        return { "[archive]": this.object(value.assets as Record<string, unknown>, path) };
      default:
        throw new Error(
          `${path}: a value with the signature ${String(value[runtime.specialSigKey])} is not known here`,
        );
    }
  }

  /** A state holds a secret encrypted, or, where it was exported with its secrets shown, as JSON. */
  private content({ value, plaintext }: Record<string, unknown>, path: string): Json {
    const held =
      typeof plaintext === "string" && plaintext !== "" ? (JSON.parse(plaintext) as unknown) : value;
    // A reader of its own: what is inside a secret adds no paths to those outside.
    return held === undefined ? SECRET : new Reader(this.options).value(held, path);
  }

  private sketch(text: string, path: string): string {
    this.sketches[path] = text;
    return UNKNOWN;
  }

  private secret(path: string): string {
    this.secrets.push(path);
    return SECRET;
  }
}

/** Text is named by its hash: it may be long. Of a file its path is kept, not its content. */
function origin(asset: Record<string, unknown>): string {
  if (asset.path !== undefined) return `path ${String(asset.path)}`;
  if (asset.uri !== undefined) return `uri ${String(asset.uri)}`;
  return `text sha256:${createHash("sha256")
    .update(String(asset.text ?? ""))
    .digest("hex")}`;
}

/** Paths in Pulumi's own style: `a.b[0]["a key with.dots"]`. */
export function join(path: string, key: string): string {
  if (!/^[A-Za-z_$][\w$-]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}
