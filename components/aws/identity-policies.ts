import type { AwsEnvironment } from "../../environment/environment";
import { rolePath, type Statement } from "./policy";

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
  "scheduler",
  "secretsmanager",
  "sns",
  "sqs",
  "ssm",
  "synthetics",
  "wafv2",
  "xray",
] as const;

/** Services that are handed a role of the environment. */
export const ROLE_TAKERS = [
  "backup",
  "ecs",
  "ecs-tasks",
  "events",
  "lambda",
  "monitoring.rds",
  "s3",
  "scheduler",
  "vpc-flow-logs",
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

/**
 * What the deploy role may do: everything with the services the program uses, in the environment's regions;
 * roles only where the environment's stand; and never to its own rights.
 *
 * @param accessPath where the deploy role itself stands
 */
export function deployStatements(environment: AwsEnvironment, accessPath: string): Statement[] {
  const { accountId, region, copyRegion } = environment.aws;
  const iam = (resource: string) => `arn:aws:iam::${accountId}:${resource}`;
  const roles = iam(`role${rolePath(environment)}*`);
  // Global services are asked in us-east-1.
  const regions = [region, ...(copyRegion ? [copyRegion] : []), "us-east-1"];
  return [
    {
      sid: "Services",
      actions: MANAGED_SERVICES.map((service) => `${service}:*`),
      resources: ["*"],
      conditions: { StringEquals: { "aws:RequestedRegion": [...new Set(regions)] } },
    },
    {
      sid: "RolesOfTheEnvironment",
      actions: [
        ...["CreateRole", "DeleteRole", "UpdateRole", "UpdateAssumeRolePolicy", "TagRole", "UntagRole"],
        ...["PutRolePolicy", "DeleteRolePolicy", "AttachRolePolicy", "DetachRolePolicy"],
      ].map((action) => `iam:${action}`),
      resources: [roles],
    },
    { sid: "LookAtRoles", actions: ["iam:Get*", "iam:List*"], resources: [iam("*")] },
    {
      sid: "HandRolesOn",
      actions: ["iam:PassRole"],
      resources: [roles],
      conditions: { StringEquals: { "iam:PassedToService": hosts(ROLE_TAKERS) } },
    },
    {
      sid: "RolesOfServices",
      actions: ["iam:CreateServiceLinkedRole"],
      resources: [iam("role/aws-service-role/*")],
      conditions: { StringEquals: { "iam:AWSServiceName": hosts(SERVICE_LINKED) } },
    },
    {
      sid: "NotItsOwnRights",
      effect: "Deny",
      actions: ["iam:Create*", "iam:Put*", "iam:Attach*", "iam:Update*", "iam:Delete*", "iam:Detach*"],
      resources: [iam(`role${accessPath}*`)],
    },
  ];
}
