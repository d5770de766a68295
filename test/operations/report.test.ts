/** What `check` prints for people. */
import { expect, it } from "vitest";
import { renderReport } from "../../operations/offline/render";
import { paintFor, plain } from "../../operations/terminal";
import { RULES } from "../../policies/rules";
import { clean, report } from "../policies/support/report";

it("says the most severe first, what to do, what is waived, undecidable and changed", () => {
  expect(renderReport(report, plain)).toEqual([
    "prod: 3 resources, violations 2, waived 1",
    "  critical    s3-no-public-acl bucket",
    '              acl is "public-read"; allowed: private or log-delivery-write or bucket-owner-full-control, or not set. Remove acl, grants and accessControlPolicy; say in a policy who may read.',
    "  medium      log-retention group",
    "              retentionInDays is 7; allowed: 30 or more. Set retentionInDays to 30 or more.",
    "  remediated  kms-rotation key: enableKeyRotation is not set, and becomes true at up",
    "  waived      dk-image-pinned image: built on the host, and never pulled (platform team, until 2026-08-01)",
    "  undecidable configuration mainstay:secrets.X: it is encrypted here",
    "  undecidable 1 check until up: log-cmk (1: kmsKeyId)",
    "  no rule     is about aws:efs/fileSystem:FileSystem (2), docker:index/plugin:Plugin (1)",
    "parity: differences not declared 1, declared 1",
    "  staging: a/image: x|y, and in production nothing. Make them alike, or add it to policies/differences.ts with a reason.",
    "eased: rds-cmk is disabled; its own level is mandatory: because (owner, until then)",
    "changes of prod: added 1, removed 0, changed 1",
    "  added       new",
    "  changed     old",
    `${RULES.length} rules, in 0.4 s`,
  ]);
});

it("says so where the stacks could not be compared, and where there are no rules", () => {
  expect(renderReport({ ...clean, differences: undefined }, plain).slice(1)).toEqual([
    "parity: no stack was compared with production",
    `${RULES.length} rules, in 0.0 s`,
  ]);
  expect(renderReport({ ...clean, rules: 0 }, plain).slice(1)).toEqual(["no rules installed, in 0.0 s"]);
});

it("counts what is advisory, and what parity cannot decide", () => {
  const violations = [
    {
      policy: "low-one",
      severity: "low",
      enforcement: "advisory",
      urn: "urn:pulumi:prod::p::t::a",
      message: "Do it.",
    },
  ] as const;
  const differences = [{ path: "a", left: 1, right: 2, allowed: true, open: true as const }];
  const stacks = clean.stacks.map((stack) => ({ ...stack, violations }));
  expect(renderReport({ ...clean, stacks, differences }, plain)).toEqual([
    "prod: 0 resources, violations 0, advisory 1",
    "  low         low-one a (advisory)",
    "              Do it.",
    "parity: differences not declared 0, declared 0, undecidable until up 1",
    `${RULES.length} rules, in 0.0 s`,
  ]);
});

it("says that nothing has changed, and names ten resources of many", () => {
  const changes = (count: number) => [
    {
      stack: "prod",
      differences: Array.from({ length: count }, (_, index) => ({
        urn: `urn:pulumi:prod::p::t::r${index}`,
        path: "inputs.a",
        left: 1,
        right: 2,
      })),
    },
  ];
  const lines = (count: number) => renderReport({ ...clean, changes: changes(count) }, plain).slice(2, -1);
  expect(lines(0)).toEqual(["changes of prod: none"]);
  expect(lines(10)).toEqual([
    "changes of prod: added 0, removed 0, changed 10",
    ...Array.from({ length: 10 }, (_, index) => `  changed     r${index}`),
  ]);
  expect(lines(12).slice(10)).toEqual(["  changed     r9", "  … and 2 more"]);
});

it("is coloured as a terminal's other texts are", () => {
  const coloured = renderReport(report, paintFor({ isTTY: true }, {}));
  expect(coloured[1]).toBe("  \u001b[1m\u001b[31mcritical   \u001b[39m\u001b[22m s3-no-public-acl bucket");
});
