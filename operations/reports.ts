import { toJunit } from "../policies/reports/junit";
import { toMarkdown } from "../policies/reports/markdown";
import type { Report } from "../policies/reports/report";
import { toSarif } from "../policies/reports/sarif";
import type { Rule } from "../policies/rule";
import { writeNamedFile } from "./files";

/** Files a report is written to, each in a form of its own. */
export interface ReportFiles {
  readonly sarif?: string;
  readonly junit?: string;
  readonly markdown?: string;
}

/** @throws OperationFailed if a file cannot be written */
export function writeReports(report: Report, rules: readonly Rule[], files: ReportFiles): void {
  const { sarif, junit, markdown } = files;
  if (sarif !== undefined) writeNamedFile(sarif, `${JSON.stringify(toSarif(report, rules), null, 2)}\n`);
  if (junit !== undefined) writeNamedFile(junit, toJunit(report, rules));
  if (markdown !== undefined) writeNamedFile(markdown, toMarkdown(report));
}
