import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./figures";

export const FOLDER = join(ROOT, "docs", "runbooks");

/** A page of the runbooks. */
export interface Page {
  readonly file: string;
  readonly text: string;
}

export const PAGES: readonly Page[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith(".md"))
  .sort()
  .map((file) => ({ file, text: readFileSync(join(FOLDER, file), "utf8") }));

/** Pages about a Docker host and what runs on it: nothing on them is for AWS. */
export const HOST_PAGES: readonly string[] = [
  ...[
    "database-versions.md",
    "edge.md",
    "external-services.md",
    "host.md",
    "logs.md",
    "monitoring.md",
    "operations.md",
    "probes.md",
    "restoring.md",
  ],
];

/** The words a shell sets up. */
export const wordsOf = (shell: string): string[] =>
  [...readFileSync(join(FOLDER, shell), "utf8").matchAll(/^(\w+)\(\) [{(]/gm)].map(([, word = ""]) => word);

/** What GitHub makes of a heading. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\w -]/g, "")
    .replaceAll(" ", "-");

/** Everything on a page that is meant to be typed: lines of its shell blocks, and code in its text. */
export function commandsOf({ text }: Page): string[] {
  const blocks = [...text.matchAll(/^ *```sh\n([\s\S]*?)^ *```$/gm)].map(([, block = ""]) => block);
  const inline = [...text.replace(/^ *```[\s\S]*?^ *```$/gm, "").matchAll(/`([^`\n]+)`/g)].map(
    // A pipe in a table's cell is written with a backslash.
    ([, code = ""]) => code.replaceAll("\\|", "|"),
  );
  return [...blocks.flatMap((block) => block.split("\n").map((line) => line.trim())), ...inline].filter(
    Boolean,
  );
}
