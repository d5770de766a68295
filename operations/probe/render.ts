import { plural } from "../text";
import type { Paint, Style } from "../terminal";
import type { Check, NoLook, ProbeReport, Verdict } from "./check";
import type { Remembered } from "./history";
import { periods, picture } from "./trend";

const STYLES: Readonly<Record<Verdict, Style>> = {
  ok: "green",
  warning: "yellow",
  failing: "red",
  skipped: "dim",
};

const having = (checks: readonly Check[], verdict: Verdict) =>
  checks.filter((one) => one.verdict === verdict).length;

/** The report in one line. */
function headline({ stack, url, healthy, checks }: ProbeReport): string {
  const counts = (["failing", "warning", "skipped"] as const)
    .map((verdict) => [verdict, having(checks, verdict)] as const)
    .filter(([, count]) => count > 0)
    .map(([verdict, count]) => `${count} ${verdict}`);
  const of = [plural(checks.length, "check"), ...counts].join(", ");
  return `${stack}: ${healthy ? "healthy" : "failing"} at ${url} (${of})`;
}

/** The report as lines of text. */
export function renderProbe(report: ProbeReport, paint: Paint): string[] {
  const width = Math.max(...report.checks.map(({ name }) => name.length));
  return [
    paint("bold", headline(report)),
    ...report.checks.map(
      ({ name, verdict, message }) =>
        `  ${name.padEnd(width)}  ${paint(STYLES[verdict], verdict.padEnd(7))}  ${message}`,
    ),
  ];
}

/**
 * The report as Markdown, for an issue or a file.
 *
 * @param looks what is remembered of the stack, this look included
 */
export function markdownProbe(report: ProbeReport, looks: readonly Remembered[]): string {
  const cell = (text: string) => text.replaceAll("|", "\\|").replace(/[\r\n]+/g, " ");
  const rows = report.checks.map(
    ({ name, verdict, message }) =>
      `| ${name} | ${verdict === "failing" ? "**failing**" : verdict} | ${cell(message)} |`,
  );
  return `${[
    `# ${headline(report)}`,
    `Looked at from outside at ${report.at}.`,
    ["| check | verdict | seen |", "|---|---|---|", ...rows].join("\n"),
    ...(looks.length > 1 ? trend(looks, Date.parse(report.at)) : []),
  ].join("\n\n")}\n`;
}

/** The same of a look that was not taken. */
export const markdownNoLook = ({ stack, at, notLooked }: NoLook): string =>
  `${[
    `# ${stack}: not looked at`,
    `Tried from outside at ${at}. Whether its users are served, nobody knows.`,
    ["```text", notLooked, "```"].join("\n"),
  ].join("\n\n")}\n`;

function trend(looks: readonly Remembered[], now: number): string[] {
  const rows = periods(looks, now).map(
    ({ name, looks: all, healthy }) =>
      `| ${name} | ${all} | ${healthy} | ${all === 0 ? "–" : `${Number(((healthy / all) * 100).toFixed(2))} %`} |`,
  );
  return [
    "## Trend",
    ["| last | looks | healthy | share |", "|---|---|---|---|", ...rows].join("\n"),
    "The last 24 hours, half an hour a column; the times are those within which 95 of 100 reads were answered:",
    ["```text", ...picture(looks, now), "```"].join("\n"),
  ];
}
