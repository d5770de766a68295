/** The way of a request: listener, rule, target group, service, container, on one port and with one health path. A group's own port is no target's: ECS tells each one's. */
import type { Resource } from "../../../../graph";
import {
  called,
  gone,
  inputFault,
  outputsOf,
  textsIn,
  type Concern,
  type Links,
} from "../../support/aws-links";
import { containersOf, startsOf, variable } from "../../support/aws-tasks";

/** A public service, as the configuration has it. */
export interface Shown {
  readonly name: string;
  readonly port: number;
  readonly health: { readonly ready: string };
  readonly routes: readonly string[];
}

interface Balancer {
  readonly containerName: string;
  readonly containerPort: number;
  readonly targetGroupArn: string;
  readonly advancedConfiguration: {
    readonly alternateTargetGroupArn: string;
    readonly productionListenerRule: string;
  };
}

export const entrances = (shown: readonly Shown[]): Concern => ({
  broken: (links) => [
    ...shown.flatMap((one) => brokenOf(links, one)),
    ...links.all("Service").flatMap((service) => hidden(service, shown)),
    ...links.all("TargetGroup").flatMap((group) => alone(links, group)),
    ...doors(links),
  ],
  *faults(links) {
    const { graph } = links;
    for (const one of links.all("TargetGroup", "ListenerRule", "Listener")) yield gone(graph, one);
    for (const group of links.all("TargetGroup")) {
      const health = group.inputs.healthCheck as Record<string, string>;
      yield inputFault(graph, group, "targets by instance", { targetType: "instance" });
      yield inputFault(graph, group, "another network", { vpcId: "vpc-other" });
      yield inputFault(graph, group, "TLS to the container", { protocol: "HTTPS" });
      yield inputFault(graph, group, "another health path", { healthCheck: { ...health, path: "/other" } });
      yield inputFault(graph, group, "another health port", { healthCheck: { ...health, port: "9999" } });
      yield inputFault(graph, group, "another answer", { healthCheck: { ...health, matcher: "301" } });
    }
    for (const rule of links.all("ListenerRule")) {
      yield inputFault(graph, rule, "no forward", { actions: [] });
      yield inputFault(graph, rule, "other paths", {
        conditions: [{ pathPattern: { values: ["/other*"] } }],
      });
      yield inputFault(graph, rule, "another listener", { listenerArn: "other" });
      for (const other of links.all("ListenerRule").filter((one) => one !== rule))
        yield inputFault(graph, rule, "the same priority", { priority: other.inputs.priority as number });
    }
    for (const listener of links.all("Listener")) {
      yield inputFault(graph, listener, "another balancer", { loadBalancerArn: "other" });
      yield inputFault(graph, listener, "another port", { port: 8443 });
    }
    const [https] = links.all("Listener").filter(({ inputs }) => inputs.protocol === "HTTPS");
    if (https) yield inputFault(graph, https, "no certificate", { certificateArn: null });
    for (const validation of links.all("CertificateValidation")) {
      yield gone(graph, validation);
      yield inputFault(graph, validation, "another certificate", { certificateArn: "other" });
      yield inputFault(graph, validation, "no records", { validationRecordFqdns: [] });
    }
    for (const service of links.all("Service")) {
      const [balancer] = (service.inputs.loadBalancers ?? []) as unknown as Balancer[];
      if (!balancer) continue;
      yield inputFault(graph, service, "no balancer", { loadBalancers: [] });
      for (const change of [
        { containerName: "other" },
        { containerPort: 9999 },
        { targetGroupArn: "other" },
        { advancedConfiguration: { ...balancer.advancedConfiguration, alternateTargetGroupArn: "other" } },
        { advancedConfiguration: { ...balancer.advancedConfiguration, productionListenerRule: "other" } },
      ])
        yield inputFault(graph, service, JSON.stringify(change), {
          loadBalancers: [{ ...balancer, ...change }],
        });
      const task = links.at(service.inputs.taskDefinition);
      if (!task) continue;
      const without = (change: object) =>
        JSON.stringify(
          containersOf(task).map((one) =>
            one.name === balancer.containerName ? { ...one, ...change } : one,
          ),
        );
      yield inputFault(graph, task, "no port", { containerDefinitions: without({ portMappings: [] }) });
      yield inputFault(graph, task, "PORT is another", {
        containerDefinitions: without({ environment: [{ name: "PORT", value: "9999" }] }),
      });
    }
    for (const record of links.all("Record")) yield gone(graph, record);
  },
});

function brokenOf(links: Links, { name, port, health, routes }: Shown): string[] {
  const start = startsOf(links).find(({ by }) => by.name === name);
  const [balancer, ...more] = (start?.by.inputs.loadBalancers ?? []) as unknown as Balancer[];
  if (!start || !balancer || more.length > 0) return [`${name} stands behind no balancer, or more than one`];
  const { targetGroupArn, advancedConfiguration, containerName, containerPort } = balancer;
  const groupArns = [targetGroupArn, advancedConfiguration.alternateTargetGroupArn];
  const container = containersOf(start.task).find((one) => one.name === containerName);
  const rule = links.at(advancedConfiguration.productionListenerRule);
  const ports = container?.portMappings.map((one) => `${one.containerPort}:${one.hostPort}`);
  const [vpc] = links.all("Vpc");
  return [
    ...differs(`${name}: containerPort`, containerPort, port),
    ...differs(`${name}: ports of ${containerName}`, String(ports), `${port}:${port}`),
    ...differs(`${name}: PORT of ${containerName}`, container && variable(container, "PORT"), String(port)),
    ...groupArns.flatMap((arn) => {
      const inputs = links.at(arn)?.inputs;
      if (!inputs) return [`${name}: there is no target group ${arn}`];
      const check = inputs.healthCheck as Record<string, unknown>;
      return [
        ...differs(
          `${name}: target group's kind`,
          `${String(inputs.targetType)} ${String(inputs.protocol)}`,
          "ip HTTP",
        ),
        ...differs(`${name}: target group's network`, inputs.vpcId, vpc && outputsOf(vpc).id),
        ...differs(
          `${name}: health`,
          [check.enabled, check.protocol, check.port, check.path, check.matcher].join(" "),
          `true HTTP traffic-port ${health.ready} 200`,
        ),
      ];
    }),
    ...(rule ? ruleBroken(links, name, rule, groupArns, routes) : [`${name}: no rule leads to it`]),
  ];
}

/** It forwards to the two groups and nothing else, on the listener with the certificate, for the service's routes. */
function ruleBroken(
  links: Links,
  name: string,
  { inputs }: Resource,
  groups: readonly string[],
  routes: readonly string[],
): string[] {
  const listener = links.at(inputs.listenerArn);
  const forwarded = textsIn(inputs.actions ?? []).filter(([path]) => path.endsWith("targetGroups.arn"));
  const same = links.all("ListenerRule").filter((other) => other.inputs.priority === inputs.priority);
  return [
    ...differs(`${name}: forwarded to`, forwarded.map(([, arn]) => arn).join(), groups.join()),
    ...differs(
      `${name}: paths`,
      textsIn(inputs.conditions ?? [])
        .map(([, path]) => path)
        .join(),
      routes.map((one) => `${one}*`).join(),
    ),
    ...differs(
      `${name}: listener`,
      `${String(listener?.inputs.protocol)} ${String(listener?.inputs.port)}`,
      "HTTPS 443",
    ),
    ...(same.length > 1 ? [`${name}: its rule's priority is another's, too`] : []),
  ];
}

/** No service is shown that should not be. */
const hidden = ({ name, inputs }: Resource, shown: readonly Shown[]): string[] =>
  ((inputs.loadBalancers ?? []) as unknown[]).length > 0 && !shown.some((one) => one.name === name)
    ? [`${name} is shown to users`]
    : [];

/** A group is one service's, and an ECS service takes only one that a listener's rule has. */
function alone(links: Links, group: Resource): string[] {
  const { arn } = outputsOf(group);
  const users = links
    .all("Service")
    .filter(({ inputs }) => textsIn(inputs.loadBalancers ?? []).some(([, text]) => text === arn));
  const rules = links
    .all("ListenerRule")
    .filter(({ inputs }) => textsIn(inputs.actions ?? []).some(([, text]) => text === arn));
  return users.length === 1 && rules.length === 1
    ? []
    : [`${called(group)} has ${users.length} services and ${rules.length} rules`];
}

/** One listener leads on to the other, which shows a certificate that is proven by a record of each of its names. */
function doors(links: Links): string[] {
  const [balancer] = links.all("LoadBalancer");
  const listeners = links.all("Listener").map(({ inputs }) => {
    const own = inputs.loadBalancerArn === (balancer && outputsOf(balancer).arn);
    return `${own ? "" : "elsewhere "}${String(inputs.protocol)} ${String(inputs.port)}`;
  });
  const https = links.all("Listener").find(({ inputs }) => inputs.protocol === "HTTPS");
  const [validation] = links.all("CertificateValidation");
  const certificate = links.at(validation?.inputs.certificateArn);
  const domains = [
    certificate?.inputs.domainName,
    ...((certificate?.inputs.subjectAlternativeNames ?? []) as string[]),
  ];
  const proofs = links
    .all("Record")
    .filter((one) =>
      ((validation?.inputs.validationRecordFqdns ?? []) as unknown[]).includes(outputsOf(one).fqdn),
    )
    .map(({ inputs }) => String(inputs.name));
  const shown = links.all("Record").filter(({ inputs }) => inputs.aliases !== undefined);
  return [
    ...differs("listeners", listeners.sort().join(), "HTTP 80,HTTPS 443"),
    ...differs("proofs", proofs.join(), domains.map((domain) => `_proof.${String(domain)}.`).join()),
    ...differs(
      "the listener's certificate",
      https?.inputs.certificateArn,
      certificate && outputsOf(certificate).arn,
    ),
    ...differs("addresses", shown.map(({ inputs }) => inputs.name).join(), String(domains[0])),
    ...shown.flatMap(({ inputs }) => {
      const [alias] = inputs.aliases as { name: string; zoneId: string }[];
      const wanted = balancer && outputsOf(balancer);
      return differs(
        "the address",
        `${alias?.name} ${alias?.zoneId}`,
        `${String(wanted?.dnsName)} ${String(wanted?.zoneId)}`,
      );
    }),
  ];
}

const differs = (what: string, found: unknown, wanted: unknown): string[] =>
  found === wanted ? [] : [`${what}: ${String(found)}, not ${String(wanted)}`];
