import * as pulumi from "@pulumi/pulumi";
import type { AwsTarget } from "../../../components/aws/kind";
import { AwsMonitoring } from "../../../components/monitoring/aws";
import { AwsTracing } from "../../../components/tracing/aws";
import type { Graph } from "../../../graph";
import { awsPart } from "./aws-stack";

/** What the other components give to watch, as they would be called in an account. */
const TARGETS: readonly AwsTarget[] = [
  {
    kind: "database",
    instance: pulumi.output("mainstay-prod"),
    replicas: [pulumi.output("mainstay-prod-replica-1")],
  },
  { kind: "cache", nodes: ["mainstay-prod-001", "mainstay-prod-002"].map((node) => pulumi.output(node)) },
  {
    kind: "service",
    name: "api",
    service: pulumi.output("api"),
    replicas: 3,
    logs: pulumi.output("/mainstay/prod/api"),
  },
  {
    kind: "service",
    name: "database-exporter",
    service: pulumi.output("database-exporter"),
    replicas: 1,
    logs: pulumi.output("/mainstay/prod/database-exporter"),
  },
  {
    kind: "edge",
    loadBalancer: pulumi.output("app/mainstay-prod/0123456789abcdef"),
    targetGroups: [
      { service: "api", arnSuffix: pulumi.output("targetgroup/api-a/1111111111111111") },
      { service: "api", arnSuffix: pulumi.output("targetgroup/api-b/2222222222222222") },
      { service: "web", arnSuffix: pulumi.output("targetgroup/web-a/3333333333333333") },
    ],
    webAcl: pulumi.output("mainstay-prod"),
    certificateArn: pulumi.output("arn:aws:acm:eu-west-1:123456789012:certificate/0"),
  },
  { kind: "nat", gateways: ["nat-1", "nat-2", "nat-3"].map((gateway) => pulumi.output(gateway)) },
  {
    kind: "backups",
    vault: pulumi.output("mainstay-prod"),
    trials: pulumi.output(
      "arn:aws:backup:eu-west-1:123456789012:restore-testing-plan:mainstay_prod_backups-0a1b2c3d",
    ),
  },
];

/** Monitoring and tracing alone, with those targets. */
export const monitoringGraph = (
  change: object = {},
  secrets: Readonly<Record<string, string>> = {},
): Promise<Graph> =>
  awsPart(
    ({ context, network, opts }) => {
      const tracing = new AwsTracing(context, "tracing", opts);
      new AwsMonitoring(context, "monitoring", { network, tracing, targets: TARGETS }, opts);
    },
    { production: true, change, secrets },
  );
