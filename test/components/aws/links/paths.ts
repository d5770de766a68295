/** Ways through the network: between which groups, on which port; who is a member of which; and who needs which. */
import type { Resource } from "../../../../graph";
import { called, different, gone, inputFault, type Concern, type Links } from "../../support/aws-links";
import { startsOf, type Start } from "../../support/aws-tasks";
import { calls, idOf, reaches } from "./endpoints";
import { policyFaults } from "./policy-faults";

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
function ways(links: Links): string[] {
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
function members(links: Links): Record<string, string[]> {
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
