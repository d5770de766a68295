/** Finds every value in inputs, and what each could be weakened to. */
import type { Json } from "../../../graph/resource";
import { partsOf } from "./graphs";

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
  "CONSTANT",
  "-----BEGIN PRIVATE KEY-----",
];

const ANYBODY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }],
});
