import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Kind } from "../kind";

/**
 * A tier of the environment's network on AWS. Whoever belongs to it has its security group, beside those of the
 * other tiers it belongs to: what a member may reach is written in rules between groups, never between addresses.
 */
export interface AwsTier {
  readonly vpcId: pulumi.Output<string>;
  /** Where its members' tasks and load balancers stand: one subnet per zone. */
  readonly subnetIds: readonly pulumi.Output<string>[];
  /** Where what keeps data stands: one subnet per zone, without a route out. The same for every tier. */
  readonly isolatedSubnetIds: readonly pulumi.Output<string>[];
  readonly securityGroupId: pulumi.Output<string>;
  /** Routes, endpoints and rules: without them nothing in the subnets can start. */
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

/** What the app's migration and the backups need of the database, beside the contract. */
export interface AwsDatabaseFacts {
  /** ARN of the secret RDS keeps the master user's name and password in, and rotates. */
  readonly masterSecretArn: pulumi.Output<string>;
  /** SQL that makes users, passwords and grants right; run by the master user before every migration. */
  readonly rolesSql: AwsSecret;
  readonly instanceArn: pulumi.Output<string>;
  /** Where a restored copy may stand, so that nobody else reaches it. */
  readonly subnetGroup: pulumi.Output<string>;
  readonly securityGroupId: pulumi.Output<string>;
}

/**
 * What only AWS sees of a component and alarms are made of: dimensions of its CloudWatch metrics. What the
 * component tells of itself is pushed by the collector beside each task, and needs no target.
 */
export type AwsTarget =
  | {
      readonly kind: "database";
      readonly instance: pulumi.Output<string>;
      readonly replicas: readonly pulumi.Output<string>[];
    }
  | { readonly kind: "cache"; readonly nodes: readonly pulumi.Output<string>[] }
  | {
      readonly kind: "service";
      readonly name: string;
      readonly service: pulumi.Output<string>;
      readonly replicas: number;
      /** Name of the log group its tasks write to. */
      readonly logs: pulumi.Output<string>;
    }
  | {
      readonly kind: "edge";
      /** The end of its ARN, as the target groups' below. */
      readonly loadBalancer: pulumi.Output<string>;
      readonly targetGroups: readonly {
        readonly service: string;
        readonly arnSuffix: pulumi.Output<string>;
      }[];
      readonly webAcl: pulumi.Output<string>;
      readonly certificateArn: pulumi.Output<string>;
    }
  | { readonly kind: "nat"; readonly gateways: readonly pulumi.Output<string>[] }
  | {
      readonly kind: "backups";
      readonly vault: pulumi.Output<string>;
      /** ARN of the plan of trial restores. */
      readonly trials: pulumi.Output<string>;
    };

/** On AWS a network is a tier's subnets and security group, and a secret is a place in Secrets Manager. */
export interface AwsKind extends Kind {
  readonly network: AwsTier;
  readonly secret: AwsSecret;
  readonly target: AwsTarget;
  readonly database: AwsDatabaseFacts;
  readonly app: unknown;
}
