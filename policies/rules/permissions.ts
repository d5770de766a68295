/** Who is let in and out: the permissions of security groups and access lists, whichever resource holds them. */
import { SECRET, UNKNOWN, type Json, type Resource } from "../../graph/resource";
import { list, object } from "../documents";
import { every, not, shown, some } from "../expect";
import type { Answer, Finding } from "../rule";
import { ANY_BALANCER, ANY_CACHE, AURORA, aws, DATABASE } from "../tokens";
import type { GraphView } from "../view";

export const GROUP = aws("ec2", "securityGroup");
export const OLD_RULE = aws("ec2", "securityGroupRule");
export const ACL_RULE = aws("ec2", "networkAclRule");

/** The inputs that name networks; a list of AWS's or of one's own names several. */
const NETWORKS = ["cidrBlocks", "ipv6CidrBlocks", "cidrIpv4", "cidrIpv6", "prefixListIds", "prefixListId"];

const WEB_PORTS = [80, 443];

/** One permission, whichever of the resources and inputs that can hold one it came from. */
export interface Permission {
  readonly resource: Resource;
  readonly property: string;
  readonly direction: "ingress" | "egress";
  readonly networks: readonly Json[];
  readonly from: Json | undefined;
  readonly to: Json | undefined;
  readonly allPorts: Answer;
  /** Where the group the permission is given to is named; the resource itself where that is undefined. */
  readonly group: string | undefined;
}

export function permissions(resource: Resource, direction: Permission["direction"]): Permission[] {
  const { inputs, type } = resource;
  if (GROUP.includes(type)) return inlinePermissions(resource, direction);
  if (OLD_RULE.includes(type) && inputs.type !== UNKNOWN && inputs.type !== direction) return [];
  const networks = NETWORKS.flatMap((key) => list(inputs[key]));
  const property = NETWORKS.find((key) => inputs[key] !== undefined) ?? "cidrIpv4";
  const allPorts = isAll(inputs.ipProtocol ?? inputs.protocol);
  return [
    {
      resource,
      property,
      direction,
      networks,
      from: inputs.fromPort,
      to: inputs.toPort,
      allPorts,
      group: "securityGroupId",
    },
  ];
}

function inlinePermissions(resource: Resource, direction: Permission["direction"]): Permission[] {
  const entries = resource.inputs[direction];
  if (entries === UNKNOWN || entries === SECRET) {
    return [
      {
        resource,
        property: direction,
        direction,
        networks: [entries],
        from: entries,
        to: entries,
        allPorts: false,
        group: undefined,
      },
    ];
  }
  return list(entries).map((entry, index) => {
    const given = object(entry);
    const networks = entry === UNKNOWN ? [UNKNOWN] : NETWORKS.flatMap((key) => list(given[key]));
    const property = `${direction}[${index}]`;
    return {
      resource,
      property,
      direction,
      networks,
      from: given.fromPort,
      to: given.toPort,
      allPorts: isAll(given.protocol),
      group: undefined,
    };
  });
}

export function aclEntries(resource: Resource): Permission[] {
  const entries = ACL_RULE.includes(resource.type)
    ? [
        {
          entry: resource.inputs,
          property: "cidrBlock",
          allows: resource.inputs.ruleAction === "allow" && resource.inputs.egress !== true,
        },
      ]
    : list(resource.inputs.ingress).map((raw, index) => {
        const entry = object(raw);
        return { entry, property: `ingress[${index}]`, allows: entry.action === "allow" };
      });
  return entries
    .filter(({ allows }) => allows)
    .map(({ entry, property }) => ({
      resource,
      property,
      direction: "ingress",
      networks: [...list(entry.cidrBlock), ...list(entry.ipv6CidrBlock)],
      from: entry.fromPort,
      to: entry.toPort,
      allPorts: isAll(entry.protocol),
      group: undefined,
    }));
}

const isAll = (protocol: Json | undefined): Answer =>
  protocol === UNKNOWN || protocol === SECRET
    ? undefined
    : protocol === "-1" || protocol === -1 || protocol === "all";

export const isWorld = (network: Json): Answer =>
  network === UNKNOWN || network === SECRET ? undefined : isWide(String(network));

/** Whether a permission is given to a network at all; a list nobody knows yet may turn out to be empty. */
export const isNetwork = ({ networks }: Permission): Answer =>
  networks.some((one) => one !== UNKNOWN) ? true : networks.length > 0 ? undefined : false;

/** Whether one of the ports is among those a permission is for. */
export function covers({ from, to, allPorts }: Permission, ports: readonly number[]): Answer {
  if (from === UNKNOWN || to === UNKNOWN || from === SECRET || to === SECRET)
    return allPorts === true ? true : undefined;
  return some([allPorts, ports.some((port) => Number(from ?? 0) <= port && port <= Number(to ?? 65_535))]);
}

/** Whether a permission is for more ports than these, all of them or a span. */
export function isWiderThan({ from, to, allPorts }: Permission, most: number): Answer {
  if (from === UNKNOWN || to === UNKNOWN || from === SECRET || to === SECRET)
    return allPorts === true ? true : undefined;
  return some([allPorts, Number(to ?? 65_535) - Number(from ?? 0) >= most]);
}

/** What databases and caches listen on unless they say otherwise. */
const USUAL_DATA_PORTS = [5432, 6379, 11_211];

/** Those ports, and the ones that the stack's own databases and caches name. */
export const dataPorts = (view: GraphView): readonly number[] =>
  view.memo("data ports", () => [
    ...USUAL_DATA_PORTS,
    ...view
      .ofType([...DATABASE, ...AURORA, ...ANY_CACHE])
      .flatMap(({ inputs }) => (typeof inputs.port === "number" ? [inputs.port] : [])),
  ]);

/** Whether a permission is for a web port, and its group is a load balancer's. */
export function isWebOfBalancer(permission: Permission, view: GraphView): Answer {
  const { from, to, allPorts } = permission;
  const onWebPort =
    from === UNKNOWN || to === UNKNOWN ? undefined : from === to && WEB_PORTS.includes(Number(from));
  return every([not(allPorts), onWebPort, guards(permission, view, ANY_BALANCER, "securityGroups")]);
}

export const guardsData = (permission: Permission, view: GraphView): Answer =>
  some([
    guards(permission, view, [...DATABASE, ...AURORA], "vpcSecurityGroupIds"),
    guards(permission, view, ANY_CACHE, "securityGroupIds"),
  ]);

/** Whether the group a permission is given to is one of a resource of the types. */
function guards(
  { resource, group }: Permission,
  view: GraphView,
  types: readonly string[],
  property: string,
): Answer {
  const groups = group === undefined ? [resource] : view.targets(resource, group, GROUP).sure;
  return some(
    groups.flatMap((one): Answer[] => {
      const { sure, possible } = view.referring(types, property, one);
      return [...sure.map(() => true), ...possible.map(() => undefined)];
    }),
  );
}

/** A permission that is too wide, if it is. */
export function complain(
  { resource, property, networks }: Permission,
  tooWide: Answer,
  allowed: string,
): Finding[] {
  if (tooWide === false || networks.length === 0) return [];
  const found = networks.map(shown).join(", ");
  return [{ outcome: tooWide ? "violation" : "undecidable", resource, property, found, allowed }];
}

/** Shorter prefixes are parts of the world, which two of them are the whole of. No private range is as wide. */
const SHORTEST = { v4: 8, v6: 32 } as const;

function isWide(network: string): boolean {
  const [address = "", bits] = network.split("/");
  if (bits === undefined || !/^\d+$/.test(bits)) return false;
  return Number(bits) < (address.includes(":") ? SHORTEST.v6 : SHORTEST.v4);
}
