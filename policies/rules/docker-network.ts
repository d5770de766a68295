/** What a container can reach, and from where it can be reached. */
import { UNKNOWN, type Resource } from "../../graph/resource";
import { list, object } from "../documents";
import {
  atLeast,
  every,
  is,
  isEmptyOrAbsent,
  isSet,
  judge,
  longerThan,
  notOneOf,
  oneOf,
  orAbsent,
  property,
  softened,
  some,
  unless,
} from "../expect";
import { graphRule, resourceRule, type Answer, type Finding } from "../rule";
import { CONTAINER, docker } from "../tokens";
import type { GraphView } from "../view";
import { isService, ofEither, STARTS } from "./docker-services";
import { componentLabel, isEdge, isStarted, RUN_REFERENCE, whenStarted } from "./docker-containers";

const NETWORK = docker("network");
const BRIDGE = "com.docker.network.bridge";
const FIRST_UNPRIVILEGED_PORT = 1024;

/** The components that keep data: none of them may reach anything outside. */
const DATA_COMPONENTS = ["database", "cache"];

/** Ports of PostgreSQL and Redis, for containers that bear no label of ours. */
const DATA_PORTS = [5432, 6379];

const bridgeOption = (network: Resource, option: string) => {
  const { options } = network.inputs;
  return options === UNKNOWN ? UNKNOWN : object(options)[`${BRIDGE}.${option}`];
};

/** Docker makes networks of these names for whatever names none. */
const OWN_NETWORK = orAbsent({ ...notOneOf("bridge", "host", "default"), given: true });

export const dockerNetwork = [
  resourceRule({
    name: "dk-bind-ip",
    description: "Only the edge listens on an address others can reach; every other port is this host's own.",
    severity: "high",
    references: { cis: "5.14" },
    remediation:
      'Set the port\'s ip to "127.0.0.1", or remove the port, which of a service is open on every host, and use a network',
    link: "https://docs.docker.com/engine/network/port-publishing/",
    types: STARTS,
    check: unlessEdge(
      (resource) => judge(resource, "ports[*].ip", isSet),
      (resource) =>
        isService(resource)
          ? judge(resource, "endpointSpec.ports", isEmptyOrAbsent)
          : judge(resource, "ports[*].ip", oneOf("127.0.0.1", "::1")),
    ),
  }),
  resourceRule({
    name: "dk-ports",
    description:
      "Only the edge takes privileged ports of the host, and no container publishes all it exposes.",
    severity: "medium",
    references: { cis: "5.8 5.9" },
    remediation: "Publish the ports one by one, from 1024 on",
    link: `${RUN_REFERENCE}#publish`,
    types: CONTAINER,
    check: unlessEdge(property("publishAllPorts", orAbsent(is(false))), (resource) => [
      ...judge(resource, "publishAllPorts", orAbsent(is(false))),
      ...judge(resource, "ports[*].external", atLeast(FIRST_UNPRIVILEGED_PORT)),
    ]),
  }),
  resourceRule({
    name: "dk-user-network",
    description: "A container is on networks made for it, not on the one every container shares.",
    severity: "medium",
    references: { cis: "5.30" },
    remediation: 'Name its networks in networksAdvanced, or set networkMode: "none"',
    link: "https://docs.docker.com/engine/network/drivers/bridge/",
    types: STARTS,
    check: ofEither(
      whenStarted((resource) =>
        resource.inputs.networkMode === "none"
          ? []
          : [
              ...judge(resource, "networksAdvanced", longerThan(1)),
              ...judge(resource, "networksAdvanced[*].name", OWN_NETWORK),
            ],
      ),
    ),
  }),
  resourceRule({
    name: "dk-internal-net",
    description: "A network over which containers reach each other has no way out.",
    severity: "high",
    remediation: `Set internal: true; a network that leads outside has ${BRIDGE}.enable_icc: "false"`,
    link: "https://docs.docker.com/reference/cli/docker/network/create/#internal",
    types: NETWORK,
    check: (network) =>
      bridgeOption(network, "enable_icc") === "false" ? [] : judge(network, "internal", is(true)),
  }),
  resourceRule({
    name: "dk-net-not-attachable",
    description: "Nothing from outside the environment can join one of its networks.",
    severity: "medium",
    remediation: "Set attachable: false and ingress: false",
    link: "https://docs.docker.com/reference/cli/docker/network/create/",
    types: NETWORK,
    check: (network) => [
      ...judge(network, "attachable", orAbsent(is(false))),
      ...judge(network, "ingress", orAbsent(is(false))),
    ],
  }),
  resourceRule({
    name: "dk-net-driver",
    description: "A network is a bridge: other drivers put containers on the host's own network.",
    severity: "medium",
    remediation: 'Set driver: "bridge"',
    link: "https://docs.docker.com/engine/network/drivers/",
    types: NETWORK,
    check: property("driver", orAbsent(oneOf("bridge", "overlay"))),
  }),
  resourceRule({
    name: "dk-host-entries",
    description: "No container is told false addresses: names come from the networks alone.",
    severity: "low",
    remediation: "Remove hosts; give the other container an alias",
    link: `${RUN_REFERENCE}#add-host`,
    types: STARTS,
    check: ofEither(
      property("hosts", {
        ...orAbsent(longerThan(0)),
        allowed: "nothing",
        test: (value) => list(value).length === 0,
      }),
    ),
  }),
  graphRule({
    name: "dk-data-no-egress",
    description: "The database and the cache have no way to the outside.",
    severity: "high",
    remediation: `Take it off that network, or set ${BRIDGE}.enable_ip_masquerade: "false" there`,
    link: "https://docs.docker.com/engine/network/packet-filtering-firewalls/",
    types: CONTAINER,
    check: judgeEgress,
  }),
];

/** Two checks: of the edge, and of every other container. */
function unlessEdge(ofEdge: (resource: Resource) => Finding[], ofOthers: (resource: Resource) => Finding[]) {
  return (resource: Resource): Finding[] => {
    const edge = isEdge(resource);
    if (edge === true) return ofEdge(resource);
    return edge === false ? ofOthers(resource) : softened(ofOthers(resource));
  };
}

function judgeEgress(container: Resource, view: GraphView): Finding[] {
  if (!isStarted(container) || !keepsData(container)) return [];
  const networks = list(container.inputs.networksAdvanced).map((one) => object(one).name);
  const answers = networks.map((name): Answer => {
    if (name === UNKNOWN) return undefined;
    const [network] = view.named(NETWORK, String(name));
    return network ? isClosed(network) : undefined;
  });
  const findings = unless(
    every(answers),
    container,
    "it is on a network that leads outside",
    "networksAdvanced",
  );
  return container.inputs.start === UNKNOWN ? softened(findings) : findings;
}

/** Nothing leaves such a network: it is internal, or the host does not lend its address to what does. */
function isClosed(network: Resource): Answer {
  const { internal } = network.inputs;
  const masquerade = bridgeOption(network, "enable_ip_masquerade");
  return some([
    internal === UNKNOWN ? undefined : internal === true,
    masquerade === UNKNOWN ? undefined : masquerade === "false",
  ]);
}

function keepsData(container: Resource): boolean {
  const component = componentLabel(container);
  if (component !== undefined) return DATA_COMPONENTS.includes(component);
  return list(container.inputs.ports).some((port) => DATA_PORTS.includes(Number(object(port).internal)));
}
