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

const mended = {
  policy: "kms-rotation",
  severity: "medium",
  urn: "urn:pulumi:test::mainstay::aws:kms/key:Key::key",
  property: "enableKeyRotation",
  message: "enableKeyRotation is not set, and becomes true",
} as const;
const encrypted = {
  policy: "configuration",
  file: "Pulumi.prod.yaml",
  key: "mainstay:secrets.X",
  message: "it is encrypted here",
};
const report: Report = {
  rules: RULES.length,
  eased: [{ policy: "rds-cmk", own: "mandatory", now: "disabled", why: "because (owner, until then)" }],
  stacks: [
    {
      stack: "prod",
      resources: 3,
      ...verdict,
      remediated: [mended],
      undecidable: [encrypted, ...verdict.undecidable],
    },
  ],
  invalid: [
    {
      stack: "staging",
      problems: [
        { file: "Pulumi.staging.yaml", key: "mainstay:scale.domain", found: '"X"', allowed: "a name" },
      ],
    },
  ],
  changes: [
    {
      stack: "prod",
      differences: [
        { urn: "urn:pulumi:prod::p::t::new", path: "", left: undefined, right: "t" },
        { urn: "urn:pulumi:prod::p::t::old", path: "inputs.a[0]", left: "a|b", right: ["c"] },
      ],
    },
  ],
  differences: [
    { path: "a/memory", left: 1, right: 2, allowed: true, reason: "smaller" },
    { stack: "staging", path: "a/image", left: "x|y", right: undefined, allowed: false },
  ],
  seconds: 0.4,
};
const clean: Report = {
  rules: RULES.length,
  eased: [],
  invalid: [],
  stacks: [{ stack: "prod", resources: 0, violations: [], undecidable: [], waived: [], remediated: [] }],
  differences: [],
  seconds: 0,
};

describe("the terminal", () => {
  it("says the most severe first, what to do, what is waived and what is open", () => {
    expect(toTerminal(report, false)).toEqual([
      "prod: 3 resources, violations 2, waived 1",
      "  critical s3-no-public-acl bucket",
      '           acl is "public-read"; allowed: private or log-delivery-write or bucket-owner-full-control, or not set. Remove acl; say in a policy who may read.',
      "  medium   log-retention group",
      "           retentionInDays is 7; allowed: 30 or more. Set retentionInDays to 30 or more.",
      "  mended   kms-rotation key: enableKeyRotation is not set, and becomes true at up",
      "  waived   dk-image-pinned image: built on the host, and never pulled (platform team, until 2026-08-01)",
      "  open     configuration mainstay:secrets.X: it is encrypted here",
      "  open     1 checks hang on what only up can tell: log-cmk (1: kmsKeyId)",
      "parity: differences not declared 1, declared 1",
      "  staging: a/image: x|y, and in production nothing. Make them alike, or add it to policies/differences.ts with a reason.",
      "eased: rds-cmk is disabled; its own level is mandatory: because (owner, until then)",
      `${RULES.length} rules, in 0.4 s`,
    ]);
  });

  it("says so where the stacks could not be compared, and where there are no rules", () => {
    const { differences: _, ...rest } = clean;
    expect(toTerminal({ ...rest, differences: undefined }, false).slice(1)).toEqual([
      "parity: no stack was judged beside production",
      `${RULES.length} rules, in 0.0 s`,
    ]);
    expect(toTerminal({ ...clean, rules: 0 }, false).slice(1)).toEqual(["no rules installed, in 0.0 s"]);
  });

  it("is coloured only where it is told to be", () => {
    expect(toTerminal(report, true).join("")).toContain("\u001b[1;31mcritical");
    expect(toTerminal(report, false).join("")).not.toContain("\u001b");
  });
});

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
  const results = run?.results ?? [];

  it("describes each rule it names, once", () => {
    const own = ["parity", "configuration"];
    const named = new Set(results.map(({ ruleId = "" }) => ruleId).filter((id) => !own.includes(id)));
    const described = run?.tool.driver.rules?.map(({ id }) => id) ?? [];
    expect([...described].sort()).toEqual([...named, "rds-cmk"].sort());
    expect(run?.tool.driver.rules?.find(({ id }) => id === "s3-no-public-acl")).toMatchObject({
      defaultConfiguration: { level: "error" },
      properties: { "security-severity": "9.5" },
    });
  });

  it("tells a violation with its resource, at the file of its stack", () => {
    const urn = one.resources.find(({ name }) => name === "bucket")?.urn ?? "";
    expect(results.find(({ ruleId }) => ruleId === "s3-no-public-acl")).toEqual({
      ruleId: "s3-no-public-acl",
      level: "error",
      message: {
        text: 'bucket: acl is "public-read"; allowed: private or log-delivery-write or bucket-owner-full-control, or not set. Remove acl; say in a policy who may read.',
      },
      locations: [
        {
          physicalLocation: { artifactLocation: { uri: "Pulumi.prod.yaml" }, region: { startLine: 1 } },
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
    expect(new Set(hashes(report)?.map((one) => JSON.stringify(one))).size).toBe(results.length);
  });

  it("tells which rules the project has made less strict", () => {
    expect(run?.invocations).toEqual([
      {
        executionSuccessful: true,
        ruleConfigurationOverrides: [
          { descriptor: { id: "rds-cmk" }, configuration: { enabled: false, level: "note" } },
        ],
      },
    ]);
  });

  it("shows what is waived as suppressed, and what differs or is not valid as an error in its file", () => {
    expect(results.flatMap(({ suppressions = [] }) => suppressions)).toEqual([
      { kind: "external", status: "accepted", justification: "built on the host, and never pulled" },
    ]);
    const places = results
      .slice(-2)
      .map(({ ruleId, level, locations }) => [
        ruleId,
        level,
        locations?.[0]?.physicalLocation?.artifactLocation?.uri,
      ]);
    expect(places).toEqual([
      ["parity", "error", "Pulumi.staging.yaml"],
      ["configuration", "error", "Pulumi.staging.yaml"],
    ]);
  });
});

describe("JUnit", () => {
  it("has a case for each rule and escapes what it quotes", () => {
    const xml = toJunit(report, RULES);
    expect(xml.match(/<testcase /g)).toHaveLength(RULES.length + 2);
    expect(xml).toContain(`<testsuite name="prod" tests="${RULES.length}" failures="2">`);
    expect(xml).toContain("acl is &quot;public-read&quot;");
    expect(xml).toContain(
      '<skipped message="rds-cmk is disabled; its own level is mandatory: because (owner, until then)"/>',
    );
    expect(xml).toContain('<skipped message="1 checks hang on what only up can tell"/>');
    expect(xml).toContain(
      '<skipped message="image is waived: built on the host, and never pulled (platform team, until 2026-08-01)"/>',
    );
  });
});

describe("Markdown", () => {
  it("is one comment that can be found again, with tables that hold", () => {
    const text = toMarkdown(report);
    expect(text.startsWith(`${MARKER}\n## ❌ Policies broken`)).toBe(true);
    expect(text).toContain("| prod | 3 | 2 | 0 | 1 | 1 | 2 |");
    expect(text).toContain('| Pulumi.staging.yaml | `mainstay:scale.domain` | "X" | a name |');
    expect(text).toContain(
      "- prod: `kms-rotation` of `key` is mended at `up`: enableKeyRotation is not set, and becomes true",
    );
    expect(text).toContain("| staging | `a/image` | x\\|y | nothing |");
    expect(text).toContain(
      "\n- rds-cmk is disabled; its own level is mandatory: because (owner, until then)\n",
    );
  });

  it("tells what changes, with its values", () => {
    const text = toMarkdown(report);
    expect(text).toContain(
      "<summary>prod declares 1 resources more, 0 less, and 1 otherwise</summary>\n\n" +
        "| Resource | Input | Before | After |\n| --- | --- | --- | --- |\n" +
        '| `new` | the resource |  | `t` |\n| `old` | `a[0]` | `a\\|b` | `["c"]` |\n',
    );
    expect(toMarkdown({ ...clean, changes: [] })).toContain(
      "No stack declares anything otherwise than before.",
    );
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
