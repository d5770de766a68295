/**
 * The AWS resources of a graph as Terraform's JSON, so that tools that know nothing of Pulumi can read them. The
 * provider of both is the same, so a resource is the same but for how its names are written.
 */
import type { Graph, Json, Resource } from "../../graph";
import { inventAws } from "../components/support/aws-outputs";

/** Where Terraform's name is not the module's and the class's in snake case: `aws:ec2/vpc:Vpc`, `aws_vpc`. */
const TYPES: Record<string, string> = {
  "appautoscaling/policy": "appautoscaling_policy",
  "appautoscaling/target": "appautoscaling_target",
  "amp/alertManagerDefinition": "prometheus_alert_manager_definition",
  "amp/ruleGroupNamespace": "prometheus_rule_group_namespace",
  "amp/workspace": "prometheus_workspace",
  "amp/workspaceConfiguration": "prometheus_workspace_configuration",
  "budgets/budget": "budgets_budget",
  "cfg/rule": "config_config_rule",
  "cloudwatch/compositeAlarm": "cloudwatch_composite_alarm",
  "cloudwatch/eventRule": "cloudwatch_event_rule",
  "cloudwatch/eventTarget": "cloudwatch_event_target",
  "costexplorer/anomalyMonitor": "ce_anomaly_monitor",
  "costexplorer/anomalySubscription": "ce_anomaly_subscription",
  "costexplorer/costAllocationTag": "ce_cost_allocation_tag",
  "iam/openIdConnectProvider": "iam_openid_connect_provider",
  "lb/loadBalancer": "lb",
  "rds/instance": "db_instance",
  "rds/parameterGroup": "db_parameter_group",
  "rds/subnetGroup": "db_subnet_group",
  "wafv2/webAcl": "wafv2_web_acl",
  "wafv2/webAclAssociation": "wafv2_web_acl_association",
  "wafv2/webAclLoggingConfiguration": "wafv2_web_acl_logging_configuration",
};

/** Modules Terraform does not name. */
const UNNAMED_MODULES = new Set(["ec2", "vpc"]);

/** Modules Terraform names otherwise. */
const MODULES: Record<string, string> = { rds: "db", costexplorer: "ce", lb: "lb", amp: "prometheus" };

export function terraformType(type: string): string {
  const [module = "", name = ""] = (type.split(":")[1] ?? "").split("/");
  const known = TYPES[`${module}/${name}`];
  if (known !== undefined) return `aws_${known}`;
  const prefix = UNNAMED_MODULES.has(module) ? "" : `${MODULES[module] ?? module}_`;
  return `aws_${prefix}${snake(name)}`;
}

export const snake = (camel: string) => camel.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Properties whose keys are data, not names. */
const MAPS = new Set(["tags", "parameters", "environmentVariables", "triggers", "environment.variables"]);

/** Lists of blocks that Terraform names in the singular, as it does every block that can be repeated. */
const singular = (property: string) => {
  if (property.endsWith("ies")) return `${property.slice(0, -3)}y`;
  return /[^s]s$/.test(property) ? property.slice(0, -1) : property;
};

/** One resource as a plan shows it: its values, and which of them come from other resources. */
interface Planned {
  readonly address: string;
  readonly type: string;
  readonly name: string;
  readonly values: Json;
  readonly expressions: Json;
}

/** A plan as `terraform show -json` prints it, as far as it is read here. */
export function terraformPlan(graph: Graph): Json {
  const resources = graph.resources.filter(({ type }) => type.startsWith("aws:"));
  const references = new Map(resources.flatMap(referencesTo));
  const planned = resources.map((one): Planned => {
    const own = new Set(Object.values(one.propertyDependencies).flat());
    const refer: Refer = (text) => {
      const found = references.get(text);
      return found && own.has(found.urn) ? found : undefined;
    };
    const type = terraformType(one.type);
    const { values, expressions } = convert(one.inputs, "", refer);
    return { address: `${type}.${one.name}`, type, name: one.name, values, expressions };
  });
  const common = ({ address, type, name }: Planned) => ({ address, type, name, mode: "managed" });
  return {
    format_version: "1.2",
    terraform_version: "1.9.0",
    planned_values: {
      root_module: {
        resources: planned.map((one) => ({ ...common(one), schema_version: 0, values: one.values })),
      },
    },
    resource_changes: planned.map((one) => ({
      ...common(one),
      change: { actions: ["create"], before: null, after: one.values, after_unknown: {} },
    })),
    configuration: {
      root_module: {
        resources: planned.map((one) => ({ ...common(one), expressions: one.expressions })),
      },
    },
  };
}

interface Reference {
  readonly urn: string;
  readonly address: string;
  readonly property: string;
}

type Refer = (text: string) => Reference | undefined;

/** What others may hold of a resource, and how Terraform would say it. */
function referencesTo(resource: Resource): [string, Reference][] {
  const address = `${terraformType(resource.type)}.${resource.name}`;
  const known = { ...inventAws(resource), name: resource.inputs.name ?? inventAws(resource).name };
  return Object.entries(known).flatMap(([property, value]): [string, Reference][] =>
    typeof value === "string" ? [[value, { urn: resource.urn, address, property: snake(property) }]] : [],
  );
}

/** A value, and the expression that says where it comes from: in blocks both have the same form. */
function convert(value: Json, property: string, refer: Refer): { values: Json; expressions: Json } {
  const constant = { values: value, expressions: { constant_value: value } };
  if (typeof value === "string") {
    const found = refer(value);
    if (!found) return constant;
    return {
      values: value,
      expressions: { references: [`${found.address}.${found.property}`, found.address] },
    };
  }
  if (Array.isArray(value)) {
    const elements = value.map((element) => convert(element, property, refer));
    const values = elements.map((element) => element.values);
    if (value.some(isBlock)) return { values, expressions: elements.map(({ expressions }) => expressions) };
    const references = elements.flatMap(({ expressions }) => referencesOf(expressions));
    return { values, expressions: references.length > 0 ? { references } : { constant_value: values } };
  }
  if (!isBlock(value) || MAPS.has(property)) return constant;
  const entries = Object.entries(value).map(([key, inner]) => {
    const blocks = Array.isArray(inner) ? inner.some(isBlock) : isBlock(inner) && !MAPS.has(key);
    // A block that stands alone is a list of one.
    const listed = blocks && !Array.isArray(inner) ? [inner] : inner;
    const name = snake(Array.isArray(inner) && blocks ? singular(key) : key);
    return [name, convert(listed, key, refer)] as const;
  });
  return {
    values: Object.fromEntries(entries.map(([key, { values }]) => [key, values])),
    expressions: Object.fromEntries(entries.map(([key, { expressions }]) => [key, expressions])),
  };
}

const isBlock = (value: Json): value is { [key: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const referencesOf = (expressions: Json): Json[] => {
  const { references } = isBlock(expressions) ? expressions : { references: undefined };
  return Array.isArray(references) ? references : [];
};
