/** What people read at a terminal: the most severe first, with what to do about it. */
import { easedText, type Eased } from "../../policies/levels";
import { differenceText } from "../../policies/parity/compare";
import {
  bySeverity,
  changedResources,
  countViolations,
  nameOf,
  undecidableByPolicy,
  undeclared,
  type Report,
  type StackChanges,
  type StackVerdict,
  type Undecidable,
} from "../../policies/reports/report";
import type { Severity } from "../../policies/rule";
import { unjudgedText } from "../../policies/unjudged";
import { describeWaiver } from "../../policies/waiver";
import type { Paint, Style } from "../terminal";
import { plural } from "../text";
import type { Verdict } from "./verdict";

const STYLES: Readonly<Record<Severity, readonly Style[]>> = {
  critical: ["bold", "red"],
  high: ["red"],
  medium: ["yellow"],
  low: ["blue"],
};

export function renderReport(report: Report, paint: Paint): string[] {
  const { rules, stacks, eased, seconds, changes = [] } = report;
  const judgedBy = rules === 0 ? "no rules installed" : plural(rules, "rule");
  const judged = stacks.length === 0 ? "no stack was judged" : judgedBy;
  return [
    ...stacks.flatMap((stack) => [
      headline(stack, paint),
      ...renderVerdict(stack, paint),
      ...unjudgedLines(stack, paint),
    ]),
    ...(rules === 0 ? [] : parityLines(report, paint)),
    ...renderEased(eased, paint),
    ...changes.flatMap((one) => changeLines(one, paint)),
    paint("dim", `${judged}, in ${seconds.toFixed(1)} s`),
  ];
}

/** Rules that judge less than they were written to. */
export const renderEased = (eased: readonly Eased[], paint: Paint): string[] =>
  eased.map((one) => paint("yellow", `eased: ${easedText(one)}`));

function headline(stack: StackVerdict, paint: Paint): string {
  const { mandatory, advisory } = countViolations(stack);
  const counts = [
    `violations ${mandatory}`,
    ...(advisory > 0 ? [`advisory ${advisory}`] : []),
    ...(stack.waived.length > 0 ? [`waived ${stack.waived.length}`] : []),
  ];
  const text = `${stack.stack}: ${stack.resources} resources, ${counts.join(", ")}`;
  return paint(mandatory === 0 ? "green" : "red", text);
}

/** Labels begin every line, and have the width of the longest. */
const LABEL = "undecidable".length;
const INDENT = " ".repeat(2 + LABEL + 1);

/** All that was found of one stack, without its name. */
export function renderVerdict(
  { violations, waived, undecidable, remediated }: Verdict,
  paint: Paint,
): string[] {
  const severe = (severity: Severity) =>
    STYLES[severity].reduceRight((text, style) => paint(style, text), severity.padEnd(LABEL));
  const aside = (label: string, text: string) => `  ${paint("dim", label.padEnd(LABEL))} ${text}`;
  return [
    ...bySeverity(violations).flatMap(({ severity, enforcement, policy, urn, message }) => [
      `  ${severe(severity)} ${policy} ${nameOf(urn)}${enforcement === "advisory" ? " (advisory)" : ""}`,
      `${INDENT}${message}`,
    ]),
    ...remediated.map(({ policy, urn, message }) =>
      aside("remediated", `${policy} ${nameOf(urn)}: ${message} at up`),
    ),
    ...waived.map((one) => aside("waived", `${one.policy} ${nameOf(one.urn)}: ${describeWaiver(one)}`)),
    ...undecidableLines(undecidable).map((line) => aside("undecidable", line)),
  ];
}

/** What passes because no rule is about it. */
const unjudgedLines = ({ unjudged }: StackVerdict, paint: Paint): string[] =>
  unjudged.length === 0
    ? []
    : [`  ${paint("yellow", "no rule".padEnd(LABEL))} is about ${unjudgedText(unjudged)}`];

/** A place in a file can be looked up by people; of what only `up` can tell its number is enough. */
function undecidableLines(undecidable: readonly Undecidable[]): string[] {
  const later = undecidable.filter(({ urn }) => urn !== undefined);
  const counts = undecidableByPolicy(later);
  return [
    ...undecidable
      .filter(({ urn }) => urn === undefined)
      .map(({ policy, key, message }) => `${policy} ${key ?? ""}: ${message}`),
    ...(counts.length > 0 ? [`${plural(later.length, "check")} until up: ${counts.join(", ")}`] : []),
  ];
}

function parityLines(report: Report, paint: Paint): string[] {
  const { differences } = report;
  if (differences === undefined) return [paint("dim", "parity: no stack was compared with production")];
  const forbidden = undeclared(report);
  const undecidable = differences.filter((one) => one.open).length;
  const declared = differences.length - forbidden.length - undecidable;
  const later = undecidable === 0 ? "" : `, undecidable until up ${undecidable}`;
  const head = `parity: differences not declared ${forbidden.length}, declared ${declared}${later}`;
  return [
    paint(forbidden.length === 0 ? "green" : "red", head),
    ...forbidden.map((one) => `  ${differenceText(one)}`),
  ];
}

/** Resources named for each stack; whoever wants more of them asks for Markdown or JSON. */
const MOST_NAMED = 10;

function changeLines(changes: StackChanges, paint: Paint): string[] {
  const counted = changedResources(changes);
  const all = Object.entries(counted).flatMap(([how, urns]) => urns.map((urn) => [how, urn] as const));
  const counts = Object.entries(counted).map(([how, urns]) => `${how} ${urns.length}`);
  const left = all.length - MOST_NAMED;
  return [
    `changes of ${changes.stack}: ${all.length === 0 ? "none" : counts.join(", ")}`,
    ...all.slice(0, MOST_NAMED).map(([how, urn]) => `  ${paint("dim", how.padEnd(LABEL))} ${nameOf(urn)}`),
    ...(left > 0 ? [`  … and ${left} more`] : []),
  ];
}
