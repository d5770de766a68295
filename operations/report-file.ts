import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Writes a command's report: as Markdown to a file whose name ends in `.md`, else as JSON. */
export function writeReport(file: string, report: unknown, markdown: () => string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, file.endsWith(".md") ? markdown() : `${JSON.stringify(report, null, 2)}\n`);
}
