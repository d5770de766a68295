import { Document, isMap, parseDocument, Scalar, YAMLMap, type Pair, type ParsedNode } from "yaml";
import { SECRETS_GIVEN_KEY, SECRETS_KEY } from "../../environment/context";
import type { Encrypted, Encryption } from "../engine/stack-file";

/**
 * The text of a stack's file with a secret in it, and the day it was given. Only the secrets and their days are written
 * anew: all else stays as people have laid it out.
 *
 * @param text of a valid stack file
 */
export function withSecret(
  text: string,
  name: string,
  { secure, encryption }: Encrypted,
  day: string,
): string {
  const lines = text.endsWith("\n") ? text : `${text}\n`;
  const secret = withEntry(lines, SECRETS_KEY, name, { secure });
  return withEntry(secret, SECRETS_GIVEN_KEY, name, quoted(day)) + additions(lines, encryption);
}

/** Bare, it would be a moment to the CLI. */
function quoted(day: string): Scalar {
  const scalar = new Scalar(day);
  scalar.type = Scalar.QUOTE_DOUBLE;
  return scalar;
}

/** @param lines that end all */
function withEntry(lines: string, key: string, name: string, value: unknown): string {
  const config = parseDocument(lines).get("config");
  if (!isMap<Scalar.Parsed, ParsedNode>(config)) throw new TypeError("a stack's file without configuration");
  const found = config.items.find((item) => item.key.value === key);
  const end = config.range?.[1] ?? lines.length;
  const [from, to] = found ? [lineOf(lines, found.key.range[0]), found.value?.range[1] ?? end] : [end, end];
  const column = config.items[0] ? columnOf(lines, config.items[0].key.range[0]) : 2;
  const block = blockOf(found, key, name, value).replace(/^(?=.)/gm, " ".repeat(column));
  return lines.slice(0, from) + block + lines.slice(to);
}

const lineOf = (text: string, offset: number) => text.lastIndexOf("\n", offset - 1) + 1;
const columnOf = (text: string, offset: number) => offset - lineOf(text, offset);

function blockOf(
  found: Pair<Scalar.Parsed, ParsedNode> | undefined,
  key: string,
  name: string,
  value: unknown,
): string {
  const document = new Document<YAMLMap>(new YAMLMap());
  const entries = found && isMap(found.value) ? found.value : new YAMLMap();
  entries.flow = false;
  entries.set(name, document.createNode(value));
  document.contents?.set(key, entries);
  return document.toString({ lineWidth: 0 });
}

/** What the values are encrypted with stands beside them, or they could not be read elsewhere. */
function additions(text: string, encryption: Encryption): string {
  const own = parseDocument(text);
  return Object.entries(encryption)
    .filter(([key, value]) => value !== undefined && !own.has(key))
    .map(([key, value]) => `${key}: ${value}\n`)
    .join("");
}
