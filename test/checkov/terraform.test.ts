import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { declare, type Json } from "../../graph";
import { inventAws } from "../components/support/aws-outputs";
import { outlived, undeclared } from "./checkov";
import { terraformPlan } from "./terraform";
import { terraformType } from "./terraform-names";

/** Each resource's values and expressions, by its address. */
async function planOf(program: () => void): Promise<Record<string, { values: Json; expressions: Json }>> {
  const plan = terraformPlan(await declare(program, { project: "test", stack: "test", invent: inventAws }));
  const configured = plan.configuration.root_module.resources;
  return Object.fromEntries(
    plan.planned_values.root_module.resources.map(({ address, values }) => [
      address,
      { values, expressions: configured.find((one) => one.address === address)?.expressions ?? null },
    ]),
  );
}

const constant = (value: Json) => ({ constant_value: value });

describe("a type", () => {
  test.each([
    ["aws:ec2/vpc:Vpc", "aws_vpc"],
    ["aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "aws_vpc_security_group_ingress_rule"],
    ["aws:rds/parameterGroup:ParameterGroup", "aws_db_parameter_group"],
    ["aws:lb/loadBalancer:LoadBalancer", "aws_lb"],
    ["aws:lb/targetGroup:TargetGroup", "aws_lb_target_group"],
    ["aws:amp/ruleGroupNamespace:RuleGroupNamespace", "aws_prometheus_rule_group_namespace"],
    ["aws:costexplorer/anomalyMonitor:AnomalyMonitor", "aws_ce_anomaly_monitor"],
    ["aws:iam/openIdConnectProvider:OpenIdConnectProvider", "aws_iam_openid_connect_provider"],
    ["aws:wafv2/ipSet:IpSet", "aws_wafv2_ip_set"],
    ["aws:s3/bucketReplicationConfig:BucketReplicationConfig", "aws_s3_bucket_replication_configuration"],
    ["aws:s3/bucketObjectv2:BucketObjectv2", "aws_s3_object"],
  ])("%s is %s", (type, terraform) => {
    expect(terraformType(type)).toBe(terraform);
  });
});

describe("a resource", () => {
  test("has blocks in the singular, one in a list where it stands alone, and maps as they are", async () => {
    const plan = await planOf(() => {
      new aws.cloudwatch.MetricAlarm("busy", {
        name: "busy",
        comparisonOperator: "GreaterThanThreshold",
        evaluationPeriods: 1,
        dimensions: { ClusterName: "c" },
        metricQueries: [{ id: "m", metric: { metricName: "CPU", period: 60, stat: "Sum" } }],
        tags: { "mainstay:component": "app" },
        okActions: [],
      });
    });
    expect(plan["aws_cloudwatch_metric_alarm.busy"]?.values).toEqual({
      alarm_name: "busy",
      comparison_operator: "GreaterThanThreshold",
      evaluation_periods: 1,
      dimensions: { ClusterName: "c" },
      metric_query: [{ id: "m", metric: [{ metric_name: "CPU", period: 60, stat: "Sum" }] }],
      tags: { "mainstay:component": "app" },
    });
  });

  test("has the name Pulumi gives it, and files for archives", async () => {
    const code = new pulumi.asset.AssetArchive({ "index.mjs": new pulumi.asset.StringAsset("x") });
    const plan = await planOf(() => {
      new aws.lambda.Function("hook", {
        role: "arn:role",
        code,
        runtime: "nodejs22.x",
        handler: "index.handler",
      });
    });
    expect(plan["aws_lambda_function.hook"]?.values).toEqual({
      filename: "hook.zip",
      function_name: expect.stringMatching(/^hook-[0-9a-f]{7}$/) as string,
      handler: "index.handler",
      role: "arn:role",
      runtime: "nodejs22.x",
    });
  });

  test("refers to another by what it takes of it, in blocks and within texts, too", async () => {
    const plan = await planOf(() => {
      const key = new aws.kms.Key("key", { description: "d" });
      const bucket = new aws.s3.Bucket("bucket", {});
      new aws.s3.BucketServerSideEncryptionConfiguration("sse", {
        bucket: bucket.bucket,
        rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.arn } }],
      });
      new aws.s3.BucketPolicy("policy", {
        bucket: "other",
        policy: pulumi.jsonStringify({ on: bucket.arn }),
      });
    });
    const algorithm = { sse_algorithm: "aws:kms" };
    expect(plan["aws_s3_bucket_server_side_encryption_configuration.sse"]).toEqual({
      values: { rule: [{ apply_server_side_encryption_by_default: [algorithm] }] },
      expressions: {
        bucket: { references: ["aws_s3_bucket.bucket.id", "aws_s3_bucket.bucket"] },
        rule: [
          {
            apply_server_side_encryption_by_default: [
              {
                sse_algorithm: constant("aws:kms"),
                kms_master_key_id: { references: ["aws_kms_key.key.arn", "aws_kms_key.key"] },
              },
            ],
          },
        ],
      },
    });
    const policy = plan["aws_s3_bucket_policy.policy"];
    expect(policy?.values).toMatchObject({
      policy: expect.stringMatching(/^\{"on":"arn:aws:s3:::bucket-[0-9a-f]{7}"\}$/) as string,
    });
    expect(policy?.expressions).toEqual({
      bucket: constant("other"),
      policy: { references: ["aws_s3_bucket.bucket.arn", "aws_s3_bucket.bucket"] },
    });
  });

  test("of the address of another is refused", async () => {
    await expect(
      planOf(() => {
        class Part extends pulumi.ComponentResource {}
        const parent = new Part("test:index:Part", "part");
        new aws.kms.Key("key", {});
        new aws.kms.Key("key", {}, { parent });
      }),
    ).rejects.toThrow("two resources would be aws_kms_key.key");
  });
});

describe("what is accepted", () => {
  const findings = [
    { check: "A", resource: "aws_lb.edge" },
    { check: "A", resource: "aws_lb.other" },
    { check: "B", resource: "aws_lb.edge" },
  ];

  test("is one check on one resource, or on all of a beginning", () => {
    const accepted = [
      { check: "A", resources: ["aws_lb.edge"], reason: "" },
      { check: "C", resources: ["aws_lb.*"], reason: "" },
    ];
    expect(undeclared(findings, accepted)).toEqual(["A aws_lb.other", "B aws_lb.edge"]);
    expect(undeclared(findings, [{ check: "A", resources: ["aws_lb.*"], reason: "" }])).toEqual([
      "B aws_lb.edge",
    ]);
  });

  test("is told when it is no longer found, address by address", () => {
    const accepted = [{ check: "A", resources: ["aws_lb.edge", "aws_lb.gone", "aws_s3*"], reason: "" }];
    expect(outlived(findings, accepted)).toEqual(["A aws_lb.gone", "A aws_s3*"]);
  });
});
