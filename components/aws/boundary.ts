import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { AwsEnvironment } from "../../environment/environment";
import { physicalName } from "./names";
import { policyDocument, rolePath, type Conditions, type Statement } from "./policy";

/** IAM path of what the deploy role must not change: the access roles, and the permissions boundary of all others. */
export const ACCESS_PATH = "/mainstay-access/";

/** Actions the environment's own roles are allowed. */
const OWN_ACTIONS: Readonly<Record<string, readonly string[]>> = {
  aps: [
    ...["DeleteAlertManagerSilence", "GetAlertManagerSilence", "GetAlertManagerStatus", "GetLabels"],
    ...["GetMetricMetadata", "GetSeries", "ListAlertManagerAlertGroups", "ListAlertManagerAlerts"],
    ...["ListAlertManagerReceivers", "ListAlertManagerSilences", "ListAlerts", "ListRules"],
    ...["PutAlertManagerSilences", "QueryMetrics", "RemoteWrite"],
  ],
  cloudwatch: [
    ...["DescribeAlarmHistory", "DescribeAlarms", "DescribeAlarmsForMetric", "GetMetricData"],
    ...["ListMetrics", "PutMetricData"],
  ],
  ecr: ["BatchCheckLayerAvailability", "BatchGetImage", "GetAuthorizationToken", "GetDownloadUrlForLayer"],
  ecs: [
    ...["DescribeServiceDeployments", "DescribeServiceRevisions", "DescribeTasks", "ListTasks", "RunTask"],
    ...["TagResource"],
  ],
  kms: ["CreateGrant", "Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey*", "ReEncrypt*"],
  lambda: ["InvokeFunction"],
  logs: [
    ...["CreateLogStream", "DescribeLogGroups", "DescribeLogStreams", "GetLogEvents"],
    ...["GetLogGroupFields", "GetQueryResults", "PutLogEvents", "StartQuery", "StopQuery"],
  ],
  s3: [
    ...["DeleteObject", "GetBucketLocation", "GetObject", "GetObjectLegalHold", "GetObjectRetention"],
    ...["GetObjectVersionAcl", "GetObjectVersionForReplication", "GetObjectVersionTagging"],
    ...["GetReplicationConfiguration", "ListAllMyBuckets", "ListBucket", "PutObject"],
    ...["ReplicateDelete", "ReplicateObject", "ReplicateTags"],
  ],
  secretsmanager: ["GetSecretValue"],
  sqs: ["SendMessage"],
  ssmmessages: ["CreateControlChannel", "CreateDataChannel", "OpenControlChannel", "OpenDataChannel"],
  xray: ["PutTelemetryRecords", "PutTraceSegments"],
};

/**
 * Actions of the AWS managed policies some roles carry: of AWS Backup for RDS, of ECS for load balancers, of RDS for
 * enhanced monitoring. AWS changes those policies, so whole services are allowed here.
 */
const ACTIONS_OF_AWS_POLICIES = [
  ...["backup:*", "rds:*", "elasticloadbalancing:*", "ec2:Describe*", "tag:GetResources"],
  ...["logs:CreateLogGroup", "logs:PutRetentionPolicy"],
];

/** Regions the environment's own calls go to. Global services are asked in us-east-1. */
export const inItsRegions = ({ aws: account }: AwsEnvironment): Conditions => ({
  StringEquals: {
    "aws:RequestedRegion": [
      ...new Set([account.region, ...(account.copyRegion ? [account.copyRegion] : []), "us-east-1"]),
    ],
  },
});

/** A boundary allows nothing by itself: a role may do what both its policies and its boundary allow. */
const statements = (environment: AwsEnvironment): Statement[] => [
  {
    sid: "OwnRoles",
    actions: Object.entries(OWN_ACTIONS).flatMap(([service, names]) =>
      names.map((name) => `${service}:${name}`),
    ),
    resources: ["*"],
    conditions: inItsRegions(environment),
  },
  {
    sid: "PoliciesOfAws",
    actions: ACTIONS_OF_AWS_POLICIES,
    resources: ["*"],
    conditions: inItsRegions(environment),
  },
  {
    sid: "HandOnToTasks",
    actions: ["iam:PassRole"],
    resources: [`arn:aws:iam::${environment.aws.accountId}:role${rolePath(environment)}*`],
    conditions: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
  },
];

/** Known before it exists: the deploy role may make roles with this boundary only. */
export const boundaryArn = (environment: AwsEnvironment): string =>
  `arn:aws:iam::${environment.aws.accountId}:policy${ACCESS_PATH}${boundaryName(environment)}`;

const boundaryName = ({ name }: AwsEnvironment) => physicalName("policy", "mainstay", name, "boundary");

/**
 * The most any role of the environment may do. Without it, whoever can create roles could create one with more rights
 * than their own.
 */
export const permissionsBoundary = (
  environment: AwsEnvironment,
  name: string,
  opts: pulumi.CustomResourceOptions,
): aws.iam.Policy =>
  new aws.iam.Policy(
    name,
    {
      name: boundaryName(environment),
      path: ACCESS_PATH,
      description: "The most any role of the environment may do",
      policy: policyDocument(statements(environment)),
    },
    opts,
  );
