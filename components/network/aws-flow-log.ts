import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "../aws/context";
import { logGroup } from "../aws/logs";
import { serviceRole } from "../aws/policy";

/** Who spoke to whom, and who was refused. */
export function flowLog(
  context: AwsContext,
  name: string,
  vpc: aws.ec2.Vpc,
  { parent }: { parent: pulumi.Resource },
): void {
  const group = logGroup(context, `${name}-flow`, { parent });
  const { role, policy } = serviceRole(
    context,
    `${name}-flow`,
    "vpc-flow-logs",
    [
      {
        // The group is there already: were it made here, it would come back after it was destroyed.
        actions: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
        resources: [group.arn, pulumi.interpolate`${group.arn}:*`],
      },
      { actions: ["logs:DescribeLogGroups"], resources: [context.arn("logs", "log-group:*")] },
    ],
    { parent },
  );
  new aws.ec2.FlowLog(
    `${name}-flow`,
    {
      vpcId: vpc.id,
      trafficType: "ALL",
      logDestinationType: "cloud-watch-logs",
      logDestination: group.arn,
      iamRoleArn: role.arn,
      maxAggregationInterval: 600,
    },
    // Everything about a flow log is fixed, and two of the same are refused.
    { parent, deleteBeforeReplace: true, dependsOn: [policy] },
  );
}
