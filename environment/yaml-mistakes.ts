import { Scalar, visit, type parseDocument } from "yaml";
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

/** Why a file is not YAML, or none that Pulumi reads in the same way, in one line each. */
export function yamlProblems(file: string, document: Parsed, text: string): Problem[] {
  return document.errors.length > 0 ? syntaxProblems(file, document) : bareMoments(file, document, text);
}

function syntaxProblems(file: string, { errors }: Parsed): Problem[] {
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

const MOMENT = /^\d{4}-\d{1,2}-\d{1,2}([Tt ].*)?$/;

/** Pulumi follows an older YAML, in which a bare day is a moment: it hands the program another text. */
function bareMoments(file: string, document: Parsed, text: string): Problem[] {
  const problems: Problem[] = [];
  visit(document, {
    Scalar: (_key, { type, value, range }) => {
      if (type !== Scalar.PLAIN || typeof value !== "string" || !MOMENT.test(value)) return;
      const before = text.slice(0, range?.[0]).split("\n");
      const key = `line ${before.length}, column ${(before.at(-1) ?? "").length + 1}`;
      problems.push({
        file,
        key,
        found: "a day without quotation marks",
        allowed: "the day in quotation marks",
      });
    },
  });
  return problems;
}
