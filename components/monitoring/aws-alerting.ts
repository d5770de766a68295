import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { awsLinks, managedAlertmanager, managedRules } from "../../observability/render";
import type { AwsContext } from "../aws/context";

/**
 * The rules of the managed Prometheus and the tree of its Alertmanager: the same definitions as on a Docker host. An
 * Alertmanager of this kind reaches topics alone, so each of its receivers is one.
 */
export function alerting(context: AwsContext, name: string, parent: pulumi.Resource): void {
  const { environment, metrics, topics } = context;
  new aws.amp.RuleGroupNamespace(
    `${name}-rules`,
    {
      name: "mainstay",
      workspaceId: metrics.id,
      data: managedRules(environment, awsLinks(environment)),
    },
    { parent },
  );
  const arns = pulumi.all(Object.fromEntries(topics.byName().map(([topic, { arn }]) => [topic, arn])));
  const { region } = environment.aws;
  new aws.amp.AlertManagerDefinition(
    `${name}-alertmanager`,
    {
      workspaceId: metrics.id,
      definition: arns.apply((all) =>
        managedAlertmanager(environment.receivers, { region, arnOf: (topic) => all[topic] ?? "" }),
      ),
    },
    { parent },
  );
}
