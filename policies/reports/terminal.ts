/** What people read at a terminal: the most severe first, with what to do about it. */
import { easedText, type Eased } from "../levels";
import { differenceText } from "../parity";
import type { Severity } from "../rule";
import { describeWaiver } from "../waiver";
import {
  bySeverity,
  countViolations,
  nameOf,
  openByPolicy,
  undeclared,
  type Open,
  type Report,
  type StackVerdict,
} from "./report";

const COLOURS: Readonly<Record<Severity | "good" | "dim", string>> = {
  critical: "1;31",
  high: "31",
  medium: "33",
  low: "36",
  good: "32",
  dim: "2",
};

type Paint = (colour: keyof typeof COLOURS, text: string) => string;

const painter =
  (colours: boolean): Paint =>
  (colour, text) =>
    colours ? `\u001b[${COLOURS[colour]}m${text}\u001b[0m` : text;

/** @param colours whether the lines go to a terminal, and not into a file */
export function toTerminal(report: Report, colours: boolean): string[] {
  const paint = painter(colours);
  const rules = report.rules === 0 ? "no rules installed" : `${report.rules} rules`;
  return [
    ...report.stacks.flatMap((stack) => [headline(stack, paint), ...verdictLines(stack, colours)]),
    ...(report.rules === 0 ? [] : parityLines(report, paint)),
    ...easedLines(report.eased, colours),
    paint("dim", `${rules}, in ${report.seconds.toFixed(1)} s`),
  ];
}

/** Rules that judge less than they were written to. */
export const easedLines = (eased: readonly Eased[], colours: boolean): string[] =>
  eased.map((one) => painter(colours)("medium", `eased: ${easedText(one)}`));

function headline(stack: StackVerdict, paint: Paint): string {
  const { mandatory, advisory } = countViolations(stack);
  const counts = [
    `violations ${mandatory}`,
    ...(advisory > 0 ? [`advices ${advisory}`] : []),
    ...(stack.waived.length > 0 ? [`waived ${stack.waived.length}`] : []),
  ];
  const text = `${stack.stack}: ${stack.resources} resources, ${counts.join(", ")}`;
  return mandatory === 0 ? paint("good", text) : paint("high", text);
}

const INDENT = " ".repeat(11);

/** All that was found of one stack, without its name. */
export function verdictLines(
  { violations, waived, undecidable, remediated }: Omit<StackVerdict, "stack" | "resources">,
  colours: boolean,
): string[] {
  const paint = painter(colours);
  const aside = (label: string, text: string) => `  ${paint("dim", label.padEnd(8))} ${text}`;
  return [
    ...bySeverity(violations).flatMap(({ severity, enforcement, policy, urn, message }) => [
      `  ${paint(severity, severity.padEnd(8))} ${policy} ${nameOf(urn)}${enforcement === "advisory" ? " (advice)" : ""}`,
      `${INDENT}${message}`,
    ]),
    ...remediated.map(({ policy, urn, message }) =>
      aside("mended", `${policy} ${nameOf(urn)}: ${message} at up`),
    ),
    ...waived.map((one) => aside("waived", `${one.policy} ${nameOf(one.urn)}: ${describeWaiver(one)}`)),
    ...openLines(undecidable).map((line) => aside("open", line)),
  ];
}

/** A place in a file can be looked up by people; of what only `up` can tell its number is enough. */
function openLines(undecidable: readonly Open[]): string[] {
  const later = undecidable.filter(({ urn }) => urn !== undefined);
  const counts = openByPolicy(later);
  return [
    ...undecidable
      .filter(({ urn }) => urn === undefined)
      .map(({ policy, key, message }) => `${policy} ${key ?? ""}: ${message}`),
    ...(counts.length > 0
      ? [`${later.length} checks hang on what only up can tell: ${counts.join(", ")}`]
      : []),
  ];
}

function parityLines(report: Report, paint: Paint): string[] {
  const { differences } = report;
  if (differences === undefined) return [paint("dim", "parity: no stack was judged beside production")];
  const forbidden = undeclared(report);
  const open = differences.filter((one) => one.open).length;
  const declared = differences.length - forbidden.length - open;
  const later = open === 0 ? "" : `, settings only up can tell ${open}`;
  const head = `parity: differences not declared ${forbidden.length}, declared ${declared}${later}`;
  return [
    forbidden.length === 0 ? paint("good", head) : paint("high", head),
    ...forbidden.map((one) => `  ${differenceText(one)}`),
  ];
}
