import { beforeAll, describe, expect, test } from "vitest";
import type { Graph, Resource } from "../../../graph";
import { behind, names, ofType as of } from "../support/aws-read";
import { awsPart } from "../support/aws-stack";

let prod: Graph;
let staging: Graph;
beforeAll(async () => {
  prod = await awsPart(() => undefined, { production: true });
  staging = await awsPart(() => undefined, { production: false });
});

describe("subnets", () => {
  test("of each layer stand in three zones, in ranges that do not meet", () => {
    const ranges = of(prod, "aws:ec2/subnet:Subnet").map(({ name, inputs }) => [
      name,
      inputs.availabilityZone,
      inputs.cidrBlock,
    ]);
    expect(ranges).toEqual([
      ["network-isolated-a", "eu-west-1a", "10.20.8.0/24"],
      ["network-isolated-b", "eu-west-1b", "10.20.9.0/24"],
      ["network-isolated-c", "eu-west-1c", "10.20.10.0/24"],
      ["network-private-a", "eu-west-1a", "10.20.16.0/20"],
      ["network-private-b", "eu-west-1b", "10.20.32.0/20"],
      ["network-private-c", "eu-west-1c", "10.20.48.0/20"],
      ["network-public-a", "eu-west-1a", "10.20.0.0/24"],
      ["network-public-b", "eu-west-1b", "10.20.1.0/24"],
      ["network-public-c", "eu-west-1c", "10.20.2.0/24"],
    ]);
  });

  const waysOut = (graph: Graph) =>
    Object.fromEntries(
      of(graph, "aws:ec2/route:Route").map((route) => [
        behind(graph, route, "routeTableId")[0],
        [...behind(graph, route, "gatewayId"), ...behind(graph, route, "natGatewayId")],
      ]),
    );

  test("lead out by the internet, by a NAT gateway of their zone, or not at all", () => {
    expect(waysOut(prod)).toEqual({
      "network-public-a": ["network"],
      "network-public-b": ["network"],
      "network-public-c": ["network"],
      "network-private-a": ["network-nat-a"],
      "network-private-b": ["network-nat-b"],
      "network-private-c": ["network-nat-c"],
    });
  });

  test("share one NAT gateway where the configuration says so", () => {
    expect(names(of(staging, "aws:ec2/natGateway:NatGateway"))).toEqual(["network-nat-a"]);
    expect(waysOut(staging)).toMatchObject({
      "network-private-a": ["network-nat-a"],
      "network-private-b": ["network-nat-a"],
      "network-private-c": ["network-nat-a"],
    });
  });

  test("each have a route table of their own", () => {
    const pairs = of(prod, "aws:ec2/routeTableAssociation:RouteTableAssociation").map((association) => [
      ...behind(prod, association, "subnetId"),
      ...behind(prod, association, "routeTableId"),
    ]);
    expect(pairs).toHaveLength(9);
    expect(pairs.filter(([subnet, table]) => subnet !== table)).toEqual([]);
  });
});

describe("endpoints", () => {
  const shown = (graph: Graph) =>
    of(graph, "aws:ec2/vpcEndpoint:VpcEndpoint")
      .filter(({ inputs }) => inputs.vpcEndpointType === "Interface")
      .map((endpoint) => [
        String(endpoint.inputs.serviceName),
        endpoint.inputs.privateDnsEnabled,
        behind(graph, endpoint, "securityGroupIds").join(),
        behind(graph, endpoint, "subnetIds").length,
      ]);

  test.each([
    ["prod", 3],
    ["staging", 1],
  ])("of %s answer by private names, have their own group, and stand in %i zones", (stack, zones) => {
    const services = "aps-workspaces,ecr.api,ecr.dkr,kms,logs,monitoring,secretsmanager,ssmmessages,xray";
    expect(shown(stack === "prod" ? prod : staging)).toEqual(
      services
        .split(",")
        .map((service) => [`com.amazonaws.eu-west-1.${service}`, true, "network-endpoints", zones]),
    );
  });

  test("of S3 lead from the private subnets to the account's own buckets and ECR's layers alone", () => {
    const [storage] = of(prod, "aws:ec2/vpcEndpoint:VpcEndpoint").filter(
      ({ inputs }) => inputs.vpcEndpointType === "Gateway",
    );
    expect(behind(prod, storage as Resource, "routeTableIds")).toEqual([
      "network-private-a",
      "network-private-b",
      "network-private-c",
    ]);
    expect(JSON.parse(String(storage?.inputs.policy))).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "OwnBuckets",
          Effect: "Allow",
          Principal: "*",
          Action: ["s3:*"],
          Resource: ["*"],
          Condition: { StringEquals: { "aws:ResourceAccount": "123456789012" } },
        },
        {
          Sid: "LayersOfImages",
          Effect: "Allow",
          Principal: "*",
          Action: ["s3:GetObject"],
          Resource: ["arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*"],
        },
      ],
    });
  });
});

describe("security groups", () => {
  test("are the tiers, and one for the endpoints; none has a rule inside it", () => {
    const groups = of(prod, "aws:ec2/securityGroup:SecurityGroup");
    const tiers = [
      "cache",
      "database",
      "egress",
      "endpoints",
      "front",
      "operations",
      "operator",
      "public",
      "telemetry",
    ];
    expect(names(groups)).toEqual(tiers.map((tier) => `network-${tier}`));
    expect(groups.filter(({ inputs }) => "ingress" in inputs || "egress" in inputs)).toEqual([]);
  });

  test("let through what the network itself needs, and nothing else", () => {
    const rules = ["Ingress", "Egress"].flatMap((way) =>
      of(prod, `aws:vpc/securityGroup${way}Rule:SecurityGroup${way}Rule`).map((rule) => {
        const { cidrIpv4, fromPort, toPort, ipProtocol } = rule.inputs;
        const peer = cidrIpv4 ?? behind(prod, rule, "referencedSecurityGroupId")[0];
        const [group] = behind(prod, rule, "securityGroupId");
        const other = peer ?? behind(prod, rule, "prefixListId")[0];
        return `${group} ${way === "Ingress" ? "from" : "to"} ${String(other)} ${ipProtocol}/${fromPort}-${toPort}`;
      }),
    );
    expect(rules.sort()).toEqual([
      "network-egress to 0.0.0.0/0 tcp/443-443",
      "network-endpoints from network-operations tcp/443-443",
      "network-endpoints from network-telemetry tcp/443-443",
      "network-operations to network-endpoints tcp/443-443",
      "network-public from 0.0.0.0/0 tcp/443-443",
      "network-public from 0.0.0.0/0 tcp/80-80",
      "network-telemetry to network-endpoints tcp/443-443",
      "network-telemetry to network-s3 tcp/443-443",
    ]);
  });

  test("have the network's default one emptied", () => {
    const [group] = of(prod, "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup");
    expect(Object.keys(group?.inputs ?? {})).toEqual(["vpcId"]);
  });
});

test("who spoke to whom is logged: the group, its key and the role are there first", () => {
  const [log] = of(prod, "aws:ec2/flowLog:FlowLog");
  expect(log?.inputs).toMatchObject({ trafficType: "ALL", logDestinationType: "cloud-watch-logs" });
  expect(behind(prod, log as Resource, "logDestination")).toEqual(["network-flow"]);
  const needs = log?.dependencies.map((urn) => urn.split("::")[2]?.split("$").at(-1)).sort();
  expect(needs).toEqual([
    "aws:cloudwatch/logGroup:LogGroup",
    "aws:ec2/vpc:Vpc",
    "aws:iam/role:Role",
    "aws:iam/rolePolicy:RolePolicy",
  ]);
});
