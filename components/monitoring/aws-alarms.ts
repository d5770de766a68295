import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { cacheNode, databaseClass, type MachineSize } from "../../environment/aws-sizes";
import * as definitions from "../../observability/alarms";
import { alarm, combinedAlarm, type Dimensions } from "../aws/alarm";
import type { AwsContext } from "../aws/context";
import type { AwsTarget } from "../aws/kind";

type Target<K extends AwsTarget["kind"]> = Extract<AwsTarget, { kind: K }>;

/** Alarms on what only AWS sees of the environment's parts. */
export class TargetAlarms {
  /** Those that mean users cannot get in. */
  readonly outage: aws.cloudwatch.MetricAlarm[] = [];

  constructor(
    private readonly context: AwsContext,
    private readonly opts: pulumi.CustomResourceOptions,
  ) {}

  on(target: AwsTarget): void {
    switch (target.kind) {
      case "database":
        return this.database(target);
      case "cache":
        return this.cache(target);
      case "service":
        return this.service(target);
      case "edge":
        return this.edge(target);
      case "nat":
        return this.gateways(target);
      case "backups":
        // Told by the events of the vault.
        return;
    }
  }

  private declare(of: string, alarms: readonly definitions.Alarm[], dimensions: Dimensions): void {
    for (const one of alarms) alarm(this.context, of, one, dimensions, this.opts);
  }

  private database({ instance, replicas }: Target<"database">): void {
    const { database } = this.context.environment;
    const machine = known(databaseClass(database));
    const { memoryMiB } = machine;
    const all = [...definitions.databaseAlarms({ ...database, memoryMiB }), ...creditsOf(machine)];
    this.declare("database", all, { DBInstanceIdentifier: instance });
    replicas.forEach((replica, index) =>
      this.declare(`database-replica-${index + 1}`, [...definitions.replicaAlarms, ...all], {
        DBInstanceIdentifier: replica,
      }),
    );
  }

  private cache({ nodes }: Target<"cache">): void {
    const { memoryMiB } = known(cacheNode(this.context.environment.cache));
    const alarms = [
      ...definitions.cacheAlarms(memoryMiB),
      ...(nodes.length > 1 ? definitions.cacheReplicaAlarms : []),
    ];
    nodes.forEach((node, index) => this.declare(`cache-${index + 1}`, alarms, { CacheClusterId: node }));
  }

  private service({ name, service, replicas }: Target<"service">): void {
    const { cluster } = this.context;
    this.declare(name, definitions.serviceAlarms(replicas), {
      ClusterName: cluster.name,
      ServiceName: service,
    });
  }

  private edge({ loadBalancer, targetGroups, webAcl, certificateArn }: Target<"edge">): void {
    const { region } = this.context.environment.aws;
    const balancer = { LoadBalancer: loadBalancer };
    this.outage.push(alarm(this.context, "edge", definitions.edgeFailing, balancer, this.opts));
    this.declare("edge", definitions.edgeAlarms, balancer);
    this.declare("firewall", definitions.firewallAlarms, { WebACL: webAcl, Region: region, Rule: "ALL" });
    this.declare("certificate", definitions.certificateAlarms, { CertificateArn: certificateArn });
    for (const service of new Set(targetGroups.map((group) => group.service))) {
      const groups = targetGroups.filter((group) => group.service === service);
      const figures = groups.map(
        ({ arnSuffix }, index) =>
          [`group${index + 1}`, { LoadBalancer: loadBalancer, TargetGroup: arnSuffix }] as const,
      );
      // During a release copies stand in two groups; before and after it one of them is empty, and says nothing.
      const sum = figures.map(([id]) => `FILL(${id}, 0)`).join(" + ");
      const all = Object.fromEntries(figures);
      this.outage.push(
        combinedAlarm(this.context, service, definitions.serviceUnreachable, sum, all, this.opts),
      );
    }
  }

  private gateways({ gateways }: Target<"nat">): void {
    gateways.forEach((gateway, index) =>
      this.declare(`way-out-${index + 1}`, definitions.gatewayAlarms, { NatGatewayId: gateway }),
    );
  }
}

/** Classes that are cheaper because they are not busy all the time. */
const creditsOf = ({ name }: MachineSize) => (name.startsWith("db.t") ? definitions.creditAlarms : []);

/** The configuration was checked to fit. */
function known(machine: MachineSize | undefined): MachineSize {
  if (!machine) throw new Error("no machine of AWS is large enough");
  return machine;
}
