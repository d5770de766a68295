/** JUnit's XML, which every pipeline can show: a suite per stack, a case per rule. */
import { easedText, type Eased } from "../levels";
import type { Rule } from "../rule";
import { differenceText } from "../parity";
import { describeWaiver } from "../waiver";
import { nameOf, problemsOf, undeclared, type Report, type StackVerdict } from "./report";

export function toJunit(report: Report, rules: readonly Rule[]): string {
  const problems = problemsOf(report).map(
    ({ file, key, found, allowed }) => `${file}: ${key}: found ${found}; allowed: ${allowed}`,
  );
  const suites = [
    suite("configuration", [element("configuration", problems, undefined)]),
    ...report.stacks.map((stack) => suite(stack.stack, cases(stack, rules, report.eased))),
    suite("parity", [element("parity", undeclared(report).map(differenceText), undefined)]),
  ];
  return [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<testsuites time="${report.seconds}">`,
    ...suites,
    "</testsuites>",
    "",
  ].join("\n");
}

/** The rules, and whatever else was found: waivers that do not hold. Those that do leave out what they waive. */
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
      ...waived
        .filter(({ policy }) => policy === name)
        .map((one) => `${nameOf(one.urn)} is waived: ${describeWaiver(one)}`),
      ...(later > 0 ? [`undecidable until up: ${later}`] : []),
    ];
    return element(name, failures, left.length > 0 ? left.join("; ") : undefined);
  });
}

function suite(name: string, elements: readonly string[]): string {
  const failures = elements.filter((one) => one.includes("<failure")).length;
  const head = `  <testsuite name="${escape(name)}" tests="${elements.length}" failures="${failures}">`;
  return [head, ...elements, "  </testsuite>"].join("\n");
}

function element(name: string, failures: readonly string[], skipped: string | undefined): string {
  const inner =
    failures.length > 0
      ? `<failure message="${failures.length} violations">${escape(failures.join("\n"))}</failure>`
      : skipped === undefined
        ? ""
        : `<skipped message="${escape(skipped)}"/>`;
  return `    <testcase classname="policies" name="${escape(name)}">${inner}</testcase>`;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

const escape = (text: string) => text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
