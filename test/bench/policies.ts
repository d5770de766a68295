/**
 * How long the whole pack takes, and that it takes no more per resource when there are more. Buckets with
 * all that belongs beside them, databases with their alarms, and containers with volumes and networks: the
 * kinds that rules look around for.
 */
import { UNKNOWN, graphOf, type Graph, type Json, type Resource } from "../../graph/resource";
import { evaluate } from "../../policies/evaluate";
import { RULES } from "../../policies/rules";

export interface BenchResult {
  readonly resources: number;
  readonly milliseconds: number;
}

const SIZES = [2_500, 5_000, 10_000];

/** Judges graphs of each size; the best of five runs each, as the others wait for other programs. */
function benchPolicies(): BenchResult[] {
  for (let warm = 0; warm < 3; warm++) judge(environment(SIZES[0] ?? 0));
  return SIZES.map((size) => {
    const graph = environment(size);
    const runs = [1, 2, 3, 4, 5].map(() => judge(graph));
    return { resources: graph.resources.length, milliseconds: Math.round(Math.min(...runs)) };
  });
}

/** Milliseconds of the processor's time: others may be waiting for it, too. */
function judge(graph: Graph): number {
  const before = process.cpuUsage();
  evaluate(graph, RULES, { production: true, today: "2026-01-01" });
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** A stack of about so many resources. */
function environment(size: number): Graph {
  const parts = [bucket, database, container];
  const resources: Resource[] = [];
  for (let part = 0; resources.length < size; part++)
    resources.push(...(parts[part % parts.length] ?? bucket)(part));
  return graphOf(resources.slice(0, size), {});
}

function bucket(part: number): Resource[] {
  const own = resource("aws:s3/bucket:Bucket", `bucket-${part}`, {
    bucketPrefix: "backups-",
    forceDestroy: false,
  });
  const names = [
    "PublicAccessBlock",
    "Versioning",
    "OwnershipControls",
    "LifecycleConfiguration",
    "Policy",
    "Logging",
  ];
  const beside = names.map((name) =>
    resource(
      `aws:s3/bucket${name}:Bucket${name}`,
      `bucket-${part}-${name}`,
      { bucket: UNKNOWN, policy: POLICY },
      { bucket: [own.urn] },
    ),
  );
  return [own, ...beside];
}

function database(part: number): Resource[] {
  const own = resource("aws:rds/instance:Instance", `database-${part}`, {
    storageEncrypted: true,
    username: "app",
  });
  const alarms = ["CPUUtilization", "FreeStorageSpace", "DatabaseConnections"].map((metricName) =>
    resource(
      "aws:cloudwatch/metricAlarm:MetricAlarm",
      `alarm-${part}-${metricName}`,
      { metricName, dimensions: UNKNOWN },
      { dimensions: [own.urn] },
    ),
  );
  const group = resource("aws:ec2/securityGroup:SecurityGroup", `group-${part}`, { description: "x" });
  const rule = resource(
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    `rule-${part}`,
    { securityGroupId: UNKNOWN, cidrIpv4: "10.0.0.0/8", fromPort: 443, toPort: 443, ipProtocol: "tcp" },
    { securityGroupId: [group.urn] },
  );
  return [own, ...alarms, group, rule];
}

function container(part: number): Resource[] {
  const volume = resource("docker:index/volume:Volume", `volume-${part}`, { name: `volume-${part}` });
  const network = resource("docker:index/network:Network", `network-${part}`, {
    name: `network-${part}`,
    internal: true,
  });
  const own = resource(
    "docker:index/container:Container",
    `container-${part}`,
    {
      image: UNKNOWN,
      user: "1:1",
      envs: Array.from({ length: 30 }, (_, index) => `VARIABLE_${index}=${index}`),
      mounts: [{ type: "volume", source: `volume-${part}`, target: "/data" }],
      networksAdvanced: [{ name: `network-${part}` }],
      labels: [{ label: "mainstay.component", value: "database" }],
    },
    { mounts: [volume.urn], networksAdvanced: [network.urn] },
  );
  return [volume, network, own];
}

const POLICY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Deny", Principal: "*", Action: "s3:*" }],
});

function resource(
  type: string,
  name: string,
  inputs: Record<string, Json>,
  propertyDependencies: Record<string, string[]> = {},
): Resource {
  return {
    urn: `urn:pulumi:bench::mainstay::${type}::${name}`,
    type,
    name,
    parent: null,
    custom: true,
    inputs,
    secrets: [],
    providerDefaults: [],
    dependencies: Object.values(propertyDependencies).flat(),
    propertyDependencies,
    protect: false,
    retainOnDelete: false,
    ignoreChanges: [],
    provider: null,
  };
}

console.log(JSON.stringify(benchPolicies()));
