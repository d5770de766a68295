/** A place in the configuration. */
export interface Place {
  /** The file to edit, relative to the project's root. */
  readonly file: string;
  /** Where in the file: `mainstay:scale.services.api.replicas`. */
  readonly key: string;
}

/** One thing wrong with the configuration, in words that let its reader mend it. */
export interface Problem extends Place {
  /** What stands there now; a secret's value never does. */
  readonly found: string;
  /** What may stand there. */
  readonly allowed: string;
}

/** A rule that cannot be judged here, because it is about a value encrypted in the stack file. */
export interface Undecided extends Place {
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

const SENSITIVE = /pass|pwd|secret|token|api.?key|_key|signing|credential|private/i;

/**
 * A value in words, for a message. Whatever could be a secret is not shown: values under names such as `password`, and
 * the user information of URLs.
 *
 * @param path the names the value stands under, its configuration key first
 */
export function describe(value: unknown, path: readonly PropertyKey[] = []): string {
  if (value === undefined || value === null) return "nothing";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (typeof value === "object") return Object.keys(value).length === 0 ? "an empty object" : "an object";
  if (couldBeSecret(value, path.map(String))) return "a value (not shown)";
  if (typeof value === "string") {
    const shown = value.replace(/\/\/[^@/\s]*@/g, "//…@");
    return JSON.stringify(shown.length > 60 ? `${shown.slice(0, 59)}…` : shown);
  }
  return String(value);
}

/** A text may be a secret under any such name. A number may be a size there, unless it is a variable's value. */
function couldBeSecret(value: unknown, path: readonly string[]): boolean {
  if (path[0] === "mainstay:secrets") return true;
  if (typeof value === "string") return path.some((part) => SENSITIVE.test(part));
  const last = path.at(-1) ?? "";
  return last === last.toUpperCase() && SENSITIVE.test(last);
}

/** A property path the way people write it: `services.api.routes[0]`. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    const name = String(part);
    if (!/^[\w:/-]+$/.test(name)) return `${text}[${JSON.stringify(name)}]`;
    return text === "" ? name : `${text}.${name}`;
  }, "");
}
