import { z } from "zod";
import { allowed } from "./allowed";
import { OPAQUE } from "./context";
import { describe, formatPath, type Problem } from "./problems";
import { isObject, namesOfForms, partsOf, partsOfUnion, schemaAt, valueAt } from "./schema-parts";

/** A value as far as it is valid, and what is wrong with the rest. */
interface Parsed<T> {
  readonly value: T;
  readonly problems: readonly Problem[];
}

/** Thrown on reading an invalid part. It is only ever caught, so one instance does. */
const INVALID_PART = new Error("what is not valid was read outside of a check");

/**
 * Parses a value so that a mistake in one part of it does not hide those in others: the valid parts can be
 * read, and reading any other ends the check that needed it (see `whereValid`).
 *
 * @param file the file the value came from
 * @param root the configuration key the value stands under
 */
export function parse<T extends object>(
  schema: z.ZodType<T>,
  file: string,
  root: string,
  input: unknown,
): Parsed<T> {
  const result = schema.safeParse(input);
  if (result.success) return { value: result.data, problems: [] };
  const { issues } = result.error;
  const all = [...issues, ...issues.flatMap((issue) => issuesBehind(schema, input, issue))];
  const value = isObject(input) ? salvage(schema, input) : UNREADABLE;
  return { value: value as T, problems: all.flatMap((issue) => fromIssue(schema, file, root, input, issue)) };
}

/** Runs a check. One that reads an invalid part finds nothing: that part's own problem is reported already. */
export function whereValid<T>(check: () => readonly T[]): readonly T[] {
  try {
    return check();
  } catch (error) {
    if (error === INVALID_PART) return [];
    throw error;
  }
}

const invalid = () => {
  throw INVALID_PART;
};
const UNREADABLE = new Proxy(
  {},
  { get: invalid, has: invalid, ownKeys: invalid, getOwnPropertyDescriptor: invalid },
);

function salvage(schema: z.ZodType, input: unknown): object {
  const value = {};
  // Where it is not known which member of a union is meant, only what all members share can be read.
  for (const name of namesOfForms(schema)) {
    Object.defineProperty(value, name, { enumerable: true, configurable: true, get: invalid });
  }
  for (const [name, part] of Object.entries(partsOf(schema, input) ?? {})) {
    Object.defineProperty(value, name, { enumerable: true, ...readingOf(part, valueAt(input, [name])) });
  }
  return value;
}

function readingOf(schema: z.ZodType, input: unknown): PropertyDescriptor {
  const result = schema.safeParse(input);
  if (result.success) return { value: result.data };
  return isObject(input) && partsOf(schema, input) ? { value: salvage(schema, input) } : { get: invalid };
}

/** zod does not look into a union whose member it cannot tell; what all members share can still be checked. */
function issuesBehind(schema: z.ZodType, input: unknown, issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  const path = issue.path.slice(0, -1);
  const union = issue.code === "invalid_union" ? schemaAt(schema, input, path) : undefined;
  if (!(union instanceof z.ZodDiscriminatedUnion)) return [];
  const value = valueAt(input, path);
  return Object.entries(partsOfUnion(union, value)).flatMap(([name, part]) => {
    const inner = part.safeParse(valueAt(value, [name])).error?.issues ?? [];
    return inner.map((one) => ({ ...one, path: [...path, name, ...one.path] }));
  });
}

const CONTAINERS = ["array", "object", "record"];

function fromIssue(
  schema: z.ZodType,
  file: string,
  root: string,
  input: unknown,
  issue: z.core.$ZodIssue,
): Problem[] {
  const at = (path: readonly PropertyKey[]) => formatPath([root, ...path]);
  const value = valueAt(input, issue.path);
  // What is encrypted in the wrong place is reported once, by checkEncryption.
  if (value === OPAQUE) return [];
  const here = schemaAt(schema, input, issue.path);
  if (issue.code === "unrecognized_keys") {
    const known = Object.keys((here && partsOf(here, value)) ?? {}).join(", ");
    return issue.keys.map((key) => ({
      file,
      key: at([...issue.path, key]),
      found: "a key that does not exist here",
      allowed: `one of ${known}`,
    }));
  }
  if (issue.code === "invalid_key") {
    const form = issue.issues.map(({ message }) => message).join(", ");
    return [{ file, key: at(issue.path), found: "a name of another form", allowed: form }];
  }
  // A text in the place of an object may hold a secret, so it is not shown.
  const whole =
    issue.code === "invalid_type" && CONTAINERS.includes(issue.expected) && typeof value === "string";
  const found = whole ? "a text" : describe(value, [root, ...issue.path]);
  return [{ file, key: at(issue.path), found, allowed: allowed(issue, here) }];
}
