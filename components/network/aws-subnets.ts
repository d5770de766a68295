import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "../aws/context";

/** A subnet of one zone and the routes of its own. */
export interface ZoneSubnet {
  readonly subnet: aws.ec2.Subnet;
  readonly table: aws.ec2.RouteTable;
}

export interface Subnets {
  readonly public: readonly ZoneSubnet[];
  readonly private: readonly ZoneSubnet[];
  readonly isolated: readonly ZoneSubnet[];
  readonly gateways: readonly aws.ec2.NatGateway[];
  /** Ways out, and which subnet takes which: nothing starts before them. */
  readonly routes: readonly pulumi.Resource[];
}

type Layer = "public" | "private" | "isolated";

/** Third and fourth number of a subnet's range, and its length, by layer and zone: 256, 4,096 and 256 addresses. */
const RANGE: Record<Layer, (zone: number) => string> = {
  public: (zone) => `${zone}.0/24`,
  isolated: (zone) => `${8 + zone}.0/24`,
  private: (zone) => `${16 * (zone + 1)}.0/20`,
};

export function subnets(
  context: AwsContext,
  name: string,
  vpc: aws.ec2.Vpc,
  parent: pulumi.Resource,
): Subnets {
  const { zones, network } = context.environment.aws;
  const [a, b] = network.cidr.split(".");
  const routes: pulumi.Resource[] = [];

  const layer = (of: Layer) =>
    zones.map((zone, index): ZoneSubnet => {
      const own = `${name}-${of}-${letter(index)}`;
      const tags = { Name: `${context.prefix}-${of}-${letter(index)}` };
      const subnet = new aws.ec2.Subnet(
        own,
        {
          vpcId: vpc.id,
          availabilityZone: zone,
          cidrBlock: `${a}.${b}.${RANGE[of](index)}`,
          // A load balancer gets its addresses all the same; nothing else shall have one by chance.
          mapPublicIpOnLaunch: false,
          tags,
        },
        { parent },
      );
      const table = new aws.ec2.RouteTable(own, { vpcId: vpc.id, tags }, { parent });
      routes.push(
        new aws.ec2.RouteTableAssociation(own, { subnetId: subnet.id, routeTableId: table.id }, { parent }),
      );
      return { subnet, table };
    });

  const wayOut = (own: string, { table }: ZoneSubnet, through: Partial<aws.ec2.RouteArgs>) =>
    routes.push(
      new aws.ec2.Route(
        own,
        { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", ...through },
        { parent },
      ),
    );

  const [reachable, inside, isolated] = [layer("public"), layer("private"), layer("isolated")];
  const internet = new aws.ec2.InternetGateway(
    name,
    { vpcId: vpc.id, tags: { Name: context.prefix } },
    { parent },
  );
  reachable.forEach((zone, index) =>
    wayOut(`${name}-public-${letter(index)}`, zone, { gatewayId: internet.id }),
  );
  const gateways = reachable
    .slice(0, network.natGateways === "one" ? 1 : zones.length)
    .map(({ subnet }, index) => nat(context, `${name}-nat-${letter(index)}`, subnet, internet, parent));
  inside.forEach((zone, index) =>
    wayOut(`${name}-private-${letter(index)}`, zone, {
      natGatewayId: (gateways[index] ?? gateways[0])?.id,
    }),
  );
  return { public: reachable, private: inside, isolated, gateways, routes };
}

/** By its place and not by its own: regions have zones of other letters, and stacks in two of them are the same. */
const letter = (index: number) => String.fromCharCode("a".charCodeAt(0) + index);

function nat(
  { prefix }: AwsContext,
  name: string,
  subnet: aws.ec2.Subnet,
  internet: aws.ec2.InternetGateway,
  parent: pulumi.Resource,
): aws.ec2.NatGateway {
  const opts = { parent, dependsOn: [internet] };
  const tags = { Name: `${prefix}-nat${name.slice(-2)}` };
  const address = new aws.ec2.Eip(name, { domain: "vpc", tags }, opts);
  return new aws.ec2.NatGateway(
    name,
    { subnetId: subnet.id, allocationId: address.allocationId, connectivityType: "public", tags },
    opts,
  );
}
