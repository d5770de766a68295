/** A report with one of everything, and one with nothing in it. */
import { evaluate } from "../../../policies/evaluate";
import type { Report } from "../../../policies/reports/report";
import { RULES } from "../../../policies/rules";
import { graph, TODAY } from "./graphs";

export const one = graph({
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

const remediated = {
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
export const report: Report = {
  rules: RULES.length,
  eased: [{ policy: "rds-cmk", own: "mandatory", now: "disabled", why: "because (owner, until then)" }],
  stacks: [
    {
      stack: "prod",
      resources: 3,
      ...verdict,
      remediated: [remediated],
      undecidable: [encrypted, ...verdict.undecidable],
      unjudged: [
        { type: "aws:efs/fileSystem:FileSystem", count: 2 },
        { type: "docker:index/plugin:Plugin", count: 1 },
      ],
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
export const clean: Report = {
  rules: RULES.length,
  eased: [],
  invalid: [],
  stacks: [
    {
      stack: "prod",
      resources: 0,
      violations: [],
      undecidable: [],
      waived: [],
      remediated: [],
      unjudged: [],
    },
  ],
  differences: [],
  seconds: 0,
};
