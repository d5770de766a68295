import type { AwsEnvironment } from "../../environment/environment";
import { ACCESS_PATH, boundaryArn, inItsRegions } from "./boundary";
import { ROLE_TAKERS, rolePath, type Statement } from "./policy";

/** AWS's own list of what only looks. */
export const READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess";

/** Reading that AWS counts as looking, and would give away what is kept: values, objects, rows, log lines. */
export const readsNoData = (): Statement => ({
  sid: "NoData",
  effect: "Deny",
  actions: [
    "secretsmanager:GetSecretValue",
    "secretsmanager:BatchGetSecretValue",
    "ssm:GetParameter*",
    "s3:GetObject*",
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
    "lambda:GetFunction",
    "kms:Decrypt",
    "sts:AssumeRole",
  ],
  resources: ["*"],
});

/** The services the program declares resources of, by the prefix of their actions. */
export const MANAGED_SERVICES = [
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
