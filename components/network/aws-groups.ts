import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "../aws/context";
import { egress, ingress, path } from "../aws/rules";
import { TIERS, type Tier } from "./contract";

/** What a member of each tier may do. A group's description cannot be changed without replacing the group. */
const MEANING: Record<Tier, string> = {
  public: "Load balancer: reached from the internet",
  front: "Services the load balancer sends requests to",
  database: "Clients of the database",
  cache: "Clients of the cache",
  telemetry: "Every task: reaches AWS through the endpoints",
  operations: "Monitoring tools: reach AWS through the endpoints",
  egress: "Tasks that need the internet",
  operator: "Tasks operators look into, through a session: nothing comes in",
};

/** Tiers whose members reach AWS's own services. */
const TO_ENDPOINTS = ["telemetry", "operations"] as const;

export interface TierGroups {
  readonly groups: Readonly<Record<Tier, aws.ec2.SecurityGroup>>;
  readonly endpointGroup: aws.ec2.SecurityGroup;
  readonly rules: readonly pulumi.Resource[];
}

/**
 * A group per tier, one for the endpoints, and the rules that hold for every environment. A rule between two
 * components is made by the one that is called: it knows its port.
 */
export function tierGroups(
  { prefix }: AwsContext,
  name: string,
  vpc: aws.ec2.Vpc,
  parent: pulumi.Resource,
): TierGroups {
  const group = (of: string, description: string) =>
    new aws.ec2.SecurityGroup(
      `${name}-${of}`,
      { vpcId: vpc.id, description, tags: { Name: `${prefix}-${of}` } },
      { parent },
    );
  const groups = Object.fromEntries(TIERS.map((tier) => [tier, group(tier, MEANING[tier])])) as Record<
    Tier,
    aws.ec2.SecurityGroup
  >;
  const endpointGroup = group("endpoints", "Endpoints of the services of AWS in this network");

  const rules = [
    ...[80, 443].map((port) =>
      ingress(
        `${name}-public-${port}`,
        "From the internet",
        groups.public.id,
        { cidrIpv4: WORLD },
        port,
        parent,
      ),
    ),
    egress(`${name}-egress-443`, "To the internet", groups.egress.id, { cidrIpv4: WORLD }, 443, parent),
    ...TO_ENDPOINTS.flatMap((tier) =>
      path(`${name}-${tier}-endpoints`, groups[tier].id, endpointGroup.id, 443, "To services of AWS", parent),
    ),
  ];
  return { groups, endpointGroup, rules };
}

const WORLD = "0.0.0.0/0";
