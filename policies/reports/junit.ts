/** JUnit's XML, which every pipeline can show: a suite per stack, a case per rule. */
import { easedText, type Eased } from "../levels";
import type { Rule } from "../rule";
import { differenceText } from "../parity/compare";
import { unjudgedText } from "../unjudged";
import { describeWaiver } from "../waiver";
import { nameOf, problemsOf, undeclared, type Report, type StackVerdict } from "./report";

export function toJunit(report: Report, rules: readonly Rule[]): string {
  const problems = problemsOf(report).map(
    ({ file, key, found, allowed }) => `${file}: ${key}: found ${found}; allowed: ${allowed}`,
  );
  const suites = [
    suite("configuration", [element("configuration", problems)]),
    ...report.stacks.map((stack) =>
      suite(
        stack.stack,
        cases(stack, rules, report.eased),
        stack.unjudged.length === 0 ? [] : [`no rule is about ${unjudgedText(stack.unjudged)}`],
      ),
    ),
    suite("parity", [
      element(
        "parity",
        undeclared(report).map(differenceText),
        report.differences === undefined ? ["no stack was compared with production"] : [],
      ),
    ]),
  ];
  return [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<testsuites time="${report.seconds}">`,
    ...suites,
    "</testsuites>",
    "",
  ].join("\n");
}

/** The rules, and whatever else was found: waivers that do not hold. What stops nobody stands beside it. */
function cases(
  { violations, waived, undecidable }: StackVerdict,
  rules: readonly Rule[],
  eased: readonly Eased[],
): string[] {
  const names = new Set([...rules.map(({ name }) => name), ...violations.map(({ policy }) => policy)]);
  return [...names].map((name) => {
    const failures = violations
      .filter(({ policy, enforcement }) => policy === name && enforcement === "mandatory")
      .map(({ urn, message }) => `${nameOf(urn)}: ${message}`);
    const later = undecidable.filter(({ policy }) => policy === name).length;
    const left = [
      ...eased.filter(({ policy }) => policy === name).map(easedText),
      ...violations
        .filter(({ policy, enforcement }) => policy === name && enforcement === "advisory")
        .map(({ urn, message }) => `advisory: ${nameOf(urn)}: ${message}`),
      ...waived
        .filter(({ policy }) => policy === name)
        .map((one) => `${nameOf(one.urn)} is waived: ${describeWaiver(one)}`),
      ...(later > 0 ? [`undecidable until up: ${later}`] : []),
    ];
    return element(name, failures, left);
  });
}

function suite(name: string, elements: readonly string[], notes: readonly string[] = []): string {
  const having = (tag: string) => elements.filter((one) => one.includes(tag)).length;
  const counts = `tests="${elements.length}" failures="${having("<failure")}" errors="0" skipped="${having("<skipped")}"`;
  return [
    `  <testsuite name="${escape(name)}" ${counts}>`,
    ...elements,
    ...notes.map((note) => `    <system-out>${escape(note)}</system-out>`),
    "  </testsuite>",
  ].join("\n");
}

/** A case that failed says what else is known of it as its output; any other is left out for that. */
function element(name: string, failures: readonly string[], left: readonly string[] = []): string {
  const inner =
    failures.length > 0
      ? `<failure message="${failures.length} violations">${escape(failures.join("\n"))}</failure>` +
        (left.length > 0 ? `<system-out>${escape(left.join("\n"))}</system-out>` : "")
      : left.length > 0
        ? `<skipped message="${escape(left.join("; "))}"/>`
        : "";
  return `    <testcase classname="policies" name="${escape(name)}">${inner}</testcase>`;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Characters no XML may have, not even escaped. */
const FORBIDDEN = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

const escape = (text: string) =>
  text.replace(FORBIDDEN, "\uFFFD").replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
