import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Report } from "../policies/reports/report";
import type { Rule } from "../policies/rule";
import { UserError } from "./outcome";

/** Files a report is written to, each in a form of its own. */
export interface ReportFiles {
  readonly sarif?: string;
  readonly junit?: string;
  readonly markdown?: string;
}

/** @throws UserError if a file cannot be written */
export async function writeReports(
  report: Report,
  rules: readonly Rule[],
  files: ReportFiles,
): Promise<void> {
  if (files.sarif !== undefined) {
    const { toSarif } = await import("../policies/reports/sarif.js");
    write(files.sarif, `${JSON.stringify(toSarif(report, rules), null, 2)}\n`);
  }
  if (files.junit !== undefined) {
    const { toJunit } = await import("../policies/reports/junit.js");
    write(files.junit, toJunit(report, rules));
  }
  if (files.markdown !== undefined) {
    const { toMarkdown } = await import("../policies/reports/markdown.js");
    write(files.markdown, toMarkdown(report));
  }
}

function write(file: string, text: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  } catch (error) {
    throw new UserError(`${file} cannot be written (${(error as NodeJS.ErrnoException).code ?? "unknown"})`);
  }
}
