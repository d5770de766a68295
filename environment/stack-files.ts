import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { InvalidConfiguration, type Problem } from "./problems";
import { filesOf, OPAQUE } from "./resolve";

/** A stack's configuration the way Pulumi hands it to the program, read without Pulumi. */
export interface StackConfiguration {
  readonly project: string;
  readonly stack: string;
  /** Values by full key; structured ones as JSON. Encrypted ones are the marker OPAQUE. */
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
 * @throws InvalidConfiguration if a file is missing or is not YAML
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
  const problems = [...project.problems, ...own.problems];
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
  const config = Object.fromEntries([...entries].map(([key, value]) => [key, asConfigValue(value)]));
  return { project: name, stack, config, secretKeys };
}

/** Pulumi.yaml gives a value plainly, or as `value` or `default` of a declaration. */
function projectValue(declared: unknown): unknown {
  if (declared === null || typeof declared !== "object" || Array.isArray(declared)) return declared;
  const { value, default: fallback } = declared as { value?: unknown; default?: unknown };
  return value ?? fallback;
}

const isCiphertext = (value: object) => Object.keys(value).length === 1 && "secure" in value;

function holdsCiphertext(value: unknown): boolean {
  if (value === null || typeof value !== "object") return false;
  return isCiphertext(value) || Object.values(value).some(holdsCiphertext);
}

function asConfigValue(value: unknown): string {
  const readable = maskCiphertext(value);
  return typeof readable === "string" ? readable : JSON.stringify(readable);
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

function readYaml(root: string, file: string): { value: Record<string, unknown>; problems: Problem[] } {
  if (!existsSync(join(root, file))) {
    return { value: {}, problems: [{ file, key: "(file)", found: "no such file", allowed: "the project's file" }] };
  }
  const document = parseDocument(readFileSync(join(root, file), "utf8"));
  const problems = document.errors.map((error): Problem => {
    const line = error.linePos?.[0]?.line ?? 1;
    // The parser's own text may quote the line it fails on, and with it a secret.
    return { file, key: `line ${line}`, found: `something that is not YAML (${error.code})`, allowed: "YAML" };
  });
  return { value: problems.length === 0 ? asObject(document.toJS()) : {}, problems };
}
