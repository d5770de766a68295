import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { toJunit } from "../policies/reports/junit";
import { toMarkdown } from "../policies/reports/markdown";
import type { Report } from "../policies/reports/report";
import { toSarif } from "../policies/reports/sarif";
import type { Rule } from "../policies/rule";
import { UserError } from "./outcome";

/** Files a report is written to, each in a form of its own. */
export interface ReportFiles {
  readonly sarif?: string;
  readonly junit?: string;
  readonly markdown?: string;
}

/** @throws UserError if a file cannot be written */
export function writeReports(report: Report, rules: readonly Rule[], files: ReportFiles): void {
  const { sarif, junit, markdown } = files;
  if (sarif !== undefined) write(sarif, `${JSON.stringify(toSarif(report, rules), null, 2)}\n`);
  if (junit !== undefined) write(junit, toJunit(report, rules));
  if (markdown !== undefined) write(markdown, toMarkdown(report));
}

function write(file: string, text: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  } catch (error) {
    throw new UserError(`${file} cannot be written (${(error as NodeJS.ErrnoException).code ?? "unknown"})`);
  }
}
