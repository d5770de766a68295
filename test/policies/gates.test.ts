/** What decides whether a rule applies: other values of it, and that nobody knows it yet. */
import { describe, expect, it } from "vitest";
import { UNKNOWN, type Json } from "../../graph/resource";
import { evaluate } from "../../policies/evaluate";
import { RULES } from "../../policies/rules";
import { graph, TODAY, type Given, type GivenStack } from "./support/graphs";

/** What a rule says of a stack. */
function said(rule: string, stack: GivenStack): "violation" | "undecidable" | "pass" {
  const rules = RULES.filter(({ name }) => name === rule);
  const { violations, undecidable } = evaluate(graph(stack), rules, { production: true, today: TODAY });
  return violations.length > 0 ? "violation" : undecidable.length > 0 ? "undecidable" : "pass";
}

const of = (rule: string, type: string, inputs: Given["inputs"]) => said(rule, { it: { type, inputs } });

describe("what is left open where it is not known whether it is demanded", () => {
  it.each<[rule: string, type: string, gate: string, demanding: Json]>([
    ["alb-drop-headers", "lb/loadBalancer", "loadBalancerType", "application"],
    ["alb-security-groups", "lb/loadBalancer", "loadBalancerType", "application"],
    ["alb-waf", "lb/loadBalancer", "loadBalancerType", "application"],
    ["alb-redirects", "lb/loadBalancer", "loadBalancerType", "application"],
    ["listener-headers", "lb/listener", "protocol", "HTTPS"],
    ["kms-rotation", "kms/key", "customerMasterKeySpec", "SYMMETRIC_DEFAULT"],
    ["endpoint-private-dns", "ec2/vpcEndpoint", "vpcEndpointType", "Interface"],
    ["endpoint-policy", "ec2/vpcEndpoint", "serviceName", "com.amazonaws.eu-west-1.s3"],
    ["rds-version", "rds/instance", "engine", "postgres"],
    ["rds-query-log", "rds/parameterGroup", "family", "postgres17"],
  ])("%s: %s.%s", (rule, type, gate, demanding) => {
    expect([demanding, UNKNOWN, "another"].map((value) => of(rule, type, { [gate]: value }))).toEqual([
      "violation",
      "undecidable",
      "pass",
    ]);
  });

  it("acm-renewed: acm/certificate.certificateAuthorityArn", () => {
    const judged = (inputs: Given["inputs"]) => of("acm-renewed", "acm/certificate", inputs);
    expect([judged({}), judged({ certificateAuthorityArn: UNKNOWN })]).toEqual(["violation", "undecidable"]);
    expect(judged({ certificateAuthorityArn: "arn:aws:acm-pca:::x" })).toBe("pass");
  });
});

describe("what AWS and Docker take, and was taken for wrong", () => {
  it("a listener's policy of TLS 1.2 with forward secrecy", () => {
    const judged = (sslPolicy: string) => of("listener-tls", "lb/listener", { protocol: "HTTPS", sslPolicy });
    expect(judged("ELBSecurityPolicy-FS-1-2-2019-08")).toBe("pass");
    expect(judged("ELBSecurityPolicy-FS-1-1-2019-08")).toBe("violation");
  });

  it("capabilities in either case", () => {
    const judged = (drop: string) =>
      of("dk-cap-drop", "docker:container", { capabilities: { drops: [drop] } });
    expect([judged("all"), judged("NET_RAW"), judged(UNKNOWN)]).toEqual(["pass", "violation", "undecidable"]);
  });

  it("an action in either case", () => {
    const policy = (Action: string) => ({
      Statement: [
        {
          Effect: "Deny",
          Principal: "*",
          Resource: "*",
          Action,
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ],
    });
    const judged = (action: string) => of("s3-tls-only", "s3/bucket", { policy: policy(action) });
    expect([judged("S3:*"), judged("S3:Get*")]).toEqual(["pass", "violation"]);
  });

  it("the administrator's name of what is restored", () => {
    const judged = (inputs: Given["inputs"]) => of("rds-admin-name", "rds/instance", inputs);
    expect(judged({})).toBe("violation");
    expect(judged({ snapshotIdentifier: "x" })).toBe("pass");
    expect(judged({ restoreToPointInTime: { useLatestRestorableTime: true } })).toBe("pass");
    expect(judged({ snapshotIdentifier: "x", username: "root" })).toBe("violation");
  });

  it.each<[engine: Json, log: string]>([
    ["postgres", "postgresql"],
    ["aurora-postgresql", "postgresql"],
    ["mysql", "error"],
    ["aurora-mysql", "error"],
    ["mariadb", "error"],
    ["sqlserver-se", "error"],
    ["oracle-ee", "alert"],
    ["db2-se", "diag.log"],
  ])("what %s calls the log of its errors: %s", (engine, log) => {
    const judged = (...logs: string[]) =>
      of("rds-logs", "rds/instance", { engine, enabledCloudwatchLogsExports: logs });
    expect([judged(log), judged("slowquery", log), judged("slowquery")]).toEqual([
      "pass",
      "pass",
      "violation",
    ]);
  });

  it("the log of an engine that is not known yet", () => {
    const logs = { engine: UNKNOWN, enabledCloudwatchLogsExports: ["error"] };
    expect(of("rds-logs", "rds/instance", logs)).toBe("undecidable");
  });

  it("what MySQL calls encrypted connections only", () => {
    const judged = (value: string) =>
      of("rds-force-ssl", "rds/parameterGroup", {
        family: "mysql8.4",
        parameters: [{ name: "require_secure_transport", value }],
      });
    expect([judged("ON"), judged("1"), judged("0")]).toEqual(["pass", "pass", "violation"]);
  });
});

describe("a backup plan takes a database in", () => {
  const judged = (selection: Given["inputs"], database: Given["inputs"] = { identifier: "main" }) =>
    said("rds-in-backup-plan", {
      provider: { type: "pulumi:aws", inputs: { defaultTags: '{"tags":{"kept":"yes"}}' } },
      database: { type: "rds/instance", inputs: database },
      selection: { type: "backup/selection", inputs: selection },
    });
  const tag = (key: string, value = "yes") => ({ type: "STRINGEQUALS", key, value });

  it("by a pattern", () => {
    expect(judged({ resources: ["*"] })).toBe("pass");
    expect(judged({ resources: ["arn:aws:rds:*:*:db:*"] })).toBe("pass");
    expect(judged({ resources: ["arn:aws:rds:*:*:db:main"] })).toBe("pass");
    expect(judged({ resources: ["arn:aws:rds:*:*:db:main"] }, { identifier: UNKNOWN })).toBe("undecidable");
    expect(judged({ resources: ["arn:aws:rds:*:*:db:other", "arn:aws:ec2:*:*:volume/*"] })).toBe("violation");
  });

  it("by a tag of its own or of its provider", () => {
    expect(judged({ selectionTags: [tag("kept")] })).toBe("pass");
    expect(judged({ selectionTags: [tag("kept", "no"), tag("other")] })).toBe("violation");
    expect(judged({ selectionTags: [tag("own")] }, { tags: { own: "yes" } })).toBe("pass");
    expect(judged({ selectionTags: [tag("kept")] }, { tags: { kept: "no" } })).toBe("violation");
    expect(judged({ selectionTags: [tag("kept")] }, { tags: UNKNOWN })).toBe("undecidable");
  });

  it("unless something leaves it out", () => {
    const all = { resources: ["*"] };
    expect(judged({ ...all, notResources: ["arn:aws:rds:*:*:db:main"] })).toBe("violation");
    expect(judged({ ...all, notResources: ["arn:aws:rds:*:*:db:other"] })).toBe("pass");
    const asked = (operator: string, value: string) =>
      judged({ ...all, conditions: [{ [operator]: [{ key: "aws:ResourceTag/kept", value }] }] });
    expect([asked("stringEquals", "yes"), asked("stringEquals", "no")]).toEqual(["pass", "violation"]);
    expect([asked("stringLikes", "y*"), asked("stringLikes", "n*")]).toEqual(["pass", "violation"]);
    expect([asked("stringNotEquals", "no"), asked("stringNotEquals", "yes")]).toEqual(["pass", "violation"]);
    expect([asked("stringNotLikes", "n*"), asked("stringNotLikes", "y*")]).toEqual(["pass", "violation"]);
    expect(judged({ ...all, conditions: UNKNOWN })).toBe("undecidable");
  });
});
