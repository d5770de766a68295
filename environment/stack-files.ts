import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { filesOf, OPAQUE, PLAIN_TEXT, SECRETS_KEY } from "./context";
import { InvalidConfiguration, type Problem } from "./problems";
import { yamlProblems } from "./yaml-mistakes";

/** A stack's configuration the way Pulumi hands it to the program, read without Pulumi. */
export interface StackConfiguration {
  /** The directory of Pulumi.yaml and the stack's file. */
  readonly root: string;
  /** The program's file, relative to `root`. Undefined where Pulumi.yaml leaves it to package.json. */
  readonly main: string | undefined;
  readonly project: string;
  readonly stack: string;
  /** Values by full key; structured ones as JSON. The markers OPAQUE and PLAIN_TEXT stand for secrets. */
  readonly config: Readonly<Record<string, string>>;
  /** Keys that hold something encrypted. */
  readonly secretKeys: readonly string[];
}

/** The stacks the project has a file for, in alphabetical order. */
export function listStacks(root: string): string[] {
  return readdirSync(root)
    .flatMap((file) => /^Pulumi\.([A-Za-z0-9_-]+)\.yaml$/.exec(file)?.[1] ?? [])
    .sort();
}

/**
 * Reads Pulumi.yaml and the stack's file, and puts them together as the CLI does: a stack's value replaces
 * the project's value of the same key whole.
 *
 * @throws InvalidConfiguration if a file is missing, cannot be read or is not YAML
 */
export function readStackFiles(root: string, stack: string): StackConfiguration {
  const files = filesOf(stack);
  if (!existsSync(join(root, files.stack))) {
    const stacks = listStacks(root).join(", ") || "none";
    throw new InvalidConfiguration([
      { file: files.stack, key: "(file)", found: "no such file", allowed: `a stack that has one: ${stacks}` },
    ]);
  }
  const project = readYaml(root, files.project);
  const own = readYaml(root, files.stack);
  const problems = [
    ...project.problems,
    ...own.problems,
    ...checkProjectValues(files.project, project.value),
  ];
  if (problems.length > 0) throw new InvalidConfiguration(problems);

  const name = typeof project.value.name === "string" ? project.value.name : "mainstay";
  const full = (key: string) => (key.includes(":") ? key : `${name}:${key}`);
  const entries = new Map<string, unknown>();
  for (const [key, declared] of Object.entries(asObject(project.value.config))) {
    const value = projectValue(declared);
    if (value !== undefined) entries.set(full(key), value);
  }
  for (const [key, value] of Object.entries(asObject(own.value.config))) entries.set(full(key), value);

  const secretKeys = [...entries].filter(([, value]) => holdsCiphertext(value)).map(([key]) => key);
  const config = Object.fromEntries(
    [...entries].map(([key, value]) => [
      key,
      asConfigValue(key === SECRETS_KEY ? maskPlainText(value) : value),
    ]),
  );
  const main = typeof project.value.main === "string" ? project.value.main : undefined;
  return { root, main, project: name, stack, config, secretKeys };
}

/** Pulumi.yaml gives a value plainly, or as `value` or `default` of a declaration. */
function projectValue(declared: unknown): unknown {
  if (declared === null || typeof declared !== "object" || Array.isArray(declared)) return declared;
  const { value, default: fallback } = declared as { value?: unknown; default?: unknown };
  return value ?? fallback;
}

/** A whole object without `value` is read by Pulumi as a declaration of nothing. */
function checkProjectValues(file: string, project: Record<string, unknown>): Problem[] {
  return Object.entries(asObject(project.config))
    .filter(([, declared]) => Object.keys(asObject(declared)).length > 0 && !Array.isArray(declared))
    .filter(([, declared]) => !DECLARATION_KEYS.some((key) => key in asObject(declared)))
    .map(([key]) => ({ file, key, found: "an object without `value`", allowed: "the object under `value`" }));
}

const DECLARATION_KEYS = ["value", "default", "type", "description", "secret", "items"];

const isCiphertext = (value: object) => Object.keys(value).length === 1 && "secure" in value;

function holdsCiphertext(value: unknown): boolean {
  if (value === null || typeof value !== "object") return false;
  return isCiphertext(value) || Object.values(value).some(holdsCiphertext);
}

function asConfigValue(value: unknown): string {
  const readable = maskCiphertext(value);
  return typeof readable === "string" ? readable : JSON.stringify(readable);
}

/** Secrets that are not encrypted go no further than the file they stand in. */
function maskPlainText(value: unknown): unknown {
  if (typeof value === "string") return PLAIN_TEXT;
  if (value === null || typeof value !== "object" || isCiphertext(value)) return value;
  if (Array.isArray(value)) return value.map(maskPlainText);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, maskPlainText(inner)]));
}

function maskCiphertext(value: unknown): unknown {
  if (value === null || typeof value !== "object") return value;
  if (isCiphertext(value)) return OPAQUE;
  if (Array.isArray(value)) return value.map(maskCiphertext);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, maskCiphertext(inner)]));
}

function asObject(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === "object" ? (value as Record<string, unknown>) : {};
}

/** Why something that is there cannot be read. */
function unreadable({ code }: NodeJS.ErrnoException): string {
  return code === "EISDIR" ? "a directory" : `what cannot be read (${code})`;
}

/** What texts say. Every stack reads the project's file, which is the longest. */
const read = new Map<string, Record<string, unknown>>();

function readYaml(root: string, file: string): { value: Record<string, unknown>; problems: Problem[] } {
  if (!existsSync(join(root, file))) {
    return {
      value: {},
      problems: [{ file, key: "(file)", found: "no such file", allowed: "the project's file" }],
    };
  }
  let text: string;
  try {
    text = readFileSync(join(root, file), "utf8");
  } catch (error) {
    const found = unreadable(error as NodeJS.ErrnoException);
    return { value: {}, problems: [{ file, key: "(file)", found, allowed: "a file that can be read" }] };
  }
  const known = read.get(text);
  if (known) return { value: known, problems: [] };
  const document = parseDocument(text);
  const problems = yamlProblems(file, document, text);
  if (problems.length > 0) return { value: {}, problems };
  try {
    const value = asObject(document.toJS());
    read.set(text, value);
    return { value, problems };
  } catch {
    const found = "an alias (*) that cannot be followed";
    return {
      value: {},
      problems: [{ file, key: "(file)", found, allowed: "aliases of anchors (&) above them, or none" }],
    };
  }
}
