import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { AwsEnvironment } from "../../environment/environment";
import type { LoadedEnvironment } from "../../environment/load";

/** What every component of the platform needs of its environment. */
export interface AwsContext extends LoadedEnvironment<AwsEnvironment> {
  /** Starts every physical name, so that environments can share an account: `mainstay-<stack>`. */
  readonly prefix: string;
  /** Encrypts logs, secrets, data and messages of the environment. */
  readonly key: aws.kms.Key;
  /** Where every task of the environment runs. */
  readonly cluster: aws.ecs.Cluster;
  /** Where every collector writes metrics to. */
  readonly metrics: aws.amp.Workspace;
  /** ARN of a resource of the account and region, for policies: `arn("logs", "log-group:x")`. */
  readonly arn: (service: string, resource: string) => string;
}

export function awsContext(
  loaded: LoadedEnvironment<AwsEnvironment>,
  root: pulumi.ComponentResource,
): AwsContext {
  const { name, aws: account } = loaded.environment;
  const prefix = `mainstay-${name}`;
  const parent = { parent: root };
  return {
    ...loaded,
    prefix,
    key: new aws.kms.Key(prefix, {}, parent),
    cluster: new aws.ecs.Cluster(prefix, {}, parent),
    metrics: new aws.amp.Workspace(prefix, {}, parent),
    arn: (service, resource) => `arn:aws:${service}:${account.region}:${account.accountId}:${resource}`,
  };
}
