import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { firewall } from "../../../components/edge/aws-firewall";
import { numberAbove } from "../../../components/edge/number-above";
import type { Graph, Json } from "../../../graph";
import { appGraph } from "../support/aws-app";
import { awsPart } from "../support/aws-stack";
import { behind, only } from "../support/aws-read";

let graph: Graph;
beforeAll(async () => {
  graph = await appGraph({ production: true });
}, 60_000);

const inputs = (type: string, name: string) => only(graph, type, name).inputs;

describe("the firewall", () => {
  interface WafRule {
    readonly name: string;
    readonly priority: number;
    readonly action?: Record<string, Json>;
    readonly overrideAction?: Json;
    readonly statement: Record<string, Record<string, Json>>;
    readonly visibilityConfig: Json;
  }
  const ACL = "aws:wafv2/webAcl:WebAcl";
  const rules = () => inputs(ACL, "edge").rules as unknown as WafRule[];
  const rule = (name: string) => rules().find((one) => one.name === name);

  test("asks its rules in this order, each of which stops what it finds", () => {
    const shown = rules().map(({ name, priority, action, overrideAction, statement }) => [
      priority,
      name,
      action ?? overrideAction,
      Object.keys(statement),
    ]);
    const block = (code?: number) => ({
      block: code === undefined ? {} : { customResponse: { responseCode: code } },
    });
    expect(shown).toEqual([
      [1, "metrics", block(), ["andStatement"]],
      [2, "rate", block(429), ["rateBasedStatement"]],
      [3, "body-size", block(413), ["regexMatchStatement"]],
      [4, "core", { none: {} }, ["managedRuleGroupStatement"]],
      [5, "bad-inputs", { none: {} }, ["managedRuleGroupStatement"]],
      [6, "body-findings", block(), ["andStatement"]],
    ]);
    for (const { action, overrideAction, visibilityConfig, name } of rules()) {
      expect([action, overrideAction].filter((one) => one !== undefined)).toHaveLength(1);
      expect(visibilityConfig).toEqual({
        metricName: `mainstay-prod-${name}`,
        cloudwatchMetricsEnabled: true,
        sampledRequestsEnabled: true,
      });
    }
    expect(inputs(ACL, "edge")).toMatchObject({ scope: "REGIONAL", defaultAction: { allow: {} } });
  });

  test("keeps metrics from everybody but those they are meant for, however the path is spelt", () => {
    expect(rule("metrics")?.statement).toEqual({
      andStatement: {
        statements: [
          {
            byteMatchStatement: {
              fieldToMatch: { uriPath: {} },
              positionalConstraint: "STARTS_WITH",
              searchString: "/metrics",
              textTransformations: [
                { priority: 0, type: "URL_DECODE" },
                { priority: 1, type: "NORMALIZE_PATH" },
                { priority: 2, type: "LOWERCASE" },
              ],
            },
          },
          {
            notStatement: {
              statement: {
                ipSetReferenceStatement: { arn: expect.stringContaining("edge-metrics-readers") as Json },
              },
            },
          },
        ],
      },
    });
    expect(inputs("aws:wafv2/ipSet:IpSet", "edge-metrics-readers")).toEqual({
      scope: "REGIONAL",
      ipAddressVersion: "IPV4",
      addresses: ["10.0.0.0/8"],
    });
  });

  test("keeps metrics from everybody wherever else a public service is scraped", async () => {
    const part = await awsPart(
      ({ context, opts }) => {
        const services = context.environment.services.map((one) =>
          one.name === "api" ? { ...one, metricsPath: "/v1/Own.metrics" } : one,
        );
        const balancer = new aws.lb.LoadBalancer("edge", {}, opts);
        const changed = { ...context, environment: { ...context.environment, services } };
        firewall(changed, "edge", balancer, opts.parent as pulumi.ComponentResource);
      },
      { production: true },
    );
    const [metrics] = only(part, ACL).inputs.rules as {
      statement: { andStatement: { statements: Json[] } };
    }[];
    expect(metrics?.statement.andStatement.statements[0]).toMatchObject({
      orStatement: {
        statements: ["/metrics", "/v1/own.metrics"].map((searchString) => ({
          byteMatchStatement: { searchString, positionalConstraint: "STARTS_WITH" },
        })),
      },
    });
  });

  test("lets an address ask so often in a minute", () => {
    expect(rule("rate")?.statement).toEqual({
      rateBasedStatement: { limit: 120, evaluationWindowSec: 60, aggregateKeyType: "IP" },
    });
  });

  test("refuses a body of one byte more than the largest upload", () => {
    const { regexString, fieldToMatch } = rule("body-size")?.statement.regexMatchStatement ?? {};
    expect(fieldToMatch).toEqual({ singleHeader: { name: "content-length" } });
    const tooLong = new RegExp(String(regexString));
    const limit = 50 * 1024 * 1024;
    expect([0, 8193, limit - 1, limit].filter((length) => tooLong.test(String(length)))).toEqual([]);
    expect([limit + 1, 10 * limit, 2 ** 40].filter((length) => !tooLong.test(String(length)))).toEqual([]);
    // "Regex match rule statement", AWS WAF developer guide.
    expect(String(regexString).length).toBeLessThanOrEqual(512);
  });

  // The rules of the two groups that look at bodies, and labels as the groups spell them: "Baseline rule groups".
  test("counts what AWS's rules find in a body, and stops it unless the body is an upload", () => {
    const counted = (name: string) => {
      const { ruleActionOverrides, ...group } = rule(name)?.statement.managedRuleGroupStatement ?? {};
      const overrides = ruleActionOverrides as { name: string; actionToUse: Json }[];
      expect(overrides.filter(({ actionToUse }) => JSON.stringify(actionToUse) !== '{"count":{}}')).toEqual(
        [],
      );
      return { ...group, counted: overrides.map((override) => override.name) };
    };
    expect(counted("core")).toEqual({
      vendorName: "AWS",
      name: "AWSManagedRulesCommonRuleSet",
      counted: [
        "SizeRestrictions_BODY",
        "CrossSiteScripting_BODY",
        "EC2MetaDataSSRF_BODY",
        "GenericLFI_BODY",
        "GenericRFI_BODY",
      ],
    });
    expect(counted("bad-inputs")).toEqual({
      vendorName: "AWS",
      name: "AWSManagedRulesKnownBadInputsRuleSet",
      counted: ["JavaDeserializationRCE_BODY", "Log4JRCE_BODY", "ReactJSRCE_BODY"],
    });
    const labels = [
      "awswaf:managed:aws:core-rule-set:CrossSiteScripting_Body",
      "awswaf:managed:aws:core-rule-set:EC2MetaDataSSRF_Body",
      "awswaf:managed:aws:core-rule-set:GenericLFI_Body",
      "awswaf:managed:aws:core-rule-set:GenericRFI_Body",
      "awswaf:managed:aws:known-bad-inputs:JavaDeserializationRCE_Body",
      "awswaf:managed:aws:known-bad-inputs:Log4JRCE_Body",
      "awswaf:managed:aws:known-bad-inputs:ReactJSRCE_Body",
    ];
    expect(rule("body-findings")?.statement).toEqual({
      andStatement: {
        statements: [
          {
            orStatement: {
              statements: labels.map((key) => ({ labelMatchStatement: { scope: "LABEL", key } })),
            },
          },
          {
            notStatement: {
              statement: {
                byteMatchStatement: {
                  fieldToMatch: { singleHeader: { name: "content-type" } },
                  positionalConstraint: "STARTS_WITH",
                  searchString: "multipart/form-data",
                  textTransformations: [{ priority: 0, type: "LOWERCASE" }],
                },
              },
            },
          },
        ],
      },
    });
  });

  test("stands in front of the load balancer, and writes down what it stopped without anybody's credentials", () => {
    const association = only(graph, "aws:wafv2/webAclAssociation:WebAclAssociation");
    expect(behind(graph, association, "resourceArn")).toEqual(["edge"]);
    expect(behind(graph, association, "webAclArn")).toEqual(["edge"]);
    const logging = only(graph, "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration");
    expect(logging.inputs).toMatchObject({
      logDestinationConfigs: ["arn:aws:logs:eu-west-1:123456789012:log-group:aws-waf-logs-mainstay-prod"],
      redactedFields: [{ singleHeader: { name: "authorization" } }, { singleHeader: { name: "cookie" } }],
    });
    expect(behind(graph, logging, "logDestinationConfigs")).toEqual(["edge-firewall"]);
  });

  test("tells numbers above a bound by their digits", () => {
    const any = fc.bigInt({ min: 0n, max: 10n ** 12n });
    fc.assert(
      fc.property(any, any, (bound, number) => {
        expect(new RegExp(`^${numberAbove(Number(bound))}$`).test(String(number))).toBe(number > bound);
      }),
    );
    for (const bound of [0, 9, 10, 99, 109, 52_428_800]) {
      const above = new RegExp(`^${numberAbove(bound)}$`);
      expect([above.test(String(bound)), above.test(String(bound + 1))]).toEqual([false, true]);
    }
  });
});
