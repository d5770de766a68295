import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Kind } from "../kind";

/**
 * A tier of the environment's network on AWS. Whoever belongs to it has its security group, beside those of the
 * other tiers it belongs to: what a member may reach is written in rules between groups, never between addresses.
 */
export interface AwsTier {
  readonly vpcId: pulumi.Output<string>;
  /** One subnet per zone. */
  readonly subnetIds: readonly pulumi.Output<string>[];
  readonly securityGroupId: pulumi.Output<string>;
  /** Routes and endpoints: without them nothing in the subnets can start. */
  readonly ready: readonly pulumi.Resource[];
}

/** A secret in Secrets Manager: never its value, only where it stands. */
export interface AwsSecret {
  /** The secret's own ARN: what a role is allowed to read. */
  readonly arn: pulumi.Output<string>;
  /** What a container's `valueFrom` is: the ARN and the version, so that a new value means a new task. */
  readonly valueFrom: pulumi.Output<string>;
  /** Exists once the secret has a value; whoever reads it waits for that. */
  readonly version: aws.secretsmanager.SecretVersion;
}

/** On AWS a network is a tier's subnets and security group, and a secret is a place in Secrets Manager. */
export interface AwsKind extends Kind {
  readonly network: AwsTier;
  readonly secret: AwsSecret;
}
