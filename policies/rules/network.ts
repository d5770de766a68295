/** Networks, subnets and what they lead to. */
import { UNKNOWN, type Resource } from "../../graph/resource";
import {
  every,
  is,
  isEmptyOrAbsent,
  isSet,
  not,
  orAbsent,
  property,
  properties,
  softened,
  some,
  unless,
} from "../expect";
import { graphRule, resourceRule, type Finding } from "../rule";
import { aws, LOAD_BALANCER, SERVICE, SUBNET } from "../tokens";
import { refers } from "../view";
import { companion } from "./companion";
import { isBounded } from "./conditions";
import { leadsOut, subnetsThatLeadOut } from "./routes";
import { isOnEverything, type Statement } from "./statement";
import { statements } from "./statements";

const FLOW_LOG = aws("ec2", "flowLog");
const VPC = aws("ec2", "vpc");
const ENDPOINT = aws("ec2", "vpcEndpoint");
const GUIDE = "https://docs.aws.amazon.com/vpc/latest/userguide";

const reachesAnything = (statement: Statement) =>
  statement.allows && isOnEverything(statement) && !isBounded(statement) ? "everything" : undefined;

/** An endpoint for S3 lets every bucket be reached unless it says otherwise. */
function ofStorage(endpoint: Resource): Finding[] {
  const { serviceName } = endpoint.inputs;
  const findings = property("policy", isSet)(endpoint);
  if (serviceName === UNKNOWN) return softened(findings);
  return String(serviceName).endsWith(".s3") ? findings : [];
}

export const network = [
  graphRule({
    name: "vpc-flow-logs",
    description: "Who talked to whom in a network is written down.",
    severity: "medium",
    references: { fsbp: "EC2.6", nag: "VPC7", checkov: "CKV2_AWS_11", trivy: "AWS-0178" },
    remediation: 'Declare an ec2.FlowLog with the network\'s id and trafficType: "ALL"',
    types: VPC,
    check: (vpc, view) => {
      const { sure } = view.referring(FLOW_LOG, "vpcId", vpc);
      return [
        ...companion(vpc, view, FLOW_LOG, "vpcId", "no FlowLog refers to it"),
        ...sure.flatMap(property("trafficType", is("ALL"))),
      ];
    },
  }),
  graphRule({
    name: "vpc-default-sg",
    description: "A network's default security group, which anything may fall into, lets nothing through.",
    severity: "high",
    references: {
      fsbp: "EC2.2",
      nag: "VPCDefaultSecurityGroupClosed",
      checkov: "CKV2_AWS_12",
      trivy: "AWS-0173",
    },
    remediation: "Declare an ec2.DefaultSecurityGroup with the network's id and neither ingress nor egress",
    types: VPC,
    check: (vpc, view) => {
      const types = aws("ec2", "defaultSecurityGroup");
      return [
        ...companion(vpc, view, types, "vpcId", "no DefaultSecurityGroup closes its default group"),
        ...view
          .referring(types, "vpcId", vpc)
          .sure.flatMap(properties({ ingress: isEmptyOrAbsent, egress: isEmptyOrAbsent })),
      ];
    },
  }),
  resourceRule({
    name: "subnet-no-auto-public",
    description: "What is started in a subnet gets no address on the internet by itself.",
    severity: "medium",
    references: {
      fsbp: "EC2.15",
      nag: "VPCSubnetAutoAssignPublicIpDisabled",
      checkov: "CKV_AWS_130",
      trivy: "AWS-0164",
    },
    remediation: "Set mapPublicIpOnLaunch: false",
    types: SUBNET,
    check: properties({
      mapPublicIpOnLaunch: orAbsent(is(false)),
      assignIpv6AddressOnCreation: orAbsent(is(false)),
    }),
  }),
  resourceRule({
    name: "no-default-vpc",
    description: "Nothing is put into the network that an account has from the start.",
    severity: "medium",
    references: { checkov: "CKV_AWS_148", trivy: "AWS-0101" },
    remediation: "Declare an ec2.Vpc",
    link: `${GUIDE}/default-vpc.html`,
    types: [...aws("ec2", "defaultVpc"), ...aws("ec2", "defaultSubnet")],
    check: (resource) => unless(false, resource, "it belongs to the account's default network"),
  }),
  graphRule({
    name: "private-no-igw",
    description: "Subnets of services and data have no route to the internet.",
    severity: "high",
    references: { nag: "VPCNoUnrestrictedRouteToIGW" },
    remediation: "Send their traffic through a NAT gateway or endpoints instead of an internet gateway",
    link: `${GUIDE}/route-table-options.html`,
    types: SERVICE,
    check: (service, view) => {
      const answers = subnetsThatLeadOut(view).map((subnet) =>
        refers(service, "networkConfiguration.subnets", subnet),
      );
      const named = answers.includes(true) ? false : answers.includes(undefined) ? undefined : true;
      return unless(
        named,
        service,
        "one of its subnets has a route to an internet gateway",
        "networkConfiguration.subnets",
      );
    },
  }),
  graphRule({
    name: "vpc-endpoints",
    description: "Images are pulled without leaving the network.",
    severity: "low",
    references: { fsbp: "EC2.55 EC2.56" },
    remediation: "Declare vpcEndpoints for ecr.api and ecr.dkr",
    types: VPC,
    check: (vpc, view) =>
      ["ecr.api", "ecr.dkr"].flatMap((service) => {
        const { sure, possible } = view.referring(ENDPOINT, "vpcId", vpc);
        const answers = sure.map(({ inputs }) =>
          inputs.serviceName === UNKNOWN ? undefined : String(inputs.serviceName).endsWith(`.${service}`),
        );
        return unless(
          some([...answers, ...possible.map(() => undefined)]),
          vpc,
          `it has no endpoint for ${service}`,
        );
      }),
  }),
  graphRule({
    name: "public-subnet-needed",
    description: "A subnet with a route to the internet holds load balancers or NAT gateways only.",
    severity: "high",
    remediation: "Move databases and caches to subnets without such a route",
    link: `${GUIDE}/configure-subnets.html`,
    types: aws("elasticache", "subnetGroup"),
    check: (group, view) => {
      const answers = subnetsThatLeadOut(view).map((subnet) => refers(group, "subnetIds", subnet));
      const closed = answers.includes(true) ? false : answers.includes(undefined) ? undefined : true;
      return unless(closed, group, "one of the subnets has a route to an internet gateway", "subnetIds");
    },
  }),
  graphRule({
    name: "private-table-named",
    description: "A network's main route table, which a subnet without one falls back to, leads nowhere.",
    severity: "medium",
    remediation: "Associate each subnet with a route table of its own, and keep the main one empty",
    link: `${GUIDE}/subnet-route-tables.html`,
    types: aws("ec2", "mainRouteTableAssociation"),
    check: (association, view) => {
      const answers = view
        .ofType(aws("ec2", "routeTable"))
        .map((table) => not(every([refers(association, "routeTableId", table), leadsOut(table, view)])));
      return unless(every(answers), association, "the main route table leads to the internet");
    },
  }),
  resourceRule({
    name: "endpoint-private-dns",
    description: "A service's usual name leads to its endpoint in the network, and not out of it.",
    severity: "medium",
    remediation: "Set privateDnsEnabled: true",
    link: "https://docs.aws.amazon.com/vpc/latest/privatelink/interface-endpoints.html",
    types: ENDPOINT,
    check: (endpoint) => {
      const { vpcEndpointType: kind } = endpoint.inputs;
      const findings = property("privateDnsEnabled", is(true))(endpoint);
      if (kind === UNKNOWN) return softened(findings);
      return kind === "Interface" ? findings : [];
    },
  }),
  graphRule({
    name: "zones-apart",
    description:
      "Subnets a database, a cache, a load balancer or a service is spread over are in a zone each.",
    severity: "medium",
    remediation: "Set availabilityZone of each subnet to another zone",
    link: `${GUIDE}/configure-subnets.html`,
    types: [...aws("rds", "subnetGroup"), ...aws("elasticache", "subnetGroup"), ...LOAD_BALANCER, ...SERVICE],
    check: (resource, view) => {
      const property = SERVICE.includes(resource.type)
        ? "networkConfiguration.subnets"
        : LOAD_BALANCER.includes(resource.type)
          ? "subnets"
          : "subnetIds";
      const zones = view
        .targets(resource, property, SUBNET)
        .sure.map(({ inputs }) => inputs.availabilityZone);
      const named = zones.filter((zone) => typeof zone === "string" && zone !== "" && zone !== UNKNOWN);
      const apart = zones.includes(UNKNOWN)
        ? undefined
        : named.length === zones.length && new Set(named).size === zones.length;
      return unless(zones.length < 2 || apart, resource, "its subnets are not in a zone each", property);
    },
  }),
  resourceRule({
    name: "endpoint-policy",
    description: "An endpoint for data says what may be reached through it.",
    severity: "low",
    remediation: "Set policy to the buckets and actions that are needed",
    link: "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html",
    types: ENDPOINT,
    check: (endpoint) => [
      ...ofStorage(endpoint),
      ...statements(
        ["policy"],
        reachesAnything,
        "named resources, or a condition on whose they are",
      )(endpoint),
    ],
  }),
];
