import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { toJson } from "../../policies/reports/json";
import { toJunit } from "../../policies/reports/junit";
import { MARKER, toMarkdown } from "../../policies/reports/markdown";
import { isClean, type Report } from "../../policies/reports/report";
import { rulesPage } from "../../policies/reports/rules-page";
import { toSarif } from "../../policies/reports/sarif";
import { RULES, TOPICS } from "../../policies/rules";
import { clean, one, report } from "./support/report";

describe("JSON", () => {
  it("has the shape the command promises", () => {
    const { stacks, eased, parity, seconds } = toJson(report);
    expect(eased).toEqual(report.eased);
    expect(Object.keys(stacks[0] ?? {})).toEqual([
      "stack",
      "resources",
      "violations",
      "waived",
      "undecidable",
      "remediated",
      "unjudged",
    ]);
    expect(stacks[0]?.unjudged).toBe(report.stacks[0]?.unjudged);
    expect(stacks[0]?.violations[0]).toMatchObject({
      policy: "s3-no-public-acl",
      severity: "critical",
      enforcement: "mandatory",
    });
    expect(parity?.differences).toBe(report.differences);
    expect(seconds).toBe(0.4);
  });

  it("does not say that there is no difference where nothing was compared", () => {
    expect(toJson({ ...clean, differences: [] }).parity).toEqual({ differences: [] });
    expect(toJson({ ...clean, differences: undefined }).parity).toBeNull();
  });
});

const WAIVER = "built on the host, and never pulled (platform team, until 2026-08-01)";
/** The report's violations, and each once more: of another statement of the same policy, say. */
const twice: Report = {
  ...report,
  stacks: report.stacks.map((stack) => ({
    ...stack,
    violations: stack.violations.flatMap((violation) => [violation, violation]),
  })),
};

describe("SARIF", () => {
  const [run] = toSarif(report, RULES).runs;
  const results = run?.results ?? [];

  it("describes every rule, whatever it found", () => {
    const described = run?.tool.driver.rules ?? [];
    expect(described.slice(0, RULES.length).map(({ id }) => id)).toEqual(RULES.map(({ name }) => name));
    expect(toSarif(clean, RULES).runs[0]?.tool).toEqual(run?.tool);
    expect(described.find(({ id }) => id === "kms-rotation")).toEqual({
      id: "kms-rotation",
      shortDescription: { text: "A key is replaced every year by itself." },
      fullDescription: { text: "A key is replaced every year by itself. Set enableKeyRotation: true." },
      help: { text: "Set enableKeyRotation: true." },
      helpUri: "https://docs.aws.amazon.com/securityhub/latest/userguide/kms-controls.html#kms-4",
      defaultConfiguration: { level: "warning" },
      properties: {
        "security-severity": "5.5",
        tags: ["security", "AWS FSBP KMS.4", "cdk-nag KMS5", "Checkov CKV_AWS_7", "Trivy AWS-0065"],
      },
    });
  });

  it("tells a violation with its resource, at the file of its stack", () => {
    const urn = one.resources.find(({ name }) => name === "bucket")?.urn ?? "";
    expect(results.find(({ ruleId }) => ruleId === "s3-no-public-acl")).toEqual({
      ruleId: "s3-no-public-acl",
      level: "error",
      message: {
        text: 'bucket: acl is "public-read"; allowed: private or log-delivery-write or bucket-owner-full-control, or not set. Remove acl, grants and accessControlPolicy; say in a policy who may read.',
      },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: "Pulumi.prod.yaml" },
            region: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 2 },
          },
          logicalLocations: [{ fullyQualifiedName: urn, kind: "resource" }],
        },
      ],
      partialFingerprints: { primaryLocationLineHash: expect.stringMatching(/^[0-9a-f]{16}:1$/) as string },
    });
  });

  it("knows an alert again by its rule and place, whatever it says", () => {
    const hashes = (of: Report) =>
      toSarif(of, RULES).runs[0]?.results?.map(({ partialFingerprints }) => partialFingerprints);
    const reworded: Report = {
      ...report,
      stacks: report.stacks.map((stack) => ({
        ...stack,
        violations: stack.violations.map((violation) => ({ ...violation, message: "said otherwise" })),
      })),
    };
    expect(hashes(reworded)).toEqual(hashes(report));
    for (const of of [report, twice]) {
      const all = hashes(of)?.map((one) => JSON.stringify(one)) ?? [];
      expect(new Set(all).size).toBe(all.length);
    }
  });

  it("tells which rules the project has made less strict, what no rule is about, and what is yet to be told", () => {
    const locations = [{ physicalLocation: { artifactLocation: { uri: "Pulumi.prod.yaml" } } }];
    const [told] = run?.invocations ?? [];
    expect(told?.executionSuccessful).toBe(true);
    expect(told?.ruleConfigurationOverrides).toEqual([
      { descriptor: { id: "rds-cmk" }, configuration: { enabled: false, level: "note" } },
    ]);
    expect(told?.toolExecutionNotifications).toEqual([
      {
        level: "note",
        message: {
          text: "prod: no rule is about aws:efs/fileSystem:FileSystem (2), docker:index/plugin:Plugin (1)",
        },
        locations,
      },
      {
        level: "note",
        message: { text: "prod: undecidable until up: configuration (1), log-cmk (1: kmsKeyId)" },
        locations,
      },
    ]);
    expect(toSarif(clean, RULES).runs[0]?.invocations?.[0]?.toolExecutionNotifications).toEqual([]);
  });

  it("shows what is not valid or differs first, as an error in its file, and what is waived last, as suppressed", () => {
    expect(
      results.map(({ ruleId, level, locations, suppressions }) => [
        ruleId,
        level,
        locations?.[0]?.physicalLocation?.artifactLocation?.uri,
        suppressions,
      ]),
    ).toEqual([
      ["configuration", "error", "Pulumi.staging.yaml", undefined],
      ["parity", "error", "Pulumi.staging.yaml", undefined],
      ["s3-no-public-acl", "error", "Pulumi.prod.yaml", undefined],
      ["log-retention", "warning", "Pulumi.prod.yaml", undefined],
      [
        "dk-image-pinned",
        "warning",
        "Pulumi.prod.yaml",
        [{ kind: "external", status: "accepted", justification: WAIVER }],
      ],
    ]);
  });
});

describe("JUnit", () => {
  it("has a case for each rule and escapes what it quotes", () => {
    const xml = toJunit(report, RULES);
    expect(xml.match(/<testcase /g)).toHaveLength(RULES.length + 2);
    expect(xml).toContain(
      `<testsuite name="prod" tests="${RULES.length}" failures="2" errors="0" skipped="3">`,
    );
    expect(xml).toContain(
      "    <system-out>no rule is about aws:efs/fileSystem:FileSystem (2), docker:index/plugin:Plugin (1)</system-out>\n  </testsuite>",
    );
    expect(toJunit(clean, RULES)).not.toContain("no rule is about");
    expect(xml).toContain("acl is &quot;public-read&quot;");
    expect(xml).toContain(
      '<skipped message="rds-cmk is disabled; its own level is mandatory: because (owner, until then)"/>',
    );
    expect(xml).toContain('<skipped message="undecidable until up: 1"/>');
    expect(xml).toContain(`<skipped message="image is waived: ${WAIVER}"/>`);
  });

  it("leaves the comparison out where nothing was compared", () => {
    const skipped = '<skipped message="no stack was compared with production"/>';
    expect(toJunit({ ...clean, differences: undefined }, RULES)).toContain(skipped);
    expect(toJunit({ ...clean, differences: [] }, RULES)).not.toContain(skipped);
  });

  it("tells of waivers and advice beside what failed", () => {
    const [prod] = report.stacks;
    const failure = prod?.violations.find(({ policy }) => policy === "s3-no-public-acl");
    if (!prod || !failure) throw new Error("the report has no failure");
    const reasons = { reason: "r", owner: "o", until: "2026-08-01" };
    const both = {
      ...prod,
      violations: [failure, { ...failure, enforcement: "advisory" as const, message: "so be it" }],
      waived: [{ ...failure, ...reasons }],
    };
    const xml = toJunit({ ...report, stacks: [both] }, RULES);
    expect(xml).toContain(
      `</failure><system-out>advisory: bucket: so be it\nbucket is waived: r (o, until 2026-08-01)</system-out>`,
    );
    expect(xml.split("</failure><system-out>")).toHaveLength(2);
  });
});

describe("Markdown", () => {
  it("is one comment that can be found again, with tables that hold", () => {
    const text = toMarkdown(report);
    expect(text.startsWith(`${MARKER}\n## ❌ Policies broken`)).toBe(true);
    expect(text).toContain("| prod | 3 | 2 | 0 | 1 | 1 | 2 |");
    expect(text).toContain('| Pulumi.staging.yaml | `mainstay:scale.domain` | "X" | a name |');
    expect(text).toContain(
      "- prod: `kms-rotation` of `key` is remediated at `up`: enableKeyRotation is not set, and becomes true",
    );
    expect(text).toContain(
      "\n\nNo rule is about, in prod: aws:efs/fileSystem:FileSystem (2), docker:index/plugin:Plugin (1).\n",
    );
    expect(text).toContain("| staging | `a/image` | x\\|y | nothing |");
    expect(text).toContain(
      "\n- rds-cmk is disabled; its own level is mandatory: because (owner, until then)\n",
    );
  });

  it("tells what changes, with its values", () => {
    const text = toMarkdown(report);
    expect(text).toContain(
      "<summary>prod: 1 resources added, 0 removed, 1 changed</summary>\n\n" +
        "| Resource | Input | Before | After |\n| --- | --- | --- | --- |\n" +
        '| `new` | the resource |  | `t` |\n| `old` | `a[0]` | `a\\|b` | `["c"]` |\n',
    );
    expect(toMarkdown({ ...clean, changes: [] })).toContain("No stack declares anything else than before.");
    const many = Array.from({ length: 50 }, (_, index) => ({
      urn: `urn:pulumi:prod::p::t::${index}`,
      path: "inputs.a",
      left: 1,
      right: 2,
    }));
    expect(toMarkdown({ ...clean, changes: [{ stack: "prod", differences: many }] })).toContain(
      "… and 10 more.",
    );
  });

  it("keeps a text from a file in its line", () => {
    const [prod] = report.stacks;
    const [waived] = prod?.waived ?? [];
    if (!prod || !waived) throw new Error("nothing is waived");
    const text = toMarkdown({
      ...clean,
      stacks: [{ ...prod, waived: [{ ...waived, reason: "no reason\n\n# at all" }] }],
    });
    expect(text).toContain("is waived: no reason # at all (platform team, until 2026-08-01)\n");
  });

  it("says so when nothing stands against it", () => {
    expect(isClean(clean)).toBe(true);
    expect(toMarkdown(clean)).toContain("## ✅ Policies kept");
  });
});

describe("the page of rules", () => {
  it("is current: npm run generate writes it", () => {
    expect(readFileSync(join(__dirname, "../../policies/rules.md"), "utf8")).toBe(rulesPage(TOPICS));
  });
});
