import { beforeAll, describe, expect, test } from "vitest";
import { AwsIdentity } from "../../../components/aws/identity";
import { AwsMoney } from "../../../components/aws/money";
import type { Graph } from "../../../graph";
import { behind, names, ofType, only, statements } from "../support/aws-read";
import { inventAws } from "../support/aws-outputs";
import { awsGraph, awsPart, awsStack } from "../support/aws-stack";
import { permits } from "../support/iam";

const declareBoth = (change: object = {}) =>
  awsPart(
    ({ context, opts }) => {
      new AwsIdentity(context, "identity", opts);
      new AwsMoney(context, "money", opts);
    },
    { production: true, change },
  );

const account = (more: object) => {
  const scale = JSON.parse(String(awsStack({ production: true }).config["mainstay:scale"])) as {
    aws: object;
  };
  return { aws: { ...scale.aws, ...more } };
};

let graph: Graph;
beforeAll(async () => {
  graph = await declareBoth();
});

const trustOf = (of: Graph, name: string) =>
  statements(only(of, "aws:iam/role:Role", name).inputs.assumeRolePolicy).map(
    ({ actions, principal, condition }) => ({ actions, principal, condition }),
  );

describe("who may take the roles", () => {
  const trust = (githubEnvironment: string) => [
    {
      actions: ["sts:AssumeRoleWithWebIdentity"],
      principal: {
        Federated: "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com",
      },
      condition: {
        StringEquals: {
          "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
          "token.actions.githubusercontent.com:sub": [
            `repo:example/platform:environment:${githubEnvironment}`,
          ],
        },
      },
    },
  ];

  test("is the repository's workflows in the stack's environment of GitHub, and nobody else", () => {
    expect(trustOf(graph, "identity-preview")).toEqual(trust("prod-preview"));
    expect(trustOf(graph, "identity-deploy")).toEqual(trust("prod"));
  });

  test("is told by the subject GitHub really gives, where that has ids in it", async () => {
    const tokenSubjects = ["repo:example/platform", "repo:example-1/platform-2"];
    const [trust] = trustOf(await declareBoth(account({ tokenSubjects })), "identity-deploy");
    expect(trust?.condition.StringEquals?.["token.actions.githubusercontent.com:sub"]).toEqual([
      "repo:example/platform:environment:prod",
      "repo:example-1/platform-2:environment:prod",
    ]);
  });
});

describe("what the account has once", () => {
  test("is found by its ARN where another stack owns it", async () => {
    const guest = await declareBoth(account({ owns: [] }));
    expect(ofType(guest, "aws:iam/openIdConnectProvider:OpenIdConnectProvider")).toEqual([]);
    expect(ofType(guest, "aws:costexplorer/costAllocationTag:CostAllocationTag")).toEqual([]);
    expect(ofType(guest, "aws:costexplorer/anomalyMonitor:AnomalyMonitor")).toEqual([]);
  });

  test("is made, and protected, where the configuration says so", async () => {
    const owner = await declareBoth(account({ owns: ["github-provider", "cost-allocation-tags"] }));
    const provider = only(owner, "aws:iam/openIdConnectProvider:OpenIdConnectProvider");
    expect(provider.protect).toBe(true);
    expect(provider.inputs).toEqual({
      url: "https://token.actions.githubusercontent.com",
      clientIdLists: ["sts.amazonaws.com"],
    });
    for (const { name, dependencies } of ofType(owner, "aws:iam/role:Role").filter(({ name: one }) =>
      one.startsWith("identity"),
    ))
      expect([name, dependencies]).toEqual([name, [provider.urn]]);
    const tags = ofType(owner, "aws:costexplorer/costAllocationTag:CostAllocationTag");
    expect(tags.map(({ inputs }) => inputs.tagKey)).toEqual(["mainstay:environment", "mainstay:repository"]);
  });
});

describe("the roles that look", () => {
  const KEY = "arn:aws:kms:eu-west-1:123456789012:key/0f0f0f0f-0000-0000-0000-000000000000";
  let whole: Graph;
  beforeAll(async () => {
    const state = { bucket: "acme-state", keyArn: KEY };
    whole = await awsGraph({ production: true, change: account({ state }) });
  }, 60_000);

  const arnsOf = (type: string, name?: string) =>
    ofType(whole, type)
      .filter((one) => name === undefined || one.name === name)
      .map((one) => String(inventAws(one).arn));

  /** With ReadOnlyAccess, which all of them have: AWS lets it look at everything, and not decrypt or take secrets. */
  const may = (role: string, action: string, resource: string) => {
    const own = statements(only(whole, "aws:iam/rolePolicy:RolePolicy", `identity-${role}`).inputs.policy);
    const looks = {
      sid: "",
      effect: "Allow",
      resources: ["*"],
      services: [],
      principal: null,
      condition: {},
    };
    const readOnly = { ...looks, actions: ["s3:Get*", "lambda:Get*", "logs:Get*"] };
    return permits([readOnly, ...own], { action, resource });
  };

  test("have AWS's own list of what only looks", () => {
    const attached = ofType(graph, "aws:iam/rolePolicyAttachment:RolePolicyAttachment");
    expect(attached.map(({ name, inputs }) => [name, inputs.policyArn])).toEqual(
      ["drift", "preview"].map((one) => [`identity-${one}`, "arn:aws:iam::aws:policy/ReadOnlyAccess"]),
    );
  });

  test.each(["preview", "drift"])("%s reads the state and decrypts it", (role) => {
    expect(may(role, "s3:GetObject", "arn:aws:s3:::acme-state/.pulumi/stacks/prod.json")).toBe(true);
    expect(may(role, "kms:Decrypt", KEY)).toBe(true);
  });

  test.each(["preview", "drift"])("%s reads nothing users have written, nor logs", (role) => {
    const [backups] = arnsOf("aws:s3/bucket:Bucket", "backups-bucket");
    const [log] = arnsOf("aws:cloudwatch/logGroup:LogGroup", "api");
    expect(may(role, "s3:GetObject", `${backups}/x`)).toBe(false);
    expect(may(role, "s3:GetObject", "arn:aws:s3:::another-bucket/x")).toBe(false);
    expect(may(role, "logs:GetLogEvents", String(log))).toBe(false);
  });

  /** What the provider reads to compare it with the state; it cannot tell drift without. */
  const compared = () => [
    ...arnsOf("aws:secretsmanager/secret:Secret").map((arn) => ["secretsmanager:GetSecretValue", arn]),
    ...arnsOf("aws:lambda/function:Function").map((arn) => ["lambda:GetFunction", arn]),
    ...arnsOf("aws:s3/bucket:Bucket", "monitoring-canary").map((arn) => ["s3:GetObject", `${arn}/probe.zip`]),
    ...arnsOf("aws:kms/key:Key", "keys-secrets").map((arn) => ["kms:Decrypt", arn]),
    ...arnsOf("aws:kms/key:Key", "keys-data").map((arn) => ["kms:Decrypt", arn]),
  ];

  test("drift tells CloudWatch what it found, among the environment's own figures and no others; preview nothing", () => {
    const tells = (role: string) =>
      statements(only(graph, "aws:iam/rolePolicy:RolePolicy", `identity-${role}`).inputs.policy).filter(
        ({ effect, actions }) => effect === "Allow" && actions.some((one) => one.startsWith("cloudwatch:")),
      );
    expect(tells("preview")).toEqual([]);
    expect(tells("drift")).toMatchObject([
      {
        actions: ["cloudwatch:PutMetricData"],
        resources: ["*"],
        condition: { StringEquals: { "cloudwatch:namespace": "mainstay/prod" } },
      },
    ]);
  });

  test("drift reads all that is compared, preview none of it", () => {
    const all = compared();
    expect(new Set(all.map(([action]) => action)).size).toBe(4);
    const reads = (role: string) => all.filter(([action = "", arn = ""]) => may(role, action, arn));
    expect(reads("drift")).toEqual(all);
    expect(reads("preview")).toEqual([]);
  });
});

describe("the deploy role", () => {
  const policy = () =>
    statements(only(graph, "aws:iam/rolePolicy:RolePolicy", "identity-deploy").inputs.policy);
  const statement = (sid: string) => policy().find((one) => one.sid === sid);

  test("works in the environment's regions only", () => {
    expect(statement("Services")?.condition).toEqual({
      StringEquals: { "aws:RequestedRegion": ["eu-west-1", "eu-central-1", "us-east-1"] },
    });
  });

  test("makes and hands on the environment's own roles only, to the services that take them", () => {
    const resources = ["arn:aws:iam::123456789012:role/mainstay/prod/*"];
    const passed = [
      "backup",
      "ecs",
      "ecs-tasks",
      "lambda",
      "monitoring.rds",
      "s3",
      "vpc-flow-logs",
      "synthetics",
    ];
    expect(statement("HandRolesOn")).toMatchObject({
      actions: ["iam:PassRole"],
      resources,
      condition: {
        StringEquals: { "iam:PassedToService": passed.map((service) => `${service}.amazonaws.com`) },
      },
    });
    expect(statement("RolesOfTheEnvironment")).toMatchObject({
      actions: ["DeleteRole", "UpdateRole", "UpdateAssumeRolePolicy", "TagRole", "UntagRole"].map(
        (action) => `iam:${action}`,
      ),
      resources,
      condition: {},
    });
    expect(policy().filter(({ actions }) => actions.includes("iam:*"))).toEqual([]);
  });

  test("gives a role rights within the environment's boundary only, and takes the boundary off none", () => {
    expect(statement("RolesWithinTheBoundary")).toMatchObject({
      effect: "Allow",
      actions: [
        ...["iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy", "iam:DeleteRolePolicy"],
        ...["iam:AttachRolePolicy", "iam:DetachRolePolicy"],
      ],
      resources: ["arn:aws:iam::123456789012:role/mainstay/prod/*"],
      condition: {
        StringEquals: {
          "iam:PermissionsBoundary":
            "arn:aws:iam::123456789012:policy/mainstay-access/mainstay-prod-boundary",
        },
      },
    });
    expect(statement("NoRoleWithoutBoundary")).toMatchObject({
      effect: "Deny",
      actions: ["iam:DeleteRolePermissionsBoundary"],
      resources: ["*"],
    });
    const giving = /^iam:(\*|(Create|Put|Attach|Add|Set)\w*)$/;
    const given = policy().filter(
      ({ effect, actions }) => effect === "Allow" && actions.some((one) => giving.test(one)),
    );
    expect(given.map(({ sid }) => sid)).toEqual(["RolesWithinTheBoundary", "RolesOfServices"]);
  });

  test("cannot change its own rights, nor the boundary", () => {
    expect(statement("NotItsOwnRights")).toMatchObject({
      effect: "Deny",
      actions: ["Create*", "Put*", "Attach*", "Update*", "Delete*", "Detach*", "Set*"].map(
        (action) => `iam:${action}`,
      ),
      resources: [
        "arn:aws:iam::123456789012:role/mainstay-access/*",
        "arn:aws:iam::123456789012:policy/mainstay-access/*",
      ],
    });
    const stand = ofType(graph, "aws:iam/role:Role").filter(
      ({ inputs }) => inputs.path === "/mainstay-access/",
    );
    expect(names(stand)).toEqual(["identity-deploy", "identity-drift", "identity-preview"]);
  });

  test("has a policy that fits: 10,240 characters for all of a role's own", () => {
    const { policy: text } = only(graph, "aws:iam/rolePolicy:RolePolicy", "identity-deploy").inputs;
    expect(String(text).length).toBeLessThan(10_240);
  });
});

describe("money", () => {
  test("is watched by the environment's tag: at four fifths, at the whole, and when the whole is foreseen", () => {
    const { inputs, dependencies } = only(graph, "aws:budgets/budget:Budget");
    expect(inputs).toMatchObject({
      budgetType: "COST",
      timeUnit: "MONTHLY",
      limitAmount: "3000",
      costFilters: [{ name: "TagKeyValue", values: ["user:mainstay:environment$prod"] }],
    });
    const told = inputs.notifications as { notificationType: string; threshold: number }[];
    expect(told.map(({ notificationType, threshold }) => [notificationType, threshold])).toEqual([
      ["ACTUAL", 80],
      ["ACTUAL", 100],
      ["FORECASTED", 100],
    ]);
    expect(dependencies.filter((urn) => urn.endsWith("TopicPolicy::topics-warning"))).toHaveLength(1);
  });

  test("that is out of the ordinary is told at once, over a monitor that is not the account's only one", () => {
    const monitor = only(graph, "aws:costexplorer/anomalyMonitor:AnomalyMonitor").inputs;
    expect(monitor.monitorType).toBe("CUSTOM");
    expect(JSON.parse(String(monitor.monitorSpecification))).toMatchObject({
      Tags: { Key: "mainstay:environment", Values: ["prod"] },
    });
    const subscription = only(graph, "aws:costexplorer/anomalySubscription:AnomalySubscription");
    expect(subscription.inputs).toMatchObject({
      frequency: "IMMEDIATE",
      subscribers: [{ type: "SNS" }],
      thresholdExpression: { dimension: { key: "ANOMALY_TOTAL_IMPACT_ABSOLUTE", values: ["50"] } },
    });
    expect(behind(graph, subscription, "subscribers")).toEqual(["topics-info"]);
  });
});
