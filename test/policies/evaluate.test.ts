import { describe, expect, it } from "vitest";
import { evaluate } from "../../policies/evaluate";
import { resourceRule, type Rule } from "../../policies/rule";
import { RULES } from "../../policies/rules";
import { LONGEST_LIFE } from "../../policies/waiver";
import type { Json } from "../../graph/resource";
import { TLS_ONLY } from "./support/aws-stack/storage";
import { graph, TODAY, type Given, type GivenStack } from "./support/graphs";

const bucket = graph({ keep: { type: "s3/bucket", inputs: { acl: "public-read" } } });
const URN = bucket.resources[0]?.urn ?? "";
const options = { production: true, today: TODAY };
const only = (name: string): Rule[] => RULES.filter((rule) => rule.name === name);
const rules = only("s3-no-public-acl");

const A_REASON = "a reason of 20 characters or more, in words";
const TOO_BROAD =
  "The waiver of s3-no-public-acl matches more than it should; allowed is a URN with one * in its name, after or before 3 letters or more.";

const waiver = {
  rule: "s3-no-public-acl",
  resource: URN,
  reason: "the public page of the status is served from it",
  owner: "platform team",
  granted: "2026-05-20",
  until: "2026-06-10",
};

const judged = (...waivers: unknown[]) =>
  evaluate(bucket, rules, { ...options, waivers, stacks: ["test", "other"] });
const policies = (...waivers: unknown[]) => judged(...waivers).violations.map(({ policy }) => policy);

describe("waivers", () => {
  it("accept a violation, and are listed with it", () => {
    const { violations, waived } = judged(waiver);
    expect(violations).toEqual([]);
    expect(waived).toMatchObject([
      { policy: waiver.rule, urn: URN, reason: waiver.reason, owner: waiver.owner, until: waiver.until },
    ]);
  });

  it("are about all a rule finds at a resource, or about one input of it", () => {
    const open = { capabilities: { drops: [], adds: ["SYS_ADMIN"] } };
    const container = graph({ keep: { type: "docker:container", inputs: open } });
    const mine = { ...waiver, rule: "dk-cap-drop", resource: container.resources[0]?.urn };
    const found = (...waivers: unknown[]) => {
      const { violations, waived } = evaluate(container, only("dk-cap-drop"), { ...options, waivers });
      return [violations, waived].map((all) => all.map(({ policy, property = policy }) => property));
    };
    expect(found(mine)).toEqual([[], ["capabilities.drops", "capabilities.adds"]]);
    expect(found({ ...mine, property: "capabilities.adds" })).toEqual([
      ["capabilities.drops"],
      ["capabilities.adds"],
    ]);
    expect(found({ ...mine, property: "capabilities" })).toEqual([
      ["capabilities.drops", "capabilities.adds", "waiver-unused"],
      [],
    ]);
  });

  it("may name a resource by a narrow pattern", () => {
    expect(policies({ ...waiver, resource: URN.replace(/keep$/, "kee*") })).toEqual([]);
  });

  it.each([
    ["expired", { until: "2026-05-31" }, "The waiver of s3-no-public-acl ended on 2026-05-31."],
    ["malformed", { owner: undefined }, "Waiver 1, owner: who answers for it, in 3 characters or more."],
    [
      "malformed",
      { owner: "", reason: "short", until: "2026-02-31" },
      "Waiver 1, reason: a reason of 20 characters or more, in words; owner: who answers for it, in 3 characters or more; until: a day that exists, as YYYY-MM-DD.",
    ],
    ["malformed", { reason: " ".repeat(30) }, `Waiver 1, reason: ${A_REASON}.`],
    ["malformed", { reason: "x".repeat(30) }, `Waiver 1, reason: ${A_REASON}.`],
    ["malformed", { owner: "   " }, "Waiver 1, owner: who answers for it, in 3 characters or more."],
    [
      "malformed",
      { resource: URN.replace("pulumi:test", "pulumi:tset") },
      "The waiver of s3-no-public-acl is for the stack tset, which does not exist; allowed: test, other.",
    ],
    ["malformed", { until: "2026-02-31" }, "Waiver 1, until: a day that exists, as YYYY-MM-DD."],
    ["malformed", { rule: "s3-no-acl" }, "Waiver 1 names the rule s3-no-acl, which does not exist."],
    [
      "malformed",
      { granted: "2026-06-02" },
      "The waiver of s3-no-public-acl is granted on 2026-06-02, which is yet to come.",
    ],
    ["too-broad", { resource: URN.replace(/keep$/, "*") }, TOO_BROAD],
    ["too-broad", { resource: URN.replace(/keep$/, "*k*e*p*") }, TOO_BROAD],
    ["too-broad", { resource: URN.replace(/keep$/, "ke*p") }, TOO_BROAD],
    ["too-broad", { resource: URN.replace("s3/bucket", "s3/*") }, TOO_BROAD],
    [
      "too-long",
      { until: "2026-12-01" },
      `The waiver of s3-no-public-acl holds for 195 days; allowed for critical is ${LONGEST_LIFE.critical} or less.`,
    ],
  ])("that are %s waive nothing, and are violations", (kind, change, message) => {
    const { violations, waived } = judged({ ...waiver, ...change });
    expect(waived).toEqual([]);
    expect(violations.map(({ policy }) => policy)).toEqual(["s3-no-public-acl", `waiver-${kind}`]);
    expect(violations[1]?.message).toBe(message);
    expect(violations[1]).toMatchObject({ severity: "high", enforcement: "mandatory" });
  });

  it("that waive nothing are violations", () => {
    expect(policies(waiver, { ...waiver, resource: `${URN}-gone` })).toEqual(["waiver-unused"]);
  });

  it("of other stacks are none of this one's business", () => {
    expect(policies(waiver, { ...waiver, resource: URN.replace("pulumi:test", "pulumi:other") })).toEqual([]);
  });

  it("in a file that holds no list are one violation", () => {
    const { violations } = evaluate(bucket, rules, { ...options, waivers: { rule: "x" } });
    expect(violations[1]).toMatchObject({
      policy: "waiver-malformed",
      message: "The waiver file is no list of waivers.",
    });
  });
});

describe("levels", () => {
  it("change what a violation does", () => {
    const at = (level: "advisory" | "disabled") =>
      evaluate(bucket, rules, { ...options, levels: { "s3-no-public-acl": level } });
    expect(at("advisory").violations[0]?.enforcement).toBe("advisory");
    expect(at("disabled").violations).toEqual([]);
  });

  it("name rules and levels that exist", () => {
    const levels = { "no-such-rule": "advisory", "s3-no-public-acl": "off" } as never;
    expect(() => evaluate(bucket, rules, { ...options, levels })).toThrow(
      "the rules' configuration is not valid: there is no rule no-such-rule; " +
        's3-no-public-acl is "off"; allowed: mandatory, advisory, disabled',
    );
  });
});

describe("evaluate", () => {
  it("passes what no rule knows", () => {
    const stack = graph({ x: { type: "other:thing", inputs: { any: [{ deep: true }] } } });
    expect(evaluate(stack, RULES, options)).toEqual({
      violations: [],
      undecidable: [],
      waived: [],
      remediated: [],
    });
  });

  it("passes an empty stack", () => {
    expect(evaluate({ stack: "", resources: [], outputs: {} }, RULES, options).violations).toEqual([]);
  });

  it("does not take a rule that throws for one that is kept", () => {
    const broken = resourceRule({
      name: "broken",
      description: "Throws.",
      severity: "low",
      remediation: "Mend it",
      link: "https://example.com",
      types: ["aws:s3/bucket:Bucket"],
      check: () => {
        throw new TypeError("public-read");
      },
    });
    expect(evaluate(bucket, [broken], options).violations[0]?.message).toMatch(
      /^The rule itself failed with a TypeError and judged nothing\. /,
    );
  });

  it("judges production by rules of its own", () => {
    const volume = graph({ image: { type: "docker:remoteImage", inputs: { name: "app:1.0.0" } } });
    expect(evaluate(volume, RULES, { ...options, production: false }).violations).toEqual([]);
    expect(evaluate(volume, RULES, options).violations).toHaveLength(1);
  });

  it.each([
    [
      "s3/bucketV2",
      ["s3-lifecycle", "s3-logs", "s3-no-public-acl", "s3-owner-enforced"].concat([
        "s3-pab",
        "s3-sse",
        "s3-tls-only",
        "s3-versioning",
      ]),
    ],
    ["alb/listener", ["listener-https"]],
  ])("judges %s under its other name, too", (type, broken) => {
    const stack = graph({ x: { type, inputs: { acl: "public-read" } } });
    expect(
      evaluate(stack, RULES, options)
        .violations.map(({ policy }) => policy)
        .sort(),
    ).toEqual(broken);
  });

  it("lets a bucket that access logs are written to be encrypted with S3's key, and have no log of its own", () => {
    const algorithm = (sseAlgorithm: string) => ({
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm } }],
    });
    const judged = (balancer: GivenStack, sseAlgorithm = "AES256") =>
      evaluate(
        graph({
          logs: { type: "s3/bucket", inputs: { bucket: "logs" } },
          key: {
            type: "s3/bucketServerSideEncryptionConfiguration",
            inputs: { bucket: "logs", ...algorithm(sseAlgorithm) },
          },
          ...balancer,
        }),
        RULES.filter(({ name }) => ["s3-sse", "s3-logs"].includes(name)),
        options,
      ).violations.map(({ policy }) => policy);
    const balancer = { balancer: { type: "lb/loadBalancer", inputs: { accessLogs: { bucket: "logs" } } } };
    const bucket = { other: { type: "s3/bucketLogging", inputs: { targetBucket: "logs", bucket: "other" } } };
    expect(judged({})).toEqual(["s3-sse", "s3-sse", "s3-logs"]);
    expect([judged(balancer), judged(bucket)]).toEqual([[], []]);
    expect(judged(balancer, "none")).toEqual(["s3-sse"]);
  });

  it("takes what a bucket says of itself for what could stand beside it", () => {
    const inputs: Given["inputs"] = {
      bucket: "backups",
      objectLockEnabled: true,
      versioning: { enabled: true },
      logging: { targetBucket: "logs" },
      policy: { Statement: [TLS_ONLY] },
      lifecycleRules: [{ enabled: true, abortIncompleteMultipartUploadDays: 1 }],
      objectLockConfiguration: { rule: { defaultRetention: { mode: "COMPLIANCE", days: 30 } } },
      serverSideEncryptionConfiguration: {
        rule: { applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: "arn" } },
      },
      replicationConfiguration: {
        rules: [
          {
            status: "Enabled",
            sourceSelectionCriteria: { sseKmsEncryptedObjects: { enabled: true } },
            destination: { bucket: "arn:aws:s3:::copy", replicaKmsKeyId: "arn" },
          },
        ],
      },
    };
    const { violations, undecidable } = evaluate(graph({ x: { type: "s3/bucket", inputs } }), RULES, options);
    expect(violations.map(({ policy }) => policy)).toEqual(["s3-pab", "s3-owner-enforced"]);
    expect(undecidable).toEqual([]);
  });

  it("lets a pipeline manage a whole service where a condition bounds it, and never all of them", () => {
    const judged = (action: string, condition?: Json) => {
      const statement = { Effect: "Allow", Action: action, Resource: "*", Condition: condition };
      const policy = JSON.stringify({ Statement: [statement] });
      const stack = graph({ deploy: { type: "iam/rolePolicy", inputs: { policy } } });
      return evaluate(stack, only("iam-no-wildcard"), options).violations.length;
    };
    const bounded = { StringEquals: { "aws:RequestedRegion": ["eu-west-1"] } };
    expect([judged("acm:*"), judged("acm:*", bounded), judged("*", bounded)]).toEqual([1, 0, 1]);
  });

  it("lets those in of whom one question asks for the stack's own account", () => {
    const judged = (Condition: Json, accounts = '["123456789012"]') => {
      const policy = JSON.stringify({ Statement: [{ Effect: "Allow", Principal: "*", Condition }] });
      const { violations, undecidable } = evaluate(
        graph({
          provider: { type: "pulumi:aws", inputs: { allowedAccountIds: accounts } },
          topic: { type: "sns/topicPolicy", inputs: { policy } },
        }),
        only("iam-own-account"),
        options,
      );
      return [violations.length, undecidable.length];
    };
    const foreign = { "aws:SourceAccount": "999999999999" };
    expect(judged({ StringEquals: foreign })).toEqual([1, 0]);
    expect(judged({ StringEquals: foreign }, "[]")).toEqual([0, 1]);
    expect(judged({ StringEquals: { ...foreign, "aws:PrincipalAccount": "123456789012" } })).toEqual([0, 0]);
    expect(judged({ StringEquals: { "aws:SourceVpc": "vpc-1234567890" } })).toEqual([0, 0]);
    const bucket = "arn:aws:s3:::uploads";
    expect(judged({ ArnLike: { "aws:SourceArn": bucket } })).toEqual([0, 0]);
    expect(judged({ ArnLike: { "aws:SourceArn": bucket }, StringEquals: foreign })).toEqual([1, 0]);
    const topic = "arn:aws:sns:eu-west-1:999999999999:x";
    expect(judged({ ArnLike: { "aws:SourceArn": [bucket, topic] } })).toEqual([1, 0]);
  });

  it("has rules whose names, texts and links can be relied on", () => {
    expect(new Set(RULES.map(({ name }) => name)).size).toBe(RULES.length);
    expect(RULES.length).toBeGreaterThanOrEqual(110);
    for (const { name, description, remediation, link, types } of RULES) {
      expect(name).toMatch(/^[a-z][a-z0-9-]+$/);
      expect(description).toMatch(/^[A-Z].*\.$/);
      expect(remediation).not.toMatch(/\.$/);
      expect(link).toMatch(/^https:\/\/[\w./?#&=-]+$/);
      expect(types.length).toBeGreaterThan(0);
    }
  });
});
