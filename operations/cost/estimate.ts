/** What a stack on AWS costs in a month: what it declares, counted, and what it uses, assumed. */
import type { Graph, Resource } from "../../graph/resource";
import type { AwsEnvironment } from "../../environment/environment";
import { OperationFailed } from "../outcome";
import { plural } from "../text";
import { count, type Counted } from "./count";
import {
  ASSUMED,
  CACHE_HOURLY,
  DATABASE_HOURLY,
  HOURLY,
  HOURS,
  MONTHLY,
  USE,
  type Assumptions,
} from "./prices";

/** One line of the bill. */
interface CostLine {
  readonly what: string;
  /** How the amount comes about. */
  readonly how: string;
  readonly usd: number;
}

export interface Estimate {
  readonly lines: readonly CostLine[];
  readonly usd: number;
}

interface Bill {
  readonly environment: AwsEnvironment;
  readonly counted: Counted;
  readonly assumed: Assumptions;
}

/** @throws OperationFailed where the graph has a size that has no price: it is to be looked up */
export function estimate(graph: Graph, environment: AwsEnvironment): Estimate {
  const assumed = ASSUMED[environment.production ? "production" : "other"];
  const bill: Bill = { environment, counted: count(graph), assumed };
  const parts = [tasks, database, cache, egress, endpoints, balancer, firewall, backups, logs, metrics];
  const lines = [...parts, traces, alarmsAndChecks, keysAndSecrets].map((part) => part(bill));
  return { lines, usd: sum(lines.map(({ usd }) => usd)) };
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
const hours = (perHour: number) => perHour * HOURS;

function priceOf(prices: Readonly<Record<string, number>>, { name, inputs }: Resource, size: string): number {
  const price = prices[String(inputs[size])];
  if (price === undefined)
    throw new OperationFailed(
      `${name}: no price of ${String(inputs[size])} is known; add it to operations/cost/prices.ts`,
    );
  return price;
}

function tasks({ counted }: Bill): CostLine {
  const total = (of: "cpus" | "gib" | "diskGib") => sum(counted.tasks.map((task) => task.copies * task[of]));
  const [cpus, gib, diskGib] = [total("cpus"), total("gib"), total("diskGib")];
  return {
    what: "Tasks on Fargate",
    how: `${counted.copies} tasks: ${cpus} vCPU, ${gib} GiB, ${diskGib} GiB of disk`,
    usd: hours(cpus * HOURLY.fargateCpu + gib * HOURLY.fargateGib + diskGib * HOURLY.fargateDiskGib),
  };
}

function database({ counted, environment }: Bill): CostLine {
  const instances = counted.of("rds/instance:Instance");
  const copies = (one: Resource) => (one.inputs.multiAz === true ? 2 : 1);
  const perHour = sum(instances.map((one) => copies(one) * priceOf(DATABASE_HOURLY, one, "instanceClass")));
  const gib = sum(instances.map(copies)) * environment.database.storageGiB;
  return {
    what: "Database",
    how: `${instances.map((one) => `${copies(one)} × ${String(one.inputs.instanceClass)}`).join(", ")}, ${gib} GiB`,
    usd: hours(perHour) + gib * MONTHLY.databaseGib,
  };
}

function cache({ counted }: Bill): CostLine {
  const groups = counted.of("elasticache/replicationGroup:ReplicationGroup");
  const nodes = (one: Resource) => Number(one.inputs.numCacheClusters ?? 1);
  return {
    what: "Cache",
    how: groups.map((one) => `${nodes(one)} × ${String(one.inputs.nodeType)}`).join(", "),
    usd: hours(sum(groups.map((one) => nodes(one) * priceOf(CACHE_HOURLY, one, "nodeType")))),
  };
}

function egress({ counted, assumed }: Bill): CostLine {
  const gateways = counted.of("ec2/natGateway:NatGateway").length;
  const addresses =
    counted.of("ec2/eip:Eip").length + counted.zonesOf("lb/loadBalancer:LoadBalancer", "subnets");
  return {
    what: "NAT gateways and public addresses",
    how: `${plural(gateways, "gateway")}, ${addresses} addresses, ${assumed.outboundGib} GiB`,
    usd:
      hours(gateways * HOURLY.natGateway + addresses * HOURLY.publicAddress) +
      assumed.outboundGib * USE.natGib,
  };
}

function endpoints({ counted, assumed }: Bill): CostLine {
  const zones = counted.zonesOf("ec2/vpcEndpoint:VpcEndpoint", "subnetIds");
  return {
    what: "Interface endpoints",
    how: `${zones} endpoints × zones, ${assumed.endpointGib} GiB`,
    usd: hours(zones * HOURLY.interfaceEndpoint) + assumed.endpointGib * USE.endpointGib,
  };
}

function balancer({ counted, assumed }: Bill): CostLine {
  const balancers = counted.of("lb/loadBalancer:LoadBalancer").length;
  return {
    what: "Load balancer",
    how: `${balancers}, ${plural(assumed.loadBalancerUnits, "capacity unit")} on average`,
    usd: hours(balancers * HOURLY.loadBalancer + assumed.loadBalancerUnits * HOURLY.loadBalancerUnit),
  };
}

function firewall({ counted, assumed }: Bill): CostLine {
  const lists = counted.of("wafv2/webAcl:WebAcl");
  const rules = sum(lists.map(({ inputs }) => (Array.isArray(inputs.rules) ? inputs.rules.length : 0)));
  return {
    what: "Firewall",
    how: `${plural(lists.length, "list")}, ${rules} rules, ${assumed.millionRequests} million requests`,
    usd:
      lists.length * MONTHLY.webAcl +
      rules * MONTHLY.webAclRule +
      assumed.millionRequests * USE.webAclMillionRequests,
  };
}

function backups({ counted, assumed, environment }: Bill): CostLine {
  const vaults = counted.of("backup/vault:Vault").length;
  const buckets = counted
    .of("s3/bucket:Bucket")
    .filter(({ inputs }) => inputs.objectLockEnabled === true).length;
  const gib = environment.database.storageGiB * assumed.backupShare;
  return {
    what: "Backups",
    how: `${gib} GiB in ${plural(vaults, "vault")} and ${plural(buckets, "bucket")}`,
    usd: gib * (vaults * MONTHLY.backupGib + buckets * MONTHLY.bucketGib),
  };
}

function logs({ assumed, counted }: Bill): CostLine {
  const metrics = counted.copies * assumed.containerMetricsPerTask;
  return {
    what: "CloudWatch: logs and Container Insights",
    how: `${assumed.logGib} GiB, ${metrics} metrics`,
    usd: assumed.logGib * USE.logGib + metrics * USE.containerMetric,
  };
}

const SECONDS = HOURS * 3600;

function metrics({ counted, assumed, environment }: Bill): CostLine {
  const { scrapeSeconds } = environment.monitoring;
  const millions = (counted.copies * assumed.seriesPerTask * (SECONDS / scrapeSeconds)) / 1e6;
  return {
    what: "Managed Prometheus",
    how: `${Math.round(millions)} million samples: ${assumed.seriesPerTask} series per task, every ${scrapeSeconds} s`,
    usd: millions * USE.metricMillionSamples,
  };
}

function traces({ assumed }: Bill): CostLine {
  const millions = assumed.millionRequests * assumed.tracedShare;
  return { what: "X-Ray", how: `${millions} million traces`, usd: millions * USE.traceMillion };
}

function alarmsAndChecks({ counted }: Bill): CostLine {
  const alarms = counted.of("cloudwatch/metricAlarm:MetricAlarm").length;
  const checks = counted.of("route53/healthCheck:HealthCheck").length;
  const runs = sum(counted.of("synthetics/canary:Canary").map(runsOf));
  return {
    what: "Alarms, health checks and canaries",
    how: `${alarms} alarms, ${checks} health checks, ${Math.round(runs)} canary runs`,
    usd: alarms * MONTHLY.alarm + checks * MONTHLY.healthCheck + runs * USE.canaryRun,
  };
}

/** A schedule such as `rate(5 minutes)`. */
function runsOf({ name, inputs }: Resource): number {
  const { expression } = (inputs.schedule ?? {}) as { expression?: string };
  const [, every, unit] = /^rate\((\d+) (minute|hour)s?\)$/.exec(expression ?? "") ?? [];
  if (!every)
    throw new OperationFailed(`${name}: how often it runs cannot be told from ${String(expression)}`);
  return SECONDS / (Number(every) * (unit === "hour" ? 3600 : 60));
}

function keysAndSecrets({ counted }: Bill): CostLine {
  const keys = counted.of("kms/key:Key").length;
  const secrets = counted.of("secretsmanager/secret:Secret").length;
  return {
    what: "Keys and secrets",
    how: `${keys} keys, ${secrets} secrets`,
    usd: keys * MONTHLY.key + secrets * MONTHLY.secret,
  };
}
