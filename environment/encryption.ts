import {
  filesOf,
  givingSecret,
  OPAQUE,
  PLAIN_TEXT,
  SCALE_KEY,
  SECRETS_GIVEN_KEY,
  SECRETS_KEY,
  SHAPE_KEY,
  type RawConfiguration,
} from "./context";
import { formatPath, type Problem } from "./problems";

/** Encryption has its one place: everything there is encrypted, and nothing anywhere else. */
export function checkEncryption(raw: RawConfiguration): Problem[] {
  const { stack, shape, scale, secrets, secretsGiven, encrypted } = raw;
  const files = filesOf(stack);
  if (secrets === OPAQUE) {
    const allowed = `names with an encrypted value each: ${givingSecret(stack, "NAME")}`;
    return [{ file: files.stack, key: SECRETS_KEY, found: "one encrypted value for all", allowed }];
  }
  const misplaced = (file: string, root: string, value: unknown) => {
    const marked = keysOf(root, value, (text) => text === OPAQUE);
    const keys = marked.length === 0 && encrypted?.includes(root) ? [root] : marked;
    const allowed = `plain values: what is encrypted stands at ${SECRETS_KEY}`;
    return keys.map((key) => ({ file, key, found: "an encrypted value", allowed }));
  };
  const open = encrypted !== undefined && !encrypted.includes(SECRETS_KEY);
  const plain = keysOf(SECRETS_KEY, secrets, (text) => text === PLAIN_TEXT || (open && text !== OPAQUE));
  return [
    ...misplaced(files.project, SHAPE_KEY, shape),
    ...misplaced(files.stack, SCALE_KEY, scale),
    ...misplaced(files.stack, SECRETS_GIVEN_KEY, secretsGiven),
    ...plain.map((key) => ({
      file: files.stack,
      key,
      found: "a secret in plain text (not shown)",
      allowed: `an encrypted value: ${givingSecret(stack, key.slice(SECRETS_KEY.length + 1))}`,
    })),
  ];
}

function keysOf(root: string, value: unknown, wanted: (text: string) => boolean): string[] {
  return pathsTo(value, wanted).map((path) => formatPath([root, ...path]));
}

function pathsTo(value: unknown, wanted: (text: string) => boolean): PropertyKey[][] {
  if (typeof value === "string") return wanted(value) ? [[]] : [];
  if (value === null || typeof value !== "object") return [];
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.flatMap(([name, inner]) => pathsTo(inner, wanted).map((path) => [name, ...path]));
}
