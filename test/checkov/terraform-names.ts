/**
 * Terraform's names for what Pulumi's AWS provider declares. Both are the same provider, and Pulumi's names are made
 * from Terraform's by rules: camel case, and the plural for what there may be several of. What the rules do not lead
 * back to Terraform's name stands here. Every name of both stacks was held against the schema of Terraform's provider,
 * version 5.100.0, in November 2026; that of what is newer (releases that are shifted by ECS, warm-up of alarms)
 * follows from the rules alone.
 */

/** Pulumi's modules whose Terraform types begin with another word. */
const MODULES: Readonly<Record<string, string>> = {
  amp: "prometheus_",
  costexplorer: "ce_",
  ec2: "",
  rds: "db_",
};

const TYPES: Readonly<Record<string, string>> = {
  "iam/openIdConnectProvider": "aws_iam_openid_connect_provider",
  "lb/loadBalancer": "aws_lb",
  "s3/bucketObjectv2": "aws_s3_object",
  "s3/bucketReplicationConfig": "aws_s3_bucket_replication_configuration",
};

const ATTRIBUTES: Readonly<Record<string, string>> = {
  "appautoscaling/policy.targetTrackingScalingPolicyConfiguration.customizedMetricSpecification.metrics":
    "metrics",
  "appautoscaling/policy.targetTrackingScalingPolicyConfiguration.customizedMetricSpecification.metrics.metricStat.metric.dimensions":
    "dimensions",
  "cloudwatch/metricAlarm.name": "alarm_name",
  "costexplorer/anomalySubscription.monitorArnLists": "monitor_arn_list",
  "iam/openIdConnectProvider.clientIdLists": "client_id_list",
  "lambda/function.code": "filename",
  "lambda/function.name": "function_name",
  "lambda/permission.function": "function_name",
  "route53/record.aliases": "alias",
  "sns/topicSubscription.topic": "topic_arn",
  "wafv2/webAclLoggingConfiguration.redactedFields": "redacted_fields",
};

/** Objects whose keys are data, not names; every other object is a block. */
const MAPS: ReadonlySet<string> = new Set([
  "backup/restoreTestingSelection.restoreMetadataOverrides",
  "cloudwatch/eventTarget.inputTransformer.inputPaths",
  "cloudwatch/metricAlarm.dimensions",
  "cloudwatch/metricAlarm.metricQueries.metric.dimensions",
  "lambda/function.environment.variables",
  "synthetics/canary.runConfig.environmentVariables",
]);

/** Of "aws:ec2/vpc:Vpc" it is "ec2/vpc". */
export const pathOf = (type: string): string => type.split(":")[1] ?? "";

/** @param type such as "aws:ec2/vpc:Vpc" */
export function terraformType(type: string): string {
  const path = pathOf(type);
  const [module = "", name = ""] = path.split("/");
  return TYPES[path] ?? `aws_${MODULES[module] ?? `${module}_`}${snake(name)}`;
}

/**
 * @param path the resource's and the property's, such as "lb/listener.defaultActions"
 * @param isBlocks whether it is a list of blocks, which Terraform names in the singular
 */
export function terraformAttribute(path: string, isBlocks: boolean): string {
  const name = path.slice(path.lastIndexOf(".") + 1);
  return ATTRIBUTES[path] ?? snake(isBlocks ? singular(name) : name);
}

export const isMap = (path: string): boolean => path.endsWith(".tags") || MAPS.has(path);

const snake = (camel: string) => camel.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function singular(name: string): string {
  if (name.endsWith("ies")) return `${name.slice(0, -3)}y`;
  return /[^s]s$/.test(name) ? name.slice(0, -1) : name;
}
