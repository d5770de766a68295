import type { z } from "zod";

/** One thing wrong with the configuration, told so that its reader can mend it. */
export interface Problem {
  /** The file to edit, relative to the project's root. */
  readonly file: string;
  /** Where in the file: `mainstay:scale.services.api.replicas`. */
  readonly key: string;
  /** What stands there now; a secret's value never does. */
  readonly found: string;
  /** What may stand there. */
  readonly allowed: string;
}

/** A rule that cannot be judged here, because it is about a value encrypted in the stack file. */
export interface Undecided {
  readonly file: string;
  readonly key: string;
  readonly rule: string;
}

/** Thrown when the configuration is not valid: every problem of every key at once. */
export class InvalidConfiguration extends Error {
  constructor(readonly problems: readonly Problem[]) {
    super(formatProblems(problems));
    this.name = "InvalidConfiguration";
  }
}

/** The problems as lines of text, one problem a line, in the order of the files. */
export function formatProblems(problems: readonly Problem[]): string {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  const lines = problems.map((p) => `  ${p.file}: ${p.key}: found ${p.found}; allowed: ${p.allowed}`);
  return [`invalid configuration, ${count}:`, ...lines].join("\n");
}

const SENSITIVE = /pass|secret|token|api.?key|signing|credential|private/i;

/**
 * What stands at a key, for a message. Whatever could be a secret is described, not shown: values under
 * telling names, and the user information of URLs.
 */
export function describe(value: unknown, path: readonly PropertyKey[] = []): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (typeof value === "object") return "an object";
  if (typeof value === "string" && path.some((part) => SENSITIVE.test(String(part)))) return "a value (not shown)";
  if (typeof value === "string") {
    const shown = value.replace(/\/\/[^@/\s]*@/g, "//…@");
    return JSON.stringify(shown.length > 60 ? `${shown.slice(0, 59)}…` : shown);
  }
  return String(value);
}

/** A property path the way people write it: `services.api.routes[0]`. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    return text === "" ? String(part) : `${text}.${String(part)}`;
  }, "");
}

/**
 * Translates what zod found into problems.
 *
 * @param file the file the value came from
 * @param root the configuration key the value stands under
 * @param input the value as it was read, to tell what was found
 */
export function fromZod(file: string, root: string, input: unknown, error: z.ZodError): Problem[] {
  return error.issues.flatMap((issue) => fromIssue(file, root, input, issue));
}

function fromIssue(file: string, root: string, input: unknown, issue: z.core.$ZodIssue): Problem[] {
  const at = (path: readonly PropertyKey[]) => formatPath([root, ...path]);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      file,
      key: at([...issue.path, key]),
      found: "a key that does not exist here",
      allowed: "no such key (is it misspelt?)",
    }));
  }
  const found = describe(valueAt(input, issue.path), issue.path);
  return [{ file, key: at(issue.path), found, allowed: allowed(issue) }];
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, part) => {
    if (value === null || typeof value !== "object" || !Object.hasOwn(value, part)) return undefined;
    return (value as Record<PropertyKey, unknown>)[part];
  }, input);
}

const TYPE_NAMES: Record<string, string> = {
  int: "a whole number",
  number: "a number",
  string: "a text",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

const quote = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value)).join(", ");

function allowed(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return TYPE_NAMES[issue.expected] ?? issue.expected;
    case "invalid_value":
      return issue.values.length === 1 ? quote(issue.values) : `one of ${quote(issue.values)}`;
    case "too_small":
      return `${measure(issue.origin)} of at least ${issue.minimum}`;
    case "too_big":
      return `${measure(issue.origin)} of at most ${issue.maximum}`;
    case "invalid_union":
      return "options" in issue ? `one of ${quote(issue.options as unknown[])}` : issue.message;
    case "invalid_key":
      return issue.issues.map((inner) => inner.message).join(", ");
    default:
      return issue.message;
  }
}

function measure(origin: string): string {
  if (origin === "string") return "a length";
  if (origin === "array" || origin === "record" || origin === "object") return "a number of entries";
  return "a value";
}
