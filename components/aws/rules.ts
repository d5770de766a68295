import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** The one other side of a rule. */
export type Peer =
  | { cidrIpv4: string }
  | { referencedSecurityGroupId: pulumi.Input<string> }
  | { prefixListId: pulumi.Input<string> };

/** A rule that lets TCP in on a port. */
export function ingress(
  name: string,
  description: string,
  group: pulumi.Input<string>,
  from: Peer,
  port: number,
  parent: pulumi.Resource,
): aws.vpc.SecurityGroupIngressRule {
  const args = { securityGroupId: group, ipProtocol: "tcp", fromPort: port, toPort: port, description };
  return new aws.vpc.SecurityGroupIngressRule(name, { ...args, ...from }, ruleOptions(parent));
}

/** A rule that lets TCP out to a port. */
export function egress(
  name: string,
  description: string,
  group: pulumi.Input<string>,
  to: Peer,
  port: number,
  parent: pulumi.Resource,
): aws.vpc.SecurityGroupEgressRule {
  const args = { securityGroupId: group, ipProtocol: "tcp", fromPort: port, toPort: port, description };
  return new aws.vpc.SecurityGroupEgressRule(name, { ...args, ...to }, ruleOptions(parent));
}

/** Two rules that are the same but for their description are refused. */
const ruleOptions = (parent: pulumi.Resource) => ({ parent, deleteBeforeReplace: true });

/**
 * The way from one group to another: a rule that lets the one out, and a rule that lets it into the other.
 *
 * @param name in the program, such as "database-from-data"
 */
export function path(
  name: string,
  from: pulumi.Input<string>,
  to: pulumi.Input<string>,
  port: number,
  description: string,
  parent: pulumi.Resource,
): pulumi.Resource[] {
  return [
    egress(name, description, from, { referencedSecurityGroupId: to }, port, parent),
    ingress(name, description, to, { referencedSecurityGroupId: from }, port, parent),
  ];
}
