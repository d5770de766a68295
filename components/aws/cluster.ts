import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "./context";
import { logGroup } from "./logs";

/** Where every task runs. What is done in a shell inside one is logged, encrypted. */
export class AwsCluster extends pulumi.ComponentResource {
  readonly cluster: aws.ecs.Cluster;

  constructor(
    context: Pick<AwsContext, "environment" | "keys">,
    name: string,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("mainstay:aws:Cluster", name, {}, opts);
    const sessions = logGroup(context, `${name}-sessions`, { parent: this });
    // Made before the first task: Container Insights would make it without a key, and keep it for ever.
    const physicalName = `mainstay-${context.environment.name}`;
    const insights = logGroup(
      context,
      `${name}-insights`,
      { parent: this },
      `/aws/ecs/containerinsights/${physicalName}/performance`,
    );
    this.cluster = new aws.ecs.Cluster(
      name,
      {
        name: physicalName,
        settings: [{ name: "containerInsights", value: "enhanced" }],
        configuration: {
          executeCommandConfiguration: {
            kmsKeyId: context.keys.logs.arn,
            logging: "OVERRIDE",
            logConfiguration: { cloudWatchEncryptionEnabled: true, cloudWatchLogGroupName: sessions.name },
          },
        },
      },
      { parent: this, dependsOn: [insights] },
    );
    new aws.ecs.ClusterCapacityProviders(
      name,
      { clusterName: this.cluster.name, capacityProviders: ["FARGATE"] },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
