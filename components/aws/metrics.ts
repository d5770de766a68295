import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "./context";
import { logGroup } from "./logs";

/** Where every collector writes metrics to, and rules and boards read them. */
export class AwsMetrics extends pulumi.ComponentResource {
  readonly workspace: aws.amp.Workspace;

  constructor(
    context: Pick<AwsContext, "environment" | "keys" | "prefix">,
    name: string,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("mainstay:aws:Metrics", name, {}, opts);
    const { environment, keys, prefix } = context;
    // What is wrong with a rule or a receiver is told here and nowhere else.
    const logs = logGroup(
      context,
      `${name}-log`,
      { parent: this },
      `/aws/vendedlogs/prometheus/mainstay/${environment.name}`,
    );
    this.workspace = new aws.amp.Workspace(
      name,
      {
        alias: prefix,
        kmsKeyArn: keys.data.arn,
        loggingConfiguration: { logGroupArn: pulumi.interpolate`${logs.arn}:*` },
      },
      { parent: this, protect: environment.protectData },
    );
    new aws.amp.WorkspaceConfiguration(
      name,
      {
        workspaceId: this.workspace.id,
        retentionPeriodInDays: environment.monitoring.prometheus.retentionDays,
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
