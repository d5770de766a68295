/** Ways through the network: between which groups, on which port; who is a member of which; and who needs which. */
import type { Resource } from "../../../../graph";
import {
  called,
  different,
  gone,
  inputFault,
  outputsOf,
  type Concern,
  type Links,
} from "../../support/aws-links";
import { statements } from "../../support/aws-read";
import { startsOf, type Start } from "../../support/aws-tasks";
import { permits } from "../../support/iam";
import { policyFaults } from "./policy-faults";
import { allowedTo } from "./roles";

const idOf = (resource: Resource | undefined) => outputsOf(resource ?? NONE).id;
const NONE = { urn: "", type: "", name: "", inputs: {} } as unknown as Resource;

/** One side of a rule, by name: a group, S3, or the internet. */
function sides(links: Links, rule: Resource): { group: string; peer: string } {
  const { securityGroupId, referencedSecurityGroupId, prefixListId, cidrIpv4 } = rule.inputs;
  const group = (id: unknown) => links.all("SecurityGroup").find((one) => idOf(one) === id)?.name ?? "?";
  const gateway = links.with("VpcEndpoint", "prefixListId", prefixListId);
  return {
    group: group(securityGroupId),
    peer: gateway ? "S3" : cidrIpv4 === "0.0.0.0/0" ? "internet" : group(referencedSecurityGroupId),
  };
}

const portOf = ({ inputs: { ipProtocol, fromPort, toPort } }: Resource): string =>
  `${fromPort === toPort ? String(fromPort) : `${String(fromPort)}-${String(toPort)}`}${ipProtocol === "tcp" ? "" : `/${String(ipProtocol)}`}`;

/** "from → to port", for what is let out of the one and into the other; half a way is told as such. */
export function ways(links: Links): string[] {
  const out = links.all("SecurityGroupEgressRule").map((rule) => {
    const { group, peer } = sides(links, rule);
    return `${group} → ${peer} ${portOf(rule)}`;
  });
  const into = links.all("SecurityGroupIngressRule").map((rule) => {
    const { group, peer } = sides(links, rule);
    return `${peer} → ${group} ${portOf(rule)}`;
  });
  const oneSided = (way: string) => /^internet →|→ (internet|S3) /.test(way);
  const half = [
    ...out.filter((way) => !oneSided(way) && !into.includes(way)).map((way) => `${way}: let out, not in`),
    ...into.filter((way) => !oneSided(way) && !out.includes(way)).map((way) => `${way}: let in, not out`),
  ];
  const whole = [...new Set([...out, ...into])].filter(
    (way) => !half.some((one) => one.startsWith(`${way}:`)),
  );
  return [...whole, ...half].sort();
}

/** Kind and name of whatever has each group; of a task, whoever starts it; of a replica, what it is a copy of. */
export function members(links: Links): Record<string, string[]> {
  const starts = startsOf(links);
  const groups = links.all("SecurityGroup").map((group) => {
    const id = idOf(group);
    const named = links
      .textsWith("securitygroup-")
      .filter(({ of, text }) => text === id && !/Rule$|Invocation$|Selection$/.test(of.type))
      .map(({ of }) => of)
      .filter(({ inputs }) => inputs.replicateSourceDb === undefined);
    const started = starts.filter((one) => one.groups.includes(String(id))).map(({ by }) => by);
    return [group.name, [...new Set([...named, ...started].map(called))].sort()] as const;
  });
  return Object.fromEntries(groups);
}

export const paths = (
  expected: readonly string[],
  belonging: Readonly<Record<string, readonly string[]>>,
): Concern => ({
  broken(links) {
    const found = ways(links);
    const groups = members(links);
    return [
      ...found.filter((way) => !expected.includes(way)).map((way) => `there is a way ${way}`),
      ...expected.filter((way) => !found.includes(way)).map((way) => `there is no way ${way}`),
      ...Object.entries(groups).flatMap(([group, own]) =>
        String(own) === String(belonging[group] ?? "?") ? [] : [`${group} has the members ${own.join()}`],
      ),
      ...links.all("Instance", "ReplicationGroup").flatMap((store) => deaf(links, store)),
      ...startsOf(links).flatMap((start) => [...stores(links, start), ...calls(links, start, found)]),
    ];
  },
  *faults(links) {
    const { graph } = links;
    for (const rule of links.all("SecurityGroupIngressRule", "SecurityGroupEgressRule")) {
      yield gone(graph, rule);
      yield inputFault(graph, rule, "another port", { fromPort: 22, toPort: 22 });
      yield inputFault(graph, rule, "every port", { fromPort: 0, toPort: 65535 });
      yield inputFault(graph, rule, "every protocol", { ipProtocol: "-1" });
      if (rule.inputs.cidrIpv4 === undefined)
        yield inputFault(graph, rule, "the world", {
          referencedSecurityGroupId: null,
          prefixListId: null,
          cidrIpv4: "0.0.0.0/0",
        });
    }
    for (const group of links.all("SecurityGroup"))
      for (const service of links.all("Service")) yield toggled(graph, service, String(idOf(group)));
    for (const endpoint of links.all("VpcEndpoint")) {
      yield gone(graph, endpoint);
      if (endpoint.inputs.vpcEndpointType === "Interface") {
        yield inputFault(graph, endpoint, "no private name", { privateDnsEnabled: false });
        yield inputFault(graph, endpoint, "no group", { securityGroupIds: [] });
      } else {
        yield inputFault(graph, endpoint, "no routes", { routeTableIds: [] });
        yield* policyFaults(graph, endpoint);
      }
    }
    for (const target of links.all("Instance", "ReplicationGroup"))
      yield inputFault(graph, target, "another port", { port: 1234 });
    for (const task of links.all("TaskDefinition"))
      for (const target of links.all("Instance", "ReplicationGroup"))
        if (links.isBefore(target, task))
          yield different(graph, task, `not told of ${target.name}`, { dependencies: [] });
  },
});

export const groupsOf = ({ inputs }: Resource): string[] =>
  (inputs.vpcSecurityGroupIds ?? inputs.securityGroupIds) as string[];

/** A service in one group more, or one fewer. */
function toggled(graph: Links["graph"], service: Resource, id: string) {
  const network = service.inputs.networkConfiguration as { securityGroups: string[] };
  const securityGroups = network.securityGroups.includes(id)
    ? network.securityGroups.filter((one) => one !== id)
    : [...network.securityGroups, id];
  return inputFault(graph, service, `in or out of ${id}`, {
    networkConfiguration: { ...network, securityGroups },
  });
}

/**
 * A task that is told where database or cache is reaches it. One that is told of neither reaches neither: the clients
 * of both are one tier.
 */
function stores(links: Links, { by, task, groups }: Start): string[] {
  const all = links.all("Instance", "ReplicationGroup");
  const client = all.some((store) => links.isBefore(store, task));
  return all.flatMap((store) => {
    const own = groupsOf(store);
    const reached = reaches(links, groups, own, Number(store.inputs.port));
    if (reached === links.isBefore(store, task) || (reached && client)) return [];
    return [`${called(by)} ${reached ? "reaches" : "does not reach"} ${called(store)}`];
  });
}

/** Database, replica or cache listens where its clients are let in. */
function deaf(links: Links, store: Resource): string[] {
  const own = groupsOf(store);
  const ports = links
    .all("SecurityGroupIngressRule")
    .filter(({ inputs }) => own.includes(String(inputs.securityGroupId)))
    .map(({ inputs }) => inputs.toPort);
  return ports.includes(store.inputs.port as number)
    ? []
    : [`nobody is let in where ${called(store)} listens`];
}

/** Whether one of some groups is let out to one of others on a port, and there let in. */
function reaches(links: Links, from: readonly string[], to: readonly string[], port: number): boolean {
  const open = (kind: string, group: string, peer: string) =>
    links
      .all(kind)
      .some(
        ({ inputs }) =>
          inputs.securityGroupId === group &&
          inputs.referencedSecurityGroupId === peer &&
          Number(inputs.fromPort) <= port &&
          Number(inputs.toPort) >= port,
      );
  return from.some((one) =>
    to.some(
      (other) => open("SecurityGroupEgressRule", one, other) && open("SecurityGroupIngressRule", other, one),
    ),
  );
}

/** The endpoints behind which the services of AWS are, by the prefix of their actions. */
const ENDPOINTS: Readonly<Record<string, readonly string[]>> = {
  aps: ["aps-workspaces"],
  cloudwatch: ["monitoring"],
  ecr: ["ecr.api", "ecr.dkr", "s3"],
  kms: ["kms"],
  logs: ["logs"],
  s3: ["s3"],
  secretsmanager: ["secretsmanager"],
  ssmmessages: ["ssmmessages"],
  xray: ["xray"],
};

/** A task calls what its two roles allow it, and needs a way there; a key in another service's name is not called. */
function calls(links: Links, { by, task, subnets, groups }: Start, found: readonly string[]): string[] {
  const roles = ["executionRoleArn", "taskRoleArn"].flatMap((input) => links.at(task.inputs[input]) ?? []);
  const allowed = roles
    .flatMap((role) => allowedTo(links, role))
    .filter((one) => !one.includes("kms:ViaService"));
  const called_ = [...new Set(allowed.map((one) => one.split(":")[0] ?? ""))];
  const names = links
    .all("SecurityGroup")
    .filter((one) => groups.includes(String(idOf(one))))
    .map(({ name }) => name);
  const toStorage = names.some((name) => found.includes(`${name} → S3 443`));
  return called_.flatMap((service) => {
    const endpoints = ENDPOINTS[service];
    if (!endpoints) return [`${called(by)} calls ${service}, of which nothing is known`];
    return endpoints
      .filter((endpoint) =>
        endpoint === "s3" ? !toStorage || !routed(links, subnets) : !answered(links, endpoint, groups),
      )
      .map((endpoint) => `${called(by)} has no way to ${endpoint}`);
  });
}

function answered(links: Links, service: string, groups: readonly string[]): boolean {
  return links.all("VpcEndpoint").some(({ inputs }) => {
    const { vpcEndpointType, serviceName, privateDnsEnabled, securityGroupIds } = inputs;
    return (
      vpcEndpointType === "Interface" &&
      serviceName === `com.amazonaws.eu-west-1.${service}` &&
      privateDnsEnabled === true &&
      reaches(links, groups, securityGroupIds as string[], 443)
    );
  });
}

/** Every subnet's routes lead to S3, to the buckets of the account, and to where ECR keeps layers. */
function routed(links: Links, subnets: readonly string[]): boolean {
  const [gateway] = links.all("VpcEndpoint").filter(({ inputs }) => inputs.vpcEndpointType === "Gateway");
  if (!gateway) return false;
  const tables = gateway.inputs.routeTableIds as string[];
  const policy = statements(gateway.inputs.policy);
  const own = { "aws:ResourceAccount": "123456789012" };
  const bucket = "arn:aws:s3:::anything";
  return (
    subnets.every((subnet) =>
      links
        .all("RouteTableAssociation")
        .some(({ inputs }) => inputs.subnetId === subnet && tables.includes(String(inputs.routeTableId))),
    ) &&
    ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"].every((action) =>
      permits(policy, { principal: "any", action, resource: `${bucket}/x`, context: own }),
    ) &&
    permits(policy, { principal: "any", action: "s3:ListBucket", resource: bucket, context: own }) &&
    permits(policy, {
      principal: "any",
      action: "s3:GetObject",
      resource: "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/x",
    }) &&
    !permits(policy, { principal: "any", action: "s3:PutObject", resource: `${bucket}/x` }) &&
    !permits(policy, { principal: "any", action: "s3:GetObject", resource: `${bucket}/x` }) &&
    policy.every(({ actions }) => actions.every((action) => action.startsWith("s3:"))) &&
    !permits(policy, {
      principal: "any",
      action: "s3:PutObject",
      resource: "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/x",
    })
  );
}
