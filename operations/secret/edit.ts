import { Document, isMap, parseDocument, YAMLMap, type Pair, type ParsedNode, type Scalar } from "yaml";
import { SECRETS_KEY } from "../../environment/context";
import type { Encrypted, Encryption } from "../engine/stack-file";

/**
 * The text of a stack's file with a secret in it. Only the secrets are written anew: all else stays as people have
 * laid it out.
 *
 * @param text of a valid stack file
 */
export function withSecret(text: string, name: string, { secure, encryption }: Encrypted): string {
  const lines = text.endsWith("\n") ? text : `${text}\n`;
  const config = parseDocument(lines).get("config");
  if (!isMap<Scalar.Parsed, ParsedNode>(config)) throw new TypeError("a stack's file without configuration");
  const found = config.items.find(({ key }) => key.value === SECRETS_KEY);
  const end = config.range?.[1] ?? lines.length;
  const [from, to] = found ? [lineOf(lines, found.key.range[0]), found.value?.range[1] ?? end] : [end, end];
  const column = config.items[0] ? columnOf(lines, config.items[0].key.range[0]) : 2;
  const block = secretsBlock(found, name, secure).replace(/^(?=.)/gm, " ".repeat(column));
  return lines.slice(0, from) + block + lines.slice(to) + additions(lines, encryption);
}

const lineOf = (text: string, offset: number) => text.lastIndexOf("\n", offset - 1) + 1;
const columnOf = (text: string, offset: number) => offset - lineOf(text, offset);

function secretsBlock(
  found: Pair<Scalar.Parsed, ParsedNode> | undefined,
  name: string,
  secure: string,
): string {
  const document = new Document<YAMLMap>(new YAMLMap());
  const secrets = found && isMap(found.value) ? found.value : new YAMLMap();
  secrets.flow = false;
  secrets.set(name, document.createNode({ secure }));
  document.contents?.set(SECRETS_KEY, secrets);
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
