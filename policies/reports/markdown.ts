/** A comment of a pull request: what stands against it, and what to do. */
import { easedText } from "../levels";
import { told } from "../parity/compare";
import { unjudgedText } from "../unjudged";
import { describeWaiver } from "../waiver";
import { changesSection } from "./changes";
import {
  bySeverity,
  countViolations,
  isClean,
  nameOf,
  undecidableByPolicy,
  problemsOf,
  undeclared,
  type Report,
  type StackVerdict,
} from "./report";
import { oneLine, table } from "./table";

/** Tells the comment to be kept up to date from those of people. */
export const MARKER = "<!-- mainstay policies -->";

export function toMarkdown(report: Report): string {
  return [
    MARKER,
    `## ${isClean(report) ? "✅ Policies kept" : "❌ Policies broken"}`,
    ...problemsSection(report),
    "",
    ...table(
      ["Stack", "Resources", "Violations", "Advisory", "Waived", "Remediated", "Undecidable"],
      report.stacks.map((one) => {
        const { mandatory, advisory } = countViolations(one);
        const { stack, resources, waived, remediated, undecidable } = one;
        return [stack, resources, mandatory, advisory, waived.length, remediated.length, undecidable.length];
      }),
    ),
    ...report.stacks.flatMap(stackSection),
    ...paritySection(report),
    ...easedSection(report),
    ...changesSection(report),
    "",
    closing(report),
    "",
  ].join("\n");
}

function closing({ rules, differences, seconds }: Report): string {
  const declared = (differences ?? []).filter(({ allowed, open }) => allowed && !open).length;
  const parity =
    differences === undefined
      ? "No stack was compared with production."
      : `${declared} differences from production are declared.`;
  return `${rules} rules. ${parity} Judged in ${seconds.toFixed(1)} s.`;
}

function problemsSection(report: Report): string[] {
  const problems = problemsOf(report);
  if (problems.length === 0) return [];
  return [
    "",
    "### The configuration is not valid",
    "",
    ...table(
      ["File", "Key", "Found", "Allowed"],
      problems.map(({ file, key, found, allowed }) => [file, `\`${key}\``, found, allowed]),
    ),
  ];
}

function paritySection(report: Report): string[] {
  const differences = undeclared(report);
  if (differences.length === 0) return [];
  return [
    "",
    "### Not like production",
    "",
    ...table(
      ["Stack", "Setting", "There", "In production"],
      differences.map(({ stack, path, left, right, reason }) => [
        stack ?? "",
        `\`${path}\``,
        reason ?? told(left),
        reason === undefined ? told(right) : "",
      ]),
    ),
  ];
}

function easedSection({ eased }: Report): string[] {
  if (eased.length === 0) return [];
  return [
    "",
    "### Rules made less strict in `policies/enforcement.json`",
    "",
    ...eased.map((one) => `- ${oneLine(easedText(one))}`),
  ];
}

function stackSection(verdict: StackVerdict): string[] {
  const { stack, violations, waived, undecidable, remediated, unjudged } = verdict;
  const later = undecidableByPolicy(undecidable);
  const aside = (one: { policy: string; urn: string }) =>
    `- ${stack}: \`${one.policy}\` of \`${nameOf(one.urn)}\``;
  const notes = [
    ...remediated.map((one) => `${aside(one)} is remediated at \`up\`: ${oneLine(one.message)}`),
    ...waived.map((one) => `${aside(one)} is waived: ${oneLine(describeWaiver(one))}`),
  ];
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
    ...(notes.length === 0 ? [] : ["", ...notes]),
    ...(later.length === 0 ? [] : ["", `Undecidable until \`up\` of ${stack}: ${later.join(", ")}.`]),
    ...(unjudged.length === 0 ? [] : ["", `No rule is about, in ${stack}: ${unjudgedText(unjudged)}.`]),
  ];
}
