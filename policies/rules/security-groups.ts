/** Security groups and access lists: who may reach whom. */
import { SECRET, UNKNOWN, type Json, type Resource } from "../../graph/resource";
import { holdsAny, list, object } from "../documents";
import { every, isSet, judge, not, properties, shown, some, unless } from "../expect";
import { graphRule, resourceRule, type Answer, type Finding } from "../rule";
import { aws, CACHE, DATABASE, LOAD_BALANCER } from "../tokens";
import { type GraphView } from "../view";

const GROUP = aws("ec2", "securityGroup");
const OLD_RULE = aws("ec2", "securityGroupRule");
const INGRESS = aws("vpc", "securityGroupIngressRule");
const EGRESS = aws("vpc", "securityGroupEgressRule");
const RULES = [...OLD_RULE, ...INGRESS, ...EGRESS];
const ACL = aws("ec2", "networkAcl");
const ACL_RULE = aws("ec2", "networkAclRule");
const GUIDE = "https://docs.aws.amazon.com/vpc/latest/userguide";
const GROUPS_GUIDE = `${GUIDE}/vpc-security-groups.html`;

const WORLD = ["0.0.0.0/0", "::/0"];
const WEB_PORTS = [80, 443];
/** Shells, desktops and stores of data. */
const ADMIN_PORTS = [22, 3389, 5432, 6379];
const DATA_PORTS = [5432, 6379];

/** One permission, whichever of the resources and inputs that can hold one it came from. */
interface Permission {
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

export const securityGroups = [
  graphRule({
    name: "sg-world-ingress",
    description: "The internet reaches the load balancer's web ports and nothing else.",
    severity: "critical",
    references: { fsbp: "EC2.18", nag: "EC23", checkov: "CKV_AWS_260 CKV_AWS_277" },
    remediation: "Name the security group of those who may, instead of a network",
    types: [...GROUP, ...OLD_RULE, ...INGRESS],
    check: (resource, view) =>
      permissions(resource, "ingress").flatMap((permission) =>
        complain(
          permission,
          every([some(permission.networks.map(isWorld)), not(isWebOfBalancer(permission, view))]),
          "only what a load balancer serves: 80 and 443",
        ),
      ),
  }),
  resourceRule({
    name: "sg-world-admin",
    description: "Shells, desktops, databases and caches cannot be reached from the internet.",
    severity: "critical",
    references: {
      fsbp: "EC2.13 EC2.14 EC2.19",
      nag: "EC2RestrictedSSH",
      checkov: "CKV_AWS_24 CKV_AWS_25",
      trivy: "AWS-0107",
    },
    remediation: "Remove the permission; use Session Manager to get in",
    types: [...GROUP, ...OLD_RULE, ...INGRESS],
    check: (resource) =>
      permissions(resource, "ingress").flatMap((permission) =>
        complain(
          permission,
          every([some(permission.networks.map(isWorld)), covers(permission, ADMIN_PORTS)]),
          "not from everywhere",
        ),
      ),
  }),
  graphRule({
    name: "sg-data-from-app",
    description: "Databases and caches are opened to security groups, not to networks.",
    severity: "high",
    references: { nag: "RDS8" },
    remediation: "Replace the CIDR block by the security group of the service that needs it",
    link: GROUPS_GUIDE,
    types: [...GROUP, ...OLD_RULE, ...INGRESS],
    check: (resource, view) =>
      permissions(resource, "ingress").flatMap((permission) =>
        complain(
          permission,
          every([
            isNetwork(permission),
            some([covers(permission, DATA_PORTS), guardsData(permission, view)]),
          ]),
          "a security group",
        ),
      ),
  }),
  resourceRule({
    name: "sg-egress",
    description: "What may be reached in the internet is bounded by port.",
    severity: "medium",
    references: { checkov: "CKV_AWS_382", trivy: "AWS-0104" },
    remediation: "Allow the ports that are needed, such as 443, instead of all",
    types: [...GROUP, ...OLD_RULE, ...EGRESS],
    link: GROUPS_GUIDE,
    check: (resource) =>
      permissions(resource, "egress").flatMap((permission) =>
        complain(
          permission,
          every([some(permission.networks.map(isWorld)), permission.allPorts]),
          "not all ports to everywhere",
        ),
      ),
  }),
  resourceRule({
    name: "sg-descriptions",
    description: "Every security group and every permission says what it is for.",
    severity: "low",
    references: { nag: "EC27", checkov: "CKV_AWS_23", trivy: "AWS-0099 AWS-0124" },
    remediation: "Set description",
    link: GROUPS_GUIDE,
    types: [...GROUP, ...RULES],
    check: (resource) => [
      ...judge(resource, "description", {
        ...isSet,
        allowed: "what it is for",
        test: (value) => value !== "" && value !== "Managed by Pulumi",
      }),
      ...(GROUP.includes(resource.type)
        ? properties({ "ingress[*].description": isSet, "egress[*].description": isSet })(resource)
        : []),
    ],
  }),
  graphRule({
    name: "sg-one-style",
    description:
      "A security group's permissions stand in it or beside it, not both: they would undo each other.",
    severity: "medium",
    remediation: "Move the permissions in the group to resources of their own",
    link: "https://www.pulumi.com/registry/packages/aws/api-docs/ec2/securitygroup/",
    types: GROUP,
    check: (group, view) => {
      const inline = some([holdsAny(group.inputs.ingress), holdsAny(group.inputs.egress)]);
      const apart = view.referring(RULES, "securityGroupId", group).sure.length > 0;
      return unless(
        not(every([inline, apart])),
        group,
        "it has permissions of its own and others refer to it",
        "ingress",
      );
    },
  }),
  resourceRule({
    name: "nacl-admin",
    description: "No network's access list lets shells or desktops be reached from the internet.",
    severity: "medium",
    references: { fsbp: "EC2.21", checkov: "CKV_AWS_352", trivy: "AWS-0102 AWS-0105" },
    remediation: "Deny ports 22 and 3389 from 0.0.0.0/0",
    types: [...ACL, ...ACL_RULE],
    check: (resource) =>
      aclEntries(resource).flatMap((permission) =>
        complain(
          permission,
          every([some(permission.networks.map(isWorld)), covers(permission, [22, 3389])]),
          "not from everywhere",
        ),
      ),
  }),
];

function permissions(resource: Resource, direction: Permission["direction"]): Permission[] {
  const { inputs, type } = resource;
  if (GROUP.includes(type)) return inlinePermissions(resource, direction);
  if (OLD_RULE.includes(type) && inputs.type !== UNKNOWN && inputs.type !== direction) return [];
  const networks = [
    ...list(inputs.cidrBlocks),
    ...list(inputs.ipv6CidrBlocks),
    ...list(inputs.cidrIpv4),
    ...list(inputs.cidrIpv6),
  ];
  const property =
    ["cidrBlocks", "ipv6CidrBlocks", "cidrIpv4", "cidrIpv6"].find((key) => inputs[key] !== undefined) ??
    "cidrIpv4";
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
  const given = resource.inputs[direction];
  if (given === UNKNOWN || given === SECRET) {
    return [
      {
        resource,
        property: direction,
        direction,
        networks: [given],
        from: given,
        to: given,
        allPorts: false,
        group: undefined,
      },
    ];
  }
  return list(given).map((entry, index) => {
    const { cidrBlocks, ipv6CidrBlocks, fromPort, toPort, protocol } = object(entry);
    const networks = entry === UNKNOWN ? [UNKNOWN] : [...list(cidrBlocks), ...list(ipv6CidrBlocks)];
    const property = `${direction}[${index}]`;
    return {
      resource,
      property,
      direction,
      networks,
      from: fromPort,
      to: toPort,
      allPorts: isAll(protocol),
      group: undefined,
    };
  });
}

function aclEntries(resource: Resource): Permission[] {
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

const isWorld = (network: Json): Answer =>
  network === UNKNOWN || network === SECRET ? undefined : WORLD.includes(String(network));

/** Whether a permission is given to a network at all; a list nobody knows yet may turn out to be empty. */
const isNetwork = ({ networks }: Permission): Answer =>
  networks.some((one) => one !== UNKNOWN) ? true : networks.length > 0 ? undefined : false;

/** Whether one of the ports is among those a permission is for. */
function covers({ from, to, allPorts }: Permission, ports: readonly number[]): Answer {
  if (from === UNKNOWN || to === UNKNOWN || from === SECRET || to === SECRET)
    return allPorts === true ? true : undefined;
  return some([allPorts, ports.some((port) => Number(from ?? 0) <= port && port <= Number(to ?? 65_535))]);
}

/** Whether a permission is for a web port, and its group is a load balancer's. */
function isWebOfBalancer(permission: Permission, view: GraphView): Answer {
  const { from, to, allPorts } = permission;
  const onWebPort =
    from === UNKNOWN || to === UNKNOWN ? undefined : from === to && WEB_PORTS.includes(Number(from));
  return every([not(allPorts), onWebPort, guards(permission, view, LOAD_BALANCER, "securityGroups")]);
}

const guardsData = (permission: Permission, view: GraphView): Answer =>
  some([
    guards(permission, view, DATABASE, "vpcSecurityGroupIds"),
    guards(permission, view, CACHE, "securityGroupIds"),
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
function complain({ resource, property, networks }: Permission, tooWide: Answer, allowed: string): Finding[] {
  if (tooWide === false || networks.length === 0) return [];
  const found = networks.map(shown).join(", ");
  return [{ outcome: tooWide ? "violation" : "undecidable", resource, property, found, allowed }];
}
