/** SARIF 2.1.0, for code scanning. A resource has no line: it is told by its URN, and shown at the stack's file. */
import type { Log, Notification, ReportingDescriptor, Result } from "sarif";
import type { Violation, Waived } from "../evaluate";
import type { Eased } from "../levels";
import type { Rule, Severity } from "../rule";
import { createHash } from "node:crypto";
import { differenceText } from "../parity/compare";
import { unjudgedText } from "../unjudged";
import { describeWaiver, type WaiverProblem } from "../waiver";
import { bySeverity, nameOf, problemsOf, undecidableByPolicy, undeclared, type Report } from "./report";

/** Code scanning refuses a file with more results; of these it keeps 5,000. */
const MOST_RESULTS = 25_000;

/** What code scanning sorts by, from 0 to 10. */
const SCORE: Readonly<Record<Severity, string>> = { critical: "9.5", high: "8.0", medium: "5.5", low: "2.0" };

const LEVEL: Readonly<Record<Severity, "error" | "warning" | "note">> = {
  critical: "error",
  high: "error",
  medium: "warning",
  low: "note",
};

type Beside = readonly [description: string, remediation: string];

const MEND_WAIVER = "Correct the entry in policies/waivers.json, or remove it";

/** What is judged beside the rules. */
const BESIDE: Readonly<Record<`waiver-${WaiverProblem["kind"]}` | "configuration" | "parity", Beside>> = {
  configuration: ["What the project's files say is valid.", "Write what the message says is allowed"],
  parity: [
    "A stack is like the production it follows, but for what is declared.",
    "Make it alike, or declare the difference in policies/differences.ts with its reason",
  ],
  "waiver-expired": ["A waiver has not ended.", MEND_WAIVER],
  "waiver-malformed": ["A waiver says all that it has to.", MEND_WAIVER],
  "waiver-unused": ["A waiver waives something.", MEND_WAIVER],
  "waiver-too-broad": ["A waiver names the one resource it is about.", MEND_WAIVER],
  "waiver-too-long": ["A waiver lasts no longer than its rule's severity allows.", MEND_WAIVER],
};

/** @param rules all there are: code scanning wants the same ones described in every file, whatever was found */
export function toSarif(report: Report, rules: readonly Rule[]): Log {
  const results = resultsOf(report);
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "mainstay",
            rules: [...rules.map(descriptor), ...Object.entries(BESIDE).map(beside)],
          },
        },
        invocations: [
          {
            executionSuccessful: true,
            ruleConfigurationOverrides: report.eased.map(override),
            toolExecutionNotifications: [...notices(report), ...cutNotice(results.length)],
          },
        ],
        results: results.slice(0, MOST_RESULTS),
      },
    ],
  };
}

/** What is most severe first, and what is waived last: who takes only so many of them takes those. */
function resultsOf(report: Report): Result[] {
  const inStacks = <V extends Violation>(of: (stack: Report["stacks"][number]) => readonly V[]) =>
    report.stacks.flatMap((stack) => of(stack).map((one) => ({ ...one, stack: stack.stack })));
  return numbered([
    ...problemsOf(report).map(({ file, key, found, allowed }) =>
      error("configuration", `${key}: found ${found}; allowed: ${allowed}`, key, file),
    ),
    ...undeclared(report).map((one) =>
      error(
        "parity",
        differenceText(one),
        one.path,
        one.stack === undefined ? "policies/differences.ts" : fileOf(one.stack),
      ),
    ),
    ...bySeverity(inStacks(({ violations }) => violations)).map(result),
    ...bySeverity(inStacks(({ waived }) => waived)).map(suppressed),
  ]);
}

function notices({ stacks }: Report): Notification[] {
  return stacks.flatMap(({ stack, unjudged, undecidable }) => {
    const later = undecidableByPolicy(undecidable);
    return [
      ...(unjudged.length === 0
        ? []
        : [notice(`${stack}: no rule is about ${unjudgedText(unjudged)}`, stack)]),
      ...(later.length === 0 ? [] : [notice(`${stack}: undecidable until up: ${later.join(", ")}`, stack)]),
    ];
  });
}

const cutNotice = (count: number): Notification[] =>
  count > MOST_RESULTS ? [notice(`${count - MOST_RESULTS} results are left out`)] : [];

/** What is told of a run and stands against nothing. */
const notice = (text: string, stack?: string): Notification => ({
  level: "note",
  message: { text },
  ...(stack === undefined
    ? {}
    : { locations: [{ physicalLocation: { artifactLocation: { uri: fileOf(stack) } } }] }),
});

const descriptor = ({ link, frameworks, ...rule }: Rule): ReportingDescriptor => ({
  ...described(rule.name, rule.description, rule.remediation, rule.severity),
  helpUri: link,
  properties: {
    "security-severity": SCORE[rule.severity],
    tags: ["security", ...frameworks.map((framework) => `${framework.name} ${framework.id}`)],
  },
});

const beside = ([id, [description, remediation]]: [string, Beside]): ReportingDescriptor =>
  described(id, description, remediation, "high");

const described = (id: string, description: string, remediation: string, severity: Severity) => ({
  id,
  shortDescription: { text: description },
  fullDescription: { text: `${description} ${remediation}.` },
  help: { text: `${remediation}.` },
  defaultConfiguration: { level: LEVEL[severity] },
});

const override = ({ policy, now }: Eased) => ({
  descriptor: { id: policy },
  configuration: { enabled: now !== "disabled", level: "note" as const },
});

const result = ({
  policy,
  severity,
  enforcement,
  urn,
  property,
  message,
  stack,
}: Violation & { readonly stack: string }): Result => ({
  ruleId: policy,
  level: enforcement === "advisory" ? "note" : LEVEL[severity],
  message: { text: `${nameOf(urn)}: ${message}` },
  locations: [location(fileOf(stack), urn)],
  partialFingerprints: fingerprint(policy, urn, property ?? ""),
});

const suppressed = (one: Waived & { readonly stack: string }): Result => ({
  ...result(one),
  suppressions: [{ kind: "external", status: "accepted", justification: describeWaiver(one) }],
});

const error = (ruleId: keyof typeof BESIDE, text: string, what: string, file: string): Result => ({
  ruleId,
  level: "error",
  message: { text },
  locations: [location(file, what)],
  partialFingerprints: fingerprint(ruleId, file, what),
});

const fileOf = (stack: string) => `Pulumi.${stack}.yaml`;

const location = (file: string, what: string) => ({
  physicalLocation: {
    artifactLocation: { uri: file },
    region: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 2 },
  },
  logicalLocations: [{ fullyQualifiedName: what, kind: "resource" }],
});

/** By which code scanning knows an alert again. Its own is a hash of the line, which no resource has. */
const fingerprint = (...parts: readonly string[]) => ({
  primaryLocationLineHash: createHash("sha256").update(parts.join(" ")).digest("hex").slice(0, 16),
});

/** Tells those apart that one place has several of, such as two statements of a policy, as code scanning does lines. */
function numbered(results: readonly Result[]): Result[] {
  const seen = new Map<string, number>();
  return results.map((one) => {
    const hash = one.partialFingerprints?.primaryLocationLineHash ?? "";
    const count = (seen.get(hash) ?? 0) + 1;
    seen.set(hash, count);
    return { ...one, partialFingerprints: { primaryLocationLineHash: `${hash}:${count}` } };
  });
}
