import { beforeAll, describe, expect, test } from "vitest";
import { NAME_RULES, physicalName } from "../../../components/aws/names";
import type { Graph } from "../../../graph";
import { behind, names, ofType, only, statements } from "../support/aws-read";
import { awsPart } from "../support/aws-stack";

let prod: Graph;
let staging: Graph;
beforeAll(async () => {
  prod = await awsPart(() => undefined, { production: true });
  staging = await awsPart(() => undefined, { production: false });
});

describe("keys", () => {
  const policy = (purpose: string) =>
    statements(only(prod, "aws:kms/key:Key", `keys-${purpose}`).inputs.policy);
  const ACCOUNT = {
    sid: "AccountDecides",
    effect: "Allow",
    actions: ["kms:*"],
    resources: ["*"],
    services: [],
    principal: { AWS: ["arn:aws:iam::123456789012:root"] },
    condition: {},
  };

  test("rotate, have a name, and can be had back for a month", () => {
    const keys = ofType(prod, "aws:kms/key:Key");
    expect(names(keys)).toEqual(["keys-data", "keys-logs", "keys-messages", "keys-secrets"]);
    expect(
      new Set(keys.map(({ inputs }) => `${inputs.enableKeyRotation} ${inputs.deletionWindowInDays}`)),
    ).toEqual(new Set(["true 30"]));
    expect(ofType(prod, "aws:kms/alias:Alias").map(({ inputs }) => inputs.name)).toEqual([
      "alias/mainstay-prod-data",
      "alias/mainstay-prod-logs",
      "alias/mainstay-prod-messages",
      "alias/mainstay-prod-secrets",
    ]);
  });

  test("of data and secrets are for those whom the account's policies allow it, and nobody else", () => {
    expect(policy("data")).toEqual([ACCOUNT]);
    expect(policy("secrets")).toEqual([ACCOUNT]);
  });

  test("of logs let the log service in, for log groups of this account and region", () => {
    expect(policy("logs")).toEqual([
      ACCOUNT,
      {
        sid: "LogService",
        effect: "Allow",
        actions: ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
        resources: ["*"],
        services: ["logs.eu-west-1.amazonaws.com"],
        principal: { Service: ["logs.eu-west-1.amazonaws.com"] },
        condition: {
          ArnLike: {
            "kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:eu-west-1:123456789012:log-group:*",
          },
        },
      },
    ]);
  });

  test("of messages let exactly the publishers of the topics in", () => {
    const topics = ofType(prod, "aws:sns/topicPolicy:TopicPolicy");
    const publishers = topics.flatMap(({ inputs }) =>
      statements(inputs.policy).flatMap(({ services }) => services),
    );
    const admitted = policy("messages").flatMap(({ services }) => services);
    expect(admitted.sort()).toEqual([...new Set(publishers)].sort());
    expect(policy("messages").map(({ sid, condition }) => [sid, condition])).toEqual([
      ["AccountDecides", {}],
      ["Publishers", { StringEquals: { "aws:SourceAccount": "123456789012" } }],
      ["PublishersWithoutAccount", {}],
    ]);
  });
});

describe("log groups", () => {
  test("are encrypted and kept a year", () => {
    const kept = (graph: Graph) =>
      ofType(graph, "aws:cloudwatch/logGroup:LogGroup").map((group) => [
        group.inputs.name,
        group.inputs.retentionInDays,
        behind(graph, group, "kmsKeyId").join(),
      ]);
    expect(kept(prod)).toEqual([
      ["/aws/ecs/containerinsights/mainstay-prod/performance", 365, "keys-logs"],
      ["/mainstay/prod/cluster-sessions", 365, "keys-logs"],
      ["/aws/vendedlogs/prometheus/mainstay/prod", 365, "keys-logs"],
      ["/mainstay/prod/network-flow", 365, "keys-logs"],
    ]);
    expect(new Set(kept(staging).map(([, days]) => days))).toEqual(new Set([365]));
  });
});

test("sessions in a task are encrypted and logged, and the cluster is looked into", () => {
  const cluster = only(prod, "aws:ecs/cluster:Cluster");
  expect(cluster.inputs).toMatchObject({
    name: "mainstay-prod",
    settings: [{ name: "containerInsights", value: "enhanced" }],
    configuration: {
      executeCommandConfiguration: {
        logging: "OVERRIDE",
        logConfiguration: {
          cloudWatchEncryptionEnabled: true,
          cloudWatchLogGroupName: "/mainstay/prod/cluster-sessions",
        },
      },
    },
  });
  expect(behind(prod, cluster, "configuration")).toEqual(["cluster-sessions", "keys-logs"]);
});

test("metrics are encrypted, kept as long as the configuration says, and protected", () => {
  const workspace = only(prod, "aws:amp/workspace:Workspace");
  expect(behind(prod, workspace, "kmsKeyArn")).toEqual(["keys-data"]);
  expect(workspace.inputs.loggingConfiguration).toEqual({
    logGroupArn: "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/vendedlogs/prometheus/mainstay/prod:*",
  });
  expect(workspace.protect).toBe(true);
  expect(
    only(prod, "aws:amp/workspaceConfiguration:WorkspaceConfiguration").inputs.retentionPeriodInDays,
  ).toBe(365);
});

describe("physical names", () => {
  const long = "x".repeat(300);

  test.each(Object.entries(NAME_RULES))(
    "of a %s keep to its limit, and differ where what they name does",
    (kind, rule) => {
      const of = (name: string) => physicalName(kind as keyof typeof NAME_RULES, "mainstay-prod", name);
      expect(of(long)).toHaveLength(rule.longest);
      expect(of(`${long}a`)).not.toBe(of(`${long}b`));
      expect(of("short")).toBe(["mainstay", "prod", "short"].join(rule.joint));
    },
  );
});
