import type * as pulumi from "@pulumi/pulumi";
import type { AwsEnvironment } from "../../environment/environment";
import { ownNamespace } from "../../observability/alarms";
import { ACCESS_PATH, boundaryArn, inItsRegions } from "./boundary";
import type { AwsContext } from "./context";
import { ROLE_TAKERS, rolePath, type Statement } from "./policy";

/** AWS's own list of what only looks. */
export const READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess";

/** Reading that AWS counts as looking, and would give away what is kept: rows, log lines, traces. */
const readsNoData = (): Statement => ({
  sid: "NoData",
  effect: "Deny",
  actions: [
    "secretsmanager:BatchGetSecretValue",
    "ssm:GetParameter*",
    "logs:FilterLogEvents",
    "logs:GetLogEvents",
    "logs:GetLogRecord",
    "logs:GetQueryResults",
    "logs:StartQuery",
    "logs:StartLiveTail",
    "aps:QueryMetrics",
    "xray:BatchGetTraces",
    "rds:Download*",
    "ecr:GetDownloadUrlForLayer",
    "sts:AssumeRole",
  ],
  resources: ["*"],
});

type Arns = readonly pulumi.Input<string>[];

/** Values, code, objects, and what they are encrypted with. The engine needs those of the state, and some to compare. */
const readsNoValuesBut = (allowed: Arns): Statement => ({
  sid: "NoValues",
  effect: "Deny",
  actions: ["secretsmanager:GetSecretValue", "lambda:GetFunction", "s3:GetObject*", "kms:Decrypt"],
  ...(allowed.length > 0 ? { resources: [], allBut: allowed } : { resources: ["*"] }),
});

/** Where the state is: its objects, and the key its secrets are encrypted with. */
function stateArns({ aws: account }: AwsEnvironment): { objects: string[]; keys: string[] } {
  const { bucket, keyArn } = account.state ?? {};
  return { objects: bucket ? [`arn:aws:s3:::${bucket}/*`] : [], keys: keyArn ? [keyArn] : [] };
}

const decrypts = (keys: Arns): Statement[] =>
  keys.length > 0 ? [{ sid: "Decrypt", actions: ["kms:Decrypt"], resources: keys }] : [];

/** Beside looking at how everything is set: the state, and nothing of what is kept. */
export function previewStatements(environment: AwsEnvironment): Statement[] {
  const { objects, keys } = stateArns(environment);
  return [readsNoData(), readsNoValuesBut([...objects, ...keys]), ...decrypts(keys)];
}

/**
 * The same, and what the provider reads to compare it with the state: the environment's own secrets, the code of
 * functions, the object the probe's code is in. What it found it tells CloudWatch.
 *
 * @param keyArns of the keys those are encrypted with
 */
export function driftStatements({ environment, prefix }: Named, keyArns: Arns): Statement[] {
  const { objects, keys } = stateArns(environment);
  const { region, accountId } = environment.aws;
  const at = (service: string, resource: string) => `arn:aws:${service}:${region}:${accountId}:${resource}`;
  const secrets = at("secretsmanager", `secret:${prefix}/*`);
  const compared = [secrets, at("lambda", "function:*"), `arn:aws:s3:::${prefix}-*-canary-*/*`];
  return [
    readsNoData(),
    readsNoValuesBut([...objects, ...keys, ...compared, ...keyArns]),
    { sid: "Compare", actions: ["secretsmanager:GetSecretValue"], resources: [secrets] },
    ...decrypts([...keys, ...keyArns]),
    {
      sid: "Tell",
      actions: ["cloudwatch:PutMetricData"],
      // It knows no resource; where figures are put is asked for by the namespace.
      resources: ["*"],
      conditions: { StringEquals: { "cloudwatch:namespace": ownNamespace(environment.name) } },
    },
  ];
}

type Named = Pick<AwsContext, "environment" | "prefix">;

/** The services the program declares resources of, by the prefix of their actions. */
const MANAGED_SERVICES = [
  "acm",
  "application-autoscaling",
  "aps",
  "backup",
  "backup-storage",
  "budgets",
  "ce",
  "cloudwatch",
  "ec2",
  "ecr",
  "ecs",
  "elasticache",
  "elasticloadbalancing",
  "events",
  "kms",
  "lambda",
  "logs",
  "rds",
  "route53",
  "s3",
  "secretsmanager",
  "sns",
  "sqs",
  "synthetics",
  "wafv2",
  "xray",
] as const;

/** Services that make a role of their own in an account when they are first used. */
const SERVICE_LINKED = [
  "ecs",
  "ecs.application-autoscaling",
  "elasticache",
  "elasticloadbalancing",
  "prometheus",
  "rds",
  "wafv2",
  "backup",
  "restore-testing.backup",
] as const;

const hosts = (services: readonly string[]) => services.map((service) => `${service}.amazonaws.com`);

/** Changes of a role that the boundary has to hold for; IAM tells of the boundary in these alone. */
const WITHIN_BOUNDARY = [
  ...["CreateRole", "PutRolePermissionsBoundary"],
  ...["PutRolePolicy", "DeleteRolePolicy", "AttachRolePolicy", "DetachRolePolicy"],
];

/**
 * What the deploy role may do: everything with the services the program uses, in the environment's regions;
 * roles only where the environment's stand, and only within their boundary; and never to its own rights.
 */
export function deployStatements(environment: AwsEnvironment): Statement[] {
  const { accountId } = environment.aws;
  const arn = (resource: string) => `arn:aws:iam::${accountId}:${resource}`;
  const iam = (actions: readonly string[]) => actions.map((action) => `iam:${action}`);
  const roles = arn(`role${rolePath(environment)}*`);
  return [
    {
      sid: "Services",
      actions: MANAGED_SERVICES.map((service) => `${service}:*`),
      resources: ["*"],
      conditions: inItsRegions(environment),
    },
    {
      sid: "RolesWithinTheBoundary",
      actions: iam(WITHIN_BOUNDARY),
      resources: [roles],
      conditions: { StringEquals: { "iam:PermissionsBoundary": boundaryArn(environment) } },
    },
    {
      sid: "RolesOfTheEnvironment",
      actions: iam(["DeleteRole", "UpdateRole", "UpdateAssumeRolePolicy", "TagRole", "UntagRole"]),
      resources: [roles],
    },
    { sid: "LookAtRoles", actions: iam(["Get*", "List*"]), resources: [arn("*")] },
    {
      sid: "HandRolesOn",
      actions: iam(["PassRole"]),
      resources: [roles],
      // Synthetics hands a canary's on to Lambda, and asks for both ("CloudWatchSyntheticsFullAccess", IAM's own policy).
      conditions: { StringEquals: { "iam:PassedToService": hosts([...ROLE_TAKERS, "synthetics"]) } },
    },
    {
      sid: "RolesOfServices",
      actions: iam(["CreateServiceLinkedRole"]),
      resources: [arn("role/aws-service-role/*")],
      conditions: { StringEquals: { "iam:AWSServiceName": hosts(SERVICE_LINKED) } },
    },
    {
      sid: "NotItsOwnRights",
      effect: "Deny",
      actions: iam(["Create*", "Put*", "Attach*", "Update*", "Delete*", "Detach*", "Set*"]),
      resources: [arn(`role${ACCESS_PATH}*`), arn(`policy${ACCESS_PATH}*`)],
    },
    {
      sid: "NoRoleWithoutBoundary",
      effect: "Deny",
      actions: iam(["DeleteRolePermissionsBoundary"]),
      resources: ["*"],
    },
  ];
}
