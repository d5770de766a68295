/** SARIF 2.1.0, for code scanning. A resource has no line: it is told by its URN, and shown at the stack's file. */
import type { Log, ReportingDescriptor, Result } from "sarif";
import type { Violation } from "../evaluate";
import type { Eased } from "../levels";
import type { Rule, Severity } from "../rule";
import { createHash } from "node:crypto";
import { differenceText } from "../parity";
import { describeWaiver } from "../waiver";
import { nameOf, problemsOf, undeclared, type Report } from "./report";

/** What code scanning sorts by, from 0 to 10. */
const SCORE: Readonly<Record<Severity, string>> = { critical: "9.5", high: "8.0", medium: "5.5", low: "2.0" };

const LEVEL: Readonly<Record<Severity, "error" | "warning" | "note">> = {
  critical: "error",
  high: "error",
  medium: "warning",
  low: "note",
};

export function toSarif(report: Report, rules: readonly Rule[]): Log {
  const { stacks, eased } = report;
  const named = new Set(
    [...stacks.flatMap(({ violations, waived }) => [...violations, ...waived]), ...eased].map(
      ({ policy }) => policy,
    ),
  );
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: { name: "mainstay", rules: rules.filter(({ name }) => named.has(name)).map(descriptor) },
        },
        invocations: [{ executionSuccessful: true, ruleConfigurationOverrides: eased.map(override) }],
        results: numbered([
          ...stacks.flatMap(({ stack, violations, waived }) => [
            ...violations.map((one) => result(one, stack)),
            ...waived.map((one) => ({
              ...result(one, stack),
              suppressions: [
                {
                  kind: "external" as const,
                  status: "accepted" as const,
                  justification: describeWaiver(one),
                },
              ],
            })),
          ]),
          ...undeclared(report).map((one) =>
            error(
              "parity",
              differenceText(one),
              one.path,
              one.stack === undefined ? "policies/differences.ts" : `Pulumi.${one.stack}.yaml`,
            ),
          ),
          ...problemsOf(report).map(({ file, key, found, allowed }) =>
            error("configuration", `${key}: found ${found}; allowed: ${allowed}`, key, file),
          ),
        ]),
      },
    ],
  };
}

const descriptor = ({
  name,
  description,
  remediation,
  link,
  severity,
  frameworks,
}: Rule): ReportingDescriptor => ({
  id: name,
  shortDescription: { text: description },
  help: { text: remediation },
  helpUri: link,
  defaultConfiguration: { level: LEVEL[severity] },
  properties: {
    "security-severity": SCORE[severity],
    tags: ["security", ...frameworks.map((framework) => `${framework.name} ${framework.id}`)],
  },
});

const override = ({ policy, now }: Eased) => ({
  descriptor: { id: policy },
  configuration: { enabled: now !== "disabled", level: "note" as const },
});

const result = (
  { policy, severity, enforcement, urn, property, message }: Violation,
  stack: string,
): Result => ({
  ruleId: policy,
  level: enforcement === "advisory" ? "note" : LEVEL[severity],
  message: { text: `${nameOf(urn)}: ${message}` },
  locations: [location(`Pulumi.${stack}.yaml`, urn)],
  partialFingerprints: fingerprint(policy, urn, property ?? ""),
});

const error = (ruleId: string, text: string, what: string, file: string): Result => ({
  ruleId,
  level: "error",
  message: { text },
  locations: [location(file, what)],
  partialFingerprints: fingerprint(ruleId, what),
});

const location = (file: string, what: string) => ({
  physicalLocation: { artifactLocation: { uri: file }, region: { startLine: 1 } },
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
