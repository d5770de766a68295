import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "../aws/context";
import { policyDocument, type Statement } from "../aws/policy";
import { egress } from "../aws/rules";
import type { TierGroups } from "./aws-groups";
import type { ZoneSubnet } from "./aws-subnets";

/** The services of AWS that tasks call, and what for. Whatever is not here is out of reach without the internet. */
const INTERFACE_ENDPOINTS = {
  "ecr.api": "to be allowed an image",
  "ecr.dkr": "an image's manifest; its layers come from S3",
  logs: "log lines",
  secretsmanager: "secrets, when a task starts",
  ssmmessages: "an operator's session in a task",
  monitoring: "CloudWatch's metrics, for boards",
  kms: "the key of an operator's session",
  xray: "traces",
  "aps-workspaces": "metrics, written and read",
} as const;

/**
 * Ways to AWS's own services that do not leave the network. An interface endpoint is paid for by the hour and
 * zone: it stands in each zone where each has its own way out, and in one where they share one.
 *
 * @returns what has to be there before a task can start
 */
export function endpoints(
  context: AwsContext,
  name: string,
  {
    vpc,
    inside,
    groups,
    endpointGroup,
  }: Pick<TierGroups, "groups" | "endpointGroup"> & { vpc: aws.ec2.Vpc; inside: readonly ZoneSubnet[] },
  parent: pulumi.Resource,
): pulumi.Resource[] {
  const { region, network } = context.environment.aws;
  const zones = network.natGateways === "one" ? inside.slice(0, 1) : inside;
  const interfaces = Object.keys(INTERFACE_ENDPOINTS).map(
    (service) =>
      new aws.ec2.VpcEndpoint(
        `${name}-${service.replace(".", "-")}`,
        {
          vpcId: vpc.id,
          vpcEndpointType: "Interface",
          serviceName: `com.amazonaws.${region}.${service}`,
          subnetIds: zones.map(({ subnet }) => subnet.id),
          securityGroupIds: [endpointGroup.id],
          privateDnsEnabled: true,
          tags: { Name: `${context.prefix}-${service}` },
        },
        // A name can be answered by one endpoint at a time.
        { parent, deleteBeforeReplace: true },
      ),
  );
  const storage = new aws.ec2.VpcEndpoint(
    `${name}-s3`,
    {
      vpcId: vpc.id,
      vpcEndpointType: "Gateway",
      serviceName: `com.amazonaws.${region}.s3`,
      routeTableIds: inside.map(({ table }) => table.id),
      policy: policyDocument(bucketsWithin(context)),
      tags: { Name: `${context.prefix}-s3` },
    },
    { parent },
  );
  const toStorage = egress(
    `${name}-telemetry-s3`,
    "To S3: layers of images, backups",
    groups.telemetry.id,
    { prefixListId: storage.prefixListId },
    443,
    parent,
  );
  return [...interfaces, storage, toStorage];
}

/** The account's own buckets, and the one of AWS that ECR keeps the layers of images in. */
function bucketsWithin({ environment }: AwsContext): Statement[] {
  const { region, accountId } = environment.aws;
  return [
    {
      sid: "OwnBuckets",
      principal: "*",
      actions: ["s3:*"],
      resources: ["*"],
      conditions: { StringEquals: { "aws:ResourceAccount": accountId } },
    },
    {
      sid: "LayersOfImages",
      principal: "*",
      actions: ["s3:GetObject"],
      resources: [`arn:aws:s3:::prod-${region}-starport-layer-bucket/*`],
    },
  ];
}
