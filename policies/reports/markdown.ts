/** A comment of a pull request: what stands against it, and what to do. */
import {
  bySeverity,
  countByPolicy,
  describeWaiver,
  isClean,
  nameOf,
  told,
  type Report,
  type StackVerdict,
} from "./report";

/** Tells the comment to be kept up to date from those of people. */
export const MARKER = "<!-- mainstay policies -->";

export function toMarkdown(report: Report): string {
  const { stacks, differences, seconds } = report;
  const undeclared = differences.filter(({ allowed }) => !allowed);
  return [
    MARKER,
    `## ${isClean(report) ? "✅ Policies kept" : "❌ Policies broken"}`,
    "",
    ...table(
      ["Stack", "Resources", "Violations", "Advices", "Waived", "Open until `up`"],
      stacks.map(({ stack, resources, violations, waived, undecidable }) => {
        const mandatory = violations.filter(({ enforcement }) => enforcement === "mandatory").length;
        return [
          stack,
          resources,
          mandatory,
          violations.length - mandatory,
          waived.length,
          undecidable.length,
        ];
      }),
    ),
    ...stacks.flatMap(stackSection),
    ...(undeclared.length === 0
      ? []
      : [
          "",
          "### Staging is not like production",
          "",
          ...table(
            ["Setting", "Staging", "Production"],
            undeclared.map(({ path, left, right, reason }) => [
              `\`${path}\``,
              reason ?? told(left),
              reason === undefined ? told(right) : "",
            ]),
          ),
        ]),
    "",
    `${differences.length - undeclared.length} differences of staging and production are declared. Judged in ${seconds.toFixed(1)} s.`,
    "",
  ].join("\n");
}

function stackSection({ stack, violations, waived, undecidable }: StackVerdict): string[] {
  const open = countByPolicy(undecidable).map(([policy, count]) => `${policy} (${count})`);
  return [
    ...(violations.length === 0
      ? []
      : [
          "",
          `### ${stack}`,
          "",
          ...table(
            ["Severity", "Rule", "Resource", "What to do"],
            bySeverity(violations).map(({ severity, policy, urn, message }) => [
              severity,
              `\`${policy}\``,
              `\`${nameOf(urn)}\``,
              message,
            ]),
          ),
        ]),
    ...(waived.length === 0
      ? []
      : [
          "",
          ...waived.map(
            (one) =>
              `- ${stack}: \`${one.policy}\` of \`${nameOf(one.urn)}\` is waived: ${describeWaiver(one)}`,
          ),
        ]),
    ...(open.length === 0 ? [] : ["", `${stack} leaves open until \`up\`: ${open.join(", ")}.`]),
  ];
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  const line = (cells: readonly (string | number)[]) =>
    `| ${cells.map((cell) => cellText(String(cell))).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}

const cellText = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");
