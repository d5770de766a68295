import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { AwsEnvironment } from "../../environment/environment";
import type { LoadedEnvironment } from "../../environment/load";
import { AwsAccessLogs } from "./access-logs";
import { permissionsBoundary } from "./boundary";
import { AwsCluster } from "./cluster";
import { AwsRegistry } from "./images";
import { AwsKeys } from "./keys";
import { AwsMetrics } from "./metrics";
import { AwsTopics } from "./topics";

/** What every component of the platform needs of its environment. */
export interface AwsContext extends LoadedEnvironment<AwsEnvironment> {
  /** Starts every physical name, so that environments can share an account: `mainstay-<stack>`. */
  readonly prefix: string;
  /** The most any role may do; every role the program makes for a service carries it. */
  readonly boundary: aws.iam.Policy;
  /** KMS keys, by purpose. */
  readonly keys: AwsKeys;
  /** Where every task of the environment runs. */
  readonly cluster: aws.ecs.Cluster;
  /** Where every collector writes metrics to. */
  readonly metrics: aws.amp.Workspace;
  /** SNS topics for messages to people, by level. */
  readonly topics: AwsTopics;
  /** The bucket for access logs of the load balancer and the other buckets. */
  readonly accessLogs: AwsAccessLogs;
  /** Where every image the environment runs is pulled from. */
  readonly registry: AwsRegistry;
  /** ARN of a resource of the account and region, for policies: `arn("logs", "log-group:x")`. */
  readonly arn: (service: string, resource: string) => string;
}

/** @param root the component that keys, cluster and metrics belong to */
export function awsContext(
  loaded: LoadedEnvironment<AwsEnvironment>,
  root: pulumi.ComponentResource,
): AwsContext {
  const { environment } = loaded;
  const { region, accountId } = environment.aws;
  const parent = { parent: root };
  const prefix = `mainstay-${environment.name}`;
  const keys = new AwsKeys(environment, prefix, "keys", parent);
  const metrics = new AwsMetrics({ environment, keys, prefix }, "metrics", parent).workspace;
  const arn: AwsContext["arn"] = (service, resource) =>
    `arn:aws:${service}:${region}:${accountId}:${resource}`;
  return {
    ...loaded,
    prefix,
    boundary: permissionsBoundary(environment, "boundary", parent),
    keys,
    metrics,
    arn,
    topics: new AwsTopics({ environment, keys, prefix, metrics, arn }, "topics", parent),
    accessLogs: new AwsAccessLogs(
      "access-logs",
      { prefix, accountId, protect: environment.protectData, loadBalancer: true },
      parent,
    ),
    registry: new AwsRegistry({ environment, prefix }, "registry", parent),
    cluster: new AwsCluster({ environment, keys }, "cluster", parent).cluster,
  };
}
