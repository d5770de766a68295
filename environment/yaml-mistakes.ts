import type { parseDocument } from "yaml";
import type { Problem } from "./problems";

type Parsed = ReturnType<typeof parseDocument>;
type Mistake = Parsed["errors"][number];

/** What people most often get wrong, in other words than the parser's: what was found, and what is allowed. */
const MISTAKES: Partial<Record<Mistake["code"], readonly [string, string]>> = {
  DUPLICATE_KEY: ["a key that stood before", "each key once"],
  TAB_AS_INDENT: ["a tab before the first character", "spaces"],
  BAD_INDENT: [
    "an indentation that fits nothing above, or brackets left open",
    "the indentation of the keys beside it",
  ],
  MISSING_CHAR: ["no end of a text in quotes, or no comma in a list", "a closing quote, or a comma"],
  BLOCK_AS_IMPLICIT_KEY: [
    "a second value on one line, or a deeper key below a value",
    "`key: value`, or a value in quotes",
  ],
  MULTILINE_IMPLICIT_KEY: ["a key without a colon", "`key: value`"],
};

/** Why a file is not YAML, in one line each. */
export function yamlProblems(file: string, { errors }: Parsed): Problem[] {
  return independent(errors).map(({ code, linePos: [{ line, col }] = [{ line: 1, col: 1 }] }) => {
    // The parser's own text may quote the line it fails on, and with it a secret.
    const [found, allowed] = MISTAKES[code] ?? [`something that is not YAML (${code})`, "YAML"];
    return { file, key: `line ${line}, column ${col}`, found, allowed };
  });
}

/** One slip makes a parser stumble to the end of the file: the first error tells of it. Keys that stand twice do not. */
function independent(errors: readonly Mistake[]): readonly Mistake[] {
  const duplicates = errors.filter(({ code }) => code === "DUPLICATE_KEY");
  return duplicates.length > 0 ? duplicates : errors.slice(0, 1);
}
