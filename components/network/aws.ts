import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "../aws/context";
import type { AwsKind, AwsTarget, AwsTier } from "../aws/kind";
import { endpoints } from "./aws-endpoints";
import { flowLog } from "./aws-flow-log";
import { tierGroups } from "./aws-groups";
import { subnets } from "./aws-subnets";
import { TIERS, type Network, type Tier } from "./contract";

/**
 * A network of the environment's own over three zones. A tier is a security group; the subnets only tell which
 * way leads out: public ones have addresses of the internet, private ones go out through a NAT gateway, isolated
 * ones not at all.
 */
export class AwsNetwork extends pulumi.ComponentResource implements Network<AwsKind> {
  readonly tiers: Readonly<Record<Tier, AwsTier>>;
  readonly targets: readonly AwsTarget[];

  constructor(context: AwsContext, name: string, opts: pulumi.ComponentResourceOptions) {
    super("mainstay:aws:Network", name, {}, opts);
    const vpc = this.vpc(context, name);
    flowLog(context, name, vpc, { parent: this });
    const {
      public: reachable,
      private: inside,
      isolated,
      gateways,
      routes,
    } = subnets(context, name, vpc, this);
    const { groups, rules, endpointGroup } = tierGroups(context, name, vpc, this);
    const vpcEndpoints = endpoints(context, name, { vpc, inside, endpointGroup, groups }, this);
    const ready = [...routes, ...rules, ...vpcEndpoints];
    const tier = (of: Tier): AwsTier => ({
      vpcId: vpc.id,
      subnetIds: (of === "public" ? reachable : inside).map(({ subnet }) => subnet.id),
      isolatedSubnetIds: isolated.map(({ subnet }) => subnet.id),
      securityGroupId: groups[of].id,
      ready,
    });
    this.tiers = Object.fromEntries(TIERS.map((of) => [of, tier(of)])) as Record<Tier, AwsTier>;
    this.targets = [{ kind: "nat", gateways: gateways.map(({ id }) => id) }];
    this.registerOutputs({});
  }

  private vpc({ environment, prefix }: AwsContext, name: string): aws.ec2.Vpc {
    const vpc = new aws.ec2.Vpc(
      name,
      {
        cidrBlock: environment.aws.network.cidr,
        enableDnsSupport: true,
        // The endpoints' private names need it.
        enableDnsHostnames: true,
        tags: { Name: prefix },
      },
      { parent: this },
    );
    // What has no group of its own gets this one: it lets nothing in or out.
    new aws.ec2.DefaultSecurityGroup(name, { vpcId: vpc.id }, { parent: this });
    return vpc;
  }
}
