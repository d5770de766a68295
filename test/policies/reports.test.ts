import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { evaluate } from "../../policies/evaluate";
import { toJson } from "../../policies/reports/json";
import { toJunit } from "../../policies/reports/junit";
import { MARKER, toMarkdown } from "../../policies/reports/markdown";
import { isClean, type Report } from "../../policies/reports/report";
import { rulesPage } from "../../policies/reports/rules-page";
import { toSarif } from "../../policies/reports/sarif";
import { toTerminal } from "../../policies/reports/terminal";
import { RULES, TOPICS } from "../../policies/rules";
import { graph, TODAY } from "./support/graphs";

const one = graph({
  bucket: { type: "s3/bucketAcl", inputs: { acl: "public-read" } },
  image: { type: "docker:remoteImage", inputs: { name: "app:1.0.0" } },
  group: { type: "cloudwatch/logGroup", inputs: { retentionInDays: 7, kmsKeyId: "[unknown]" } },
});
const image = one.resources.find(({ name }) => name === "image")?.urn;
const waivers = [
  {
    rule: "dk-image-pinned",
    resource: image,
    reason: "built on the host, and never pulled",
    owner: "platform team",
    granted: "2026-05-01",
    until: "2026-08-01",
  },
];
const verdict = evaluate(one, RULES, { production: true, today: TODAY, waivers });

const report: Report = {
  stacks: [{ stack: "prod", resources: 3, ...verdict }],
  differences: [
    { path: "a/memory", left: 1, right: 2, allowed: true, reason: "smaller" },
    { path: "a/image", left: "x|y", right: undefined, allowed: false },
  ],
  seconds: 0.4,
};
const clean: Report = {
  stacks: [{ stack: "prod", resources: 0, violations: [], undecidable: [], waived: [], remediated: [] }],
  differences: [],
  seconds: 0,
};

describe("the terminal", () => {
  it("says the most severe first, what to do, what is waived and what is open", () => {
    expect(toTerminal(report, false)).toEqual([
      "prod: 3 resources, 2 violations, 0 advices",
      "  critical s3-no-public-acl bucket",
      '           acl is "public-read"; allowed: private or log-delivery-write or bucket-owner-full-control, or not set. Remove acl; say in a policy who may read.',
      "  medium   log-retention group",
      "           retentionInDays is 7; allowed: 30 or more. Set retentionInDays to 30 or more.",
      "  waived   dk-image-pinned image: built on the host, and never pulled (platform team, until 2026-08-01)",
      "  1 checks hang on what only up can tell: log-cmk (1)",
      "parity: 1 differences that are not declared, 1 that are",
      "  a/image",
      "           x|y, and in production nothing",
      "in 0.4 s",
    ]);
  });

  it("is coloured only where it is told to be", () => {
    expect(toTerminal(report, true).join("")).toContain("\u001b[1;31mcritical");
    expect(toTerminal(report, false).join("")).not.toContain("\u001b");
  });
});

describe("JSON", () => {
  it("has the shape the command promises", () => {
    const { stacks, parity, seconds } = toJson(report);
    expect(Object.keys(stacks[0] ?? {})).toEqual([
      "stack",
      "resources",
      "violations",
      "waived",
      "undecidable",
    ]);
    expect(stacks[0]?.violations[0]).toMatchObject({
      policy: "s3-no-public-acl",
      severity: "critical",
      enforcement: "mandatory",
    });
    expect(parity.differences).toBe(report.differences);
    expect(seconds).toBe(0.4);
  });
});

describe("SARIF", () => {
  const [run] = toSarif(report, RULES).runs;

  it("describes each rule it names", () => {
    const described = new Set(run?.tool.driver.rules.map(({ id }) => id));
    const named = run?.results.map(({ ruleId }) => ruleId).filter((id) => id !== "parity") ?? [];
    expect(named.filter((id) => !described.has(id))).toEqual([]);
    expect(run?.tool.driver.rules[0]?.properties["security-severity"]).toMatch(/^\d\.\d$/);
  });

  it("shows what is waived as suppressed, and what differs as an error", () => {
    expect(run?.results.filter((result) => "suppressions" in result)).toHaveLength(1);
    expect(run?.results.at(-1)).toMatchObject({ ruleId: "parity", level: "error" });
  });
});

describe("JUnit", () => {
  it("has a case for each rule and escapes what it quotes", () => {
    const xml = toJunit(report, RULES);
    expect(xml.match(/<testcase /g)).toHaveLength(RULES.length + 1);
    expect(xml).toContain(`<testsuite name="prod" tests="${RULES.length}" failures="2">`);
    expect(xml).toContain("acl is &quot;public-read&quot;");
    expect(xml).toContain('<skipped message="1 checks hang on what only up can tell"/>');
  });
});

describe("Markdown", () => {
  it("is one comment that can be found again, with tables that hold", () => {
    const text = toMarkdown(report);
    expect(text.startsWith(`${MARKER}\n## ❌ Policies broken`)).toBe(true);
    expect(text).toContain("| prod | 3 | 2 | 0 | 1 | 1 |");
    expect(text).toContain("| `a/image` | x\\|y | nothing |");
  });

  it("says so when nothing stands against it", () => {
    expect(isClean(clean)).toBe(true);
    expect(toMarkdown(clean)).toContain("## ✅ Policies kept");
  });
});

describe("the page of rules", () => {
  it("is current: npx tsx policies/write-rules-page.ts writes it", () => {
    expect(readFileSync(join(__dirname, "../../policies/rules.md"), "utf8")).toBe(rulesPage(TOPICS));
  });
});
