import { UNKNOWN, type Json } from "../../../../graph/resource";
import type { GivenStack } from "../graphs";
import { aws, ACCOUNT, alarm, document } from "./parts";

const BOUNDARY = "arn:aws:iam::123456789012:policy/boundary";

const ISSUER = "token.actions.githubusercontent.com";

/** A trust in tokens of GitHub's. */
export const trust = (Condition: Json) => ({
  Sid: "X",
  Effect: "Allow",
  Action: "sts:AssumeRoleWithWebIdentity",
  Principal: { Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/${ISSUER}` },
  Condition,
});

/** What a role may do that makes roles, by Sid. */
export const DEPLOYS = {
  Roles: {
    Sid: "Roles",
    Effect: "Allow",
    Action: ["iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PutRolePermissionsBoundary"],
    Resource: `arn:aws:iam::${ACCOUNT}:role/app/*`,
    Condition: { StringEquals: { "iam:PermissionsBoundary": BOUNDARY } },
  },
  HandOn: {
    Sid: "HandOn",
    Effect: "Allow",
    Action: "iam:PassRole",
    Resource: `arn:aws:iam::${ACCOUNT}:role/app/*`,
    Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
  },
  Rights: {
    Sid: "Rights",
    Effect: "Deny",
    Action: ["iam:Put*", "iam:Attach*", "iam:Update*", "iam:Create*", "iam:Set*", "iam:De*"],
    Resource: [`arn:aws:iam::${ACCOUNT}:role/access/*`, BOUNDARY],
  },
  Trusts: {
    Sid: "Trusts",
    Effect: "Allow",
    Action: ["iam:UpdateAssumeRolePolicy", "iam:CreatePolicyVersion"],
    Resource: [`arn:aws:iam::${ACCOUNT}:role/app/*`, `arn:aws:iam::${ACCOUNT}:policy/app/*`],
  },
  Boundary: {
    Sid: "Boundary",
    Effect: "Deny",
    Action: "iam:DeleteRolePermissionsBoundary",
    Resource: "*",
  },
};

/** What a role may not do that may look at everything. */
export const LOOKS: Json[] = [
  {
    Sid: "Data",
    Effect: "Deny",
    Action: [
      ...["secretsmanager:BatchGetSecretValue", "ssm:GetParameter*", "lambda:GetFunction", "kms:Decrypt"],
      ...["logs:GetLog*", "logs:FilterLogEvents", "logs:GetQueryResults", "logs:Start*", "aps:QueryMetrics"],
      ...["xray:BatchGetTraces", "rds:Download*", "ecr:GetDownloadUrlForLayer", "sts:AssumeRole"],
    ],
    Resource: "*",
  },
  {
    Sid: "Values",
    Effect: "Deny",
    Action: ["secretsmanager:GetSecretValue", "s3:GetObject*"],
    NotResource: "arn:aws:s3:::state/*",
  },
];

export const CONTAINER: Record<string, Json> = {
  name: "api",
  image: `${ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/app@sha256:${"b".repeat(64)}`,
  user: "10101:10101",
  essential: true,
  readonlyRootFilesystem: true,
  privileged: false,
  linuxParameters: { capabilities: { drop: ["ALL"] } },
  environment: [{ name: "LOG_LEVEL", value: "info" }],
  secrets: [{ name: "DATABASE_URL", valueFrom: "arn:aws:secretsmanager:::secret:x" }],
  logConfiguration: { logDriver: "awslogs" },
  healthCheck: { command: ["CMD", "node", "health"] },
};

/** Tasks, the roles they run by, and people. */
export const compute: GivenStack = {
  cluster: aws("ecs/cluster", { settings: [{ name: "containerInsights", value: "enabled" }] }),
  executionRole: aws("iam/role", {
    maxSessionDuration: 3600,
    permissionsBoundary: BOUNDARY,
    assumeRolePolicy: document({
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Principal: { Service: "ecs-tasks.amazonaws.com" },
    }),
  }),
  taskRole: aws("iam/role", {
    permissionsBoundary: BOUNDARY,
    assumeRolePolicy: document({
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Principal: { Service: "ecs-tasks.amazonaws.com" },
    }),
  }),
  rolePolicy: aws(
    "iam/rolePolicy",
    {
      policy: document({
        Sid: "Read",
        Effect: "Allow",
        Action: ["s3:GetObject"],
        Resource: "arn:aws:s3:::x/*",
      }),
    },
    [["role", "taskRole"]],
  ),
  attachment: aws(
    "iam/rolePolicyAttachment",
    { policyArn: "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy" },
    [["role", "executionRole"]],
  ),
  deployer: aws("iam/role", {
    name: "deployer",
    path: "/access/",
    assumeRolePolicy: document(
      trust({
        StringEquals: {
          [`${ISSUER}:aud`]: "sts.amazonaws.com",
          [`${ISSUER}:sub`]: ["repo:owner/name:environment:prod"],
        },
      }),
    ),
  }),
  deployerPolicy: aws("iam/rolePolicy", { policy: document(...Object.values(DEPLOYS)) }, [
    ["role", "deployer"],
  ]),
  looker: aws("iam/role", {
    assumeRolePolicy: document({ Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: ACCOUNT } }),
  }),
  lookerAttachment: aws("iam/rolePolicyAttachment", { policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" }, [
    ["role", "looker"],
  ]),
  lookerPolicy: aws("iam/rolePolicy", { policy: document(...LOOKS) }, [["role", "looker"]]),
  worker: aws("iam/role", {
    path: "/access/",
    permissionsBoundary: BOUNDARY,
    assumeRolePolicy: document({ Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: ACCOUNT } }),
    managedPolicyArns: ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
    inlinePolicies: [
      { name: "looks", policy: document(...LOOKS) },
      { name: "deploys", policy: document(...Object.values(DEPLOYS)) },
    ],
  }),
  deploys: aws("iam/policy", { policy: document(...Object.values(DEPLOYS)) }),
  deploysAttachment: aws(
    "iam/rolePolicyAttachment",
    { policyArn: `arn:aws:iam::${ACCOUNT}:policy/deploys` },
    [["role", "deployer"]],
    { policyArn: ["deploys"] },
  ),
  person: aws("iam/user", {}),
  personKey: aws("iam/accessKey", { status: "Inactive" }, [["user", "person"]]),
  writer: aws("iam/user", { path: "/mainstay/" }),
  writerKey: aws("iam/accessKey", {}, [["user", "writer"]]),
  personPolicy: aws("iam/userPolicy", { policy: document(...LOOKS) }, [["user", "person"]]),
  people: aws("iam/group", {}),
  peoplePolicy: aws("iam/groupPolicy", { policy: document(...LOOKS) }, [["group", "people"]]),
  peopleAttachment: aws("iam/policyAttachment", { policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" }, [
    ["users", "person"],
    ["groups", "people"],
  ]),
  task: aws(
    "ecs/taskDefinition",
    {
      family: "api",
      networkMode: "awsvpc",
      containerDefinitions: JSON.stringify([CONTAINER]),
      volumes: [
        { name: "files", efsVolumeConfiguration: { fileSystemId: "fs-1", transitEncryption: "ENABLED" } },
      ],
    },
    [
      ["executionRoleArn", "executionRole"],
      ["taskRoleArn", "taskRole"],
    ],
  ),
  service: aws(
    "ecs/service",
    {
      name: "api",
      desiredCount: 2,
      platformVersion: "LATEST",
      enableExecuteCommand: false,
      networkConfiguration: { assignPublicIp: false, securityGroups: [UNKNOWN], subnets: [UNKNOWN] },
      deploymentCircuitBreaker: { enable: true, rollback: true },
      alarms: { enable: true, rollback: true, alarmNames: ["api-ReleaseFailuresHigh"] },
      deploymentMinimumHealthyPercent: 100,
      deploymentMaximumPercent: 200,
    },
    [
      ["taskDefinition", "task"],
      ["cluster", "cluster"],
    ],
    { networkConfiguration: ["appGroup", "privateSubnet"] },
  ),
  serviceCpu: alarm("CPUUtilization", "service"),
  serviceMemory: alarm("MemoryUtilization", "service"),
  scalingByLoad: aws("appautoscaling/policy", {
    targetTrackingScalingPolicyConfiguration: {
      predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" },
      targetValue: 60,
    },
  }),
  scaling: aws("appautoscaling/target", { minCapacity: 2, maxCapacity: 6 }, [["resourceId", "service"]]),
};
