import { accessSync, constants } from "node:fs";
import { isAbsolute } from "node:path";
import * as z from "zod";

/** One environment variable: how its text is read, and what is allowed, in words for whoever has to mend it. */
export interface Variable<Value> {
  readonly read: z.ZodType<Value, string>;
  readonly allowed: string;
  readonly secret: boolean;
  readonly required: boolean;
  /** The text taken when nothing is given. */
  readonly fallback?: string;
}

type Read<Value> = z.ZodType<Value, string>;

/** A variable that must be given. */
export const required = <V>([read, allowed]: Kind<V>): Variable<V> => ({
  read,
  allowed,
  secret: false,
  required: true,
});

/** A variable with a value of its own when none is given. */
export const defaulted = <V>([read, allowed]: Kind<V>, fallback: string): Variable<V> => ({
  read,
  allowed,
  secret: false,
  required: true,
  fallback,
});

/** A variable that may be absent. */
export const optional = <V>([read, allowed]: Kind<V>): Variable<V | undefined> => ({
  read,
  allowed,
  secret: false,
  required: false,
});

/** The same variable, whose value never appears in a message. */
export const secret = <V>(variable: Variable<V>): Variable<V> => ({ ...variable, secret: true });

/** How a text is read, and what is allowed in words. */
type Kind<Value> = readonly [Read<Value>, string];

export const text = (pattern: RegExp, allowed: string): Kind<string> => [z.string().regex(pattern), allowed];

export const longText = (least: number): Kind<string> => [
  z.string().min(least),
  `at least ${least} characters`,
];

export const integer = (least: number, most: number): Kind<number> => [
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .pipe(z.number().min(least).max(most)),
  `a whole number from ${least} to ${most}`,
];

export const share: Kind<number> = [
  z
    .string()
    .regex(/^\d(\.\d+)?(e-\d+)?$/)
    .transform(Number)
    .pipe(z.number().min(0).max(1)),
  "a number from 0 to 1",
];

export const flag: Kind<boolean> = [
  z.enum(["true", "false"]).transform((value) => value === "true"),
  "true or false",
];

export const oneOf = <const T extends string>(...values: readonly T[]): Kind<T> => [
  z.enum(values),
  values.join(", "),
];

export const origins: Kind<string[]> = [
  z
    .string()
    .transform((list) => list.split(",").map((entry) => entry.trim()))
    .pipe(z.array(z.string().regex(/^(\*|https?:\/\/[a-z0-9.-]+(:\d{1,5})?)$/))),
  'origins such as "https://app.example.com", separated by commas, or "*"',
];

export const readableFile: Kind<string> = [
  z.string().refine((value) => isAbsolute(value) && isReadable(value)),
  "the absolute path of a readable file",
];

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

export const webAddress: Kind<string> = [
  // Paths are appended to it, so a slash at its end would be doubled.
  z
    .string()
    .refine((value) => hasScheme(value, "http:", "https:"))
    .transform((value) => value.replace(/\/+$/, "")),
  "a URL that starts with http:// or https://",
];

export const redisAddress: Kind<string> = [
  z.string().refine((value) => hasScheme(value, "redis:", "rediss:")),
  "a URL that starts with redis:// or rediss://",
];

export const databaseAddress: Kind<string> = [
  z.string().refine((value) => {
    if (!hasScheme(value, "postgresql:")) return false;
    const { username, password, pathname } = new URL(value);
    return username !== "" && password !== "" && /^\/[^/]+$/.test(pathname);
  }),
  "postgresql://USER:PASSWORD@HOST:PORT/DATABASE",
];

function hasScheme(value: string, ...schemes: string[]): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname } = new URL(value);
  return schemes.includes(protocol) && hostname !== "";
}
