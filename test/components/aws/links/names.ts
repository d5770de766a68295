/** Physical names: within what AWS takes, for the longest the configuration allows, and nobody else's in the account. */
import type { Resource } from "../../../../graph";
import { called, inputFault, type Concern, type Links } from "../../support/aws-links";

interface Rule {
  /** The input that holds the name; Pulumi makes one of the logical name where it is not given. */
  readonly input: string;
  readonly longest: number;
  readonly allowed: RegExp;
  /** Named within something of the environment's own, so that other environments may have the same. */
  readonly within?: true;
}

const rule = (input: string, longest: number, allowed = /^[A-Za-z0-9_-]+$/, within?: true): Rule[] => [
  { input, longest, allowed, ...(within ? { within } : {}) },
];

/** RDS and ElastiCache: a letter first, no two hyphens in a row, none at the end. */
const HOST_LIKE = /^[a-z](-?[a-z0-9])*$/;

/**
 * By service and kind, from the service's own API reference. What is not here has no name of its own, and stands in
 * NAMELESS: a kind nobody thought of is found.
 */
const NAMES: Readonly<Record<string, readonly Rule[]>> = {
  "acm Certificate": rule("domainName", 64, /^[a-z0-9.-]+$/),
  "amp RuleGroupNamespace": rule("name", 64, undefined, true),
  "amp Workspace": rule("alias", 100),
  "appautoscaling Policy": rule("name", 256),
  "backup Plan": rule("name", 50),
  "backup RestoreTestingPlan": rule("name", 50, /^[A-Za-z0-9_]+$/),
  "backup RestoreTestingSelection": rule("name", 50, /^[A-Za-z0-9_]+$/),
  "backup Selection": rule("name", 50, undefined, true),
  "backup Vault": rule("name", 50),
  "budgets Budget": rule("name", 100),
  "cloudwatch CompositeAlarm": rule("alarmName", 255),
  "cloudwatch EventRule": rule("name", 64, /^[A-Za-z0-9._-]+$/),
  "cloudwatch LogGroup": rule("name", 512, /^[A-Za-z0-9_/.#-]+$/),
  "cloudwatch LogMetricFilter": rule("name", 512),
  "cloudwatch LogResourcePolicy": rule("policyName", 255),
  "cloudwatch MetricAlarm": rule("name", 255),
  "costexplorer AnomalyMonitor": rule("name", 1024),
  "costexplorer AnomalySubscription": rule("name", 1024),
  "ec2 SecurityGroup": rule("name", 255, /^(?!sg-)[A-Za-z0-9_-]+$/),
  "ecr Repository": rule("name", 256, /^[a-z0-9]+([._/-][a-z0-9]+)*$/),
  "ecs Cluster": rule("name", 255),
  "ecs Service": rule("name", 255, undefined, true),
  "ecs TaskDefinition": rule("family", 255),
  "elasticache ParameterGroup": rule("name", 255, HOST_LIKE),
  "elasticache ReplicationGroup": rule("replicationGroupId", 40, HOST_LIKE),
  "elasticache SubnetGroup": rule("name", 255, HOST_LIKE),
  "elasticache User": [
    ...rule("userId", 40, HOST_LIKE),
    ...rule("userName", 120, /^[A-Za-z][A-Za-z0-9-]*$/, true),
  ],
  "elasticache UserGroup": rule("userGroupId", 40, HOST_LIKE),
  "iam Policy": rule("name", 128),
  "iam Role": rule("name", 64),
  "iam RolePolicy": rule("name", 128),
  "kms Alias": rule("name", 256, /^alias\/(?!aws\/)[A-Za-z0-9/_-]+$/),
  "lambda Function": rule("name", 64),
  "lambda Permission": rule("statementId", 100),
  "lb LoadBalancer": rule("name", 32, /^(?!internal-)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/),
  "lb TargetGroup": rule("name", 32, /^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/),
  "rds Instance": [...rule("identifier", 63, HOST_LIKE), ...rule("finalSnapshotIdentifier", 255, HOST_LIKE)],
  "rds ParameterGroup": rule("namePrefix", 255, HOST_LIKE),
  "rds SubnetGroup": rule("namePrefix", 255, HOST_LIKE),
  "s3 Bucket": rule("bucketPrefix", 63, /^[a-z0-9](-?[a-z0-9])*$/),
  "secretsmanager Secret": rule("namePrefix", 512, /^[A-Za-z0-9/_+=.@-]+$/),
  "sns Topic": [...rule("namePrefix", 256), ...rule("displayName", 100, /^[ -~]+$/)],
  "sqs Queue": rule("name", 80),
  "synthetics Canary": rule("name", 255, /^[0-9a-z_-]+$/),
  "wafv2 IpSet": rule("name", 128),
  "wafv2 WebAcl": rule("name", 128),
  "xray Group": rule("groupName", 32),
};

/** Services of whose resources none, but for those above, has a name that could be too long or taken. */
const NAMELESS = new Set([
  ...[
    "ec2",
    "vpc",
    "s3",
    "route53",
    "acm",
    "iam",
    "kms",
    "lambda",
    "lb",
    "sns",
    "wafv2",
    "cloudwatch",
    "amp",
  ],
  ...["appautoscaling", "backup", "ecr", "ecs", "secretsmanager", "costexplorer"],
]);

const serviceOf = ({ type }: Resource): string => type.split(":")[1]?.split("/")[0] ?? "";
const rulesOf = (resource: Resource): readonly Rule[] | undefined =>
  NAMES[`${serviceOf(resource)} ${resource.type.split(":").at(-1) ?? ""}`];

/** A hyphen and seven digits behind a logical name; 26 digits behind a prefix that is given. */
const MADE = "-0123456";
const MADE_BEHIND_PREFIX = "0".repeat(26);

function nameOf({ name, inputs }: Resource, { input }: Rule): string | undefined {
  const given = inputs[input];
  if (typeof given === "string") return input.endsWith("Prefix") ? `${given}${MADE_BEHIND_PREFIX}` : given;
  // What has none takes one only where it can be left out; a last snapshot is not named by itself.
  return input === "name" || input === "statementId" || input === "policyName" ? `${name}${MADE}` : undefined;
}

const named = (links: Links): Resource[] =>
  links.graph.resources.filter(({ custom, type }) => custom && type.startsWith("aws:"));

export const names: Concern = {
  *broken(links) {
    const taken = new Map<string, Resource>();
    for (const resource of named(links)) {
      const rules = rulesOf(resource);
      if (!rules && !NAMELESS.has(serviceOf(resource)))
        yield `${resource.type}: nobody knows how it is named`;
      for (const one of rules ?? []) yield* brokenOf(links, resource, one, taken);
    }
  },
  *faults(links) {
    for (const resource of named(links))
      for (const { input, longest, within } of rulesOf(resource) ?? []) {
        const given = resource.inputs[input];
        if (typeof given !== "string") continue;
        yield inputFault(links.graph, resource, `${input} too long`, {
          [input]: given.padEnd(longest + 1, "x"),
        });
        yield inputFault(links.graph, resource, `${input} with a sign that is not allowed`, {
          [input]: `${given}é`,
        });
        if (!within && given.includes(links.graph.stack))
          yield inputFault(links.graph, resource, `${input} of every environment`, {
            [input]: given.replaceAll(links.graph.stack, "x"),
          });
      }
  },
};

function* brokenOf(
  links: Links,
  resource: Resource,
  one: Rule,
  taken: Map<string, Resource>,
): Generator<string> {
  const { input, longest, allowed, within } = one;
  const name = nameOf(resource, one);
  if (name === undefined) return;
  const given = typeof resource.inputs[input] === "string";
  if (name.length > longest)
    yield `${called(resource)}: ${input} ${name} has ${name.length} characters of ${longest}`;
  if (!allowed.test(name)) yield `${called(resource)}: ${input} ${name} has signs that are not allowed`;
  if (given && !within && !ownName(links, name))
    yield `${called(resource)}: ${input} ${name} may be another's`;
  if (!given || input.endsWith("Prefix") || input === "displayName") return;
  const key = `${resource.type} ${links.regionOf(resource)} ${input} ${name}`;
  const other = taken.get(key);
  if (other && other !== resource) yield `${called(resource)} and ${called(other)} have the ${input} ${name}`;
  taken.set(key, resource);
}

/** It says which environment's it is: by the stack's name, in full or as a digest stands for it; or by the domain. */
const ownName = (links: Links, name: string): boolean =>
  name.replaceAll("_", "-").includes(links.graph.stack) ||
  /[-_][0-9a-f]{6}$/.test(name) ||
  name.includes(".");
