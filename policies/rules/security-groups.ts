/** Security groups and access lists: who may reach whom. */
import type { Resource } from "../../graph/resource";
import { holdsAny } from "../documents";
import {
  atLeast,
  between,
  every,
  isSet,
  judge,
  not,
  oneOf,
  properties,
  shown,
  some,
  unless,
} from "../expect";
import { graphRule, resourceRule, type Finding } from "../rule";
import { spots } from "../spots";
import { aws } from "../tokens";
import type { GraphView } from "../view";
import {
  ACL_RULE,
  aclEntries,
  complain,
  covers,
  dataPorts,
  GROUP,
  guardsData,
  isNetwork,
  isWebOfBalancer,
  isWiderThan,
  isWorld,
  OLD_RULE,
  permissions,
} from "./permissions";

const INGRESS = aws("vpc", "securityGroupIngressRule");
const EGRESS = aws("vpc", "securityGroupEgressRule");
const RULES = [...OLD_RULE, ...INGRESS, ...EGRESS];
const ENDPOINT = aws("ec2", "vpcEndpoint");
const ACL = aws("ec2", "networkAcl");
const GUIDE = "https://docs.aws.amazon.com/vpc/latest/userguide";
const GROUPS_GUIDE = `${GUIDE}/vpc-security-groups.html`;

/** Shells and desktops. */
const ADMIN_PORTS = [22, 3389];

/** What one purpose needs, such as the ports that a server of FTP answers on, and not all there are. */
const MOST_PORTS = 1024;

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
  graphRule({
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
    check: (resource, view) =>
      permissions(resource, "ingress").flatMap((permission) =>
        complain(
          permission,
          every([
            some(permission.networks.map(isWorld)),
            covers(permission, [...ADMIN_PORTS, ...dataPorts(view)]),
          ]),
          "not from everywhere",
        ),
      ),
  }),
  graphRule({
    name: "sg-data-from-app",
    description: "Databases and caches are opened to security groups, not to networks.",
    severity: "high",
    references: { nag: "RDS8" },
    remediation: "Replace the CIDR block or prefix list by the security group of the service that needs it",
    link: GROUPS_GUIDE,
    types: [...GROUP, ...OLD_RULE, ...INGRESS],
    check: (resource, view) =>
      permissions(resource, "ingress").flatMap((permission) =>
        complain(
          permission,
          every([
            isNetwork(permission),
            some([covers(permission, dataPorts(view)), guardsData(permission, view)]),
          ]),
          "a security group",
        ),
      ),
  }),
  graphRule({
    name: "sg-prefix-lists",
    description:
      "A list of networks, whose entries others may change, lets nobody in, and leads out only to a service with an endpoint.",
    severity: "high",
    remediation:
      "Name a security group instead, or, for what leads out, the prefixListId of an ec2.VpcEndpoint",
    types: [...GROUP, ...OLD_RULE, ...INGRESS, ...EGRESS],
    link: `${GUIDE}/managed-prefix-lists.html`,
    check: judgeLists,
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
          every([some(permission.networks.map(isWorld)), isWiderThan(permission, MOST_PORTS)]),
          `${MOST_PORTS.toLocaleString("en")} ports to everywhere at most`,
        ),
      ),
  }),
  resourceRule({
    name: "sg-ports",
    description: "A permission names its ports: sixteen at most.",
    severity: "medium",
    remediation: "Set ipProtocol, fromPort and toPort to what is listened on",
    link: GROUPS_GUIDE,
    types: [...INGRESS, ...EGRESS],
    check: (rule) => {
      const { fromPort, ipProtocol } = rule.inputs;
      // A ping has a kind where others have a port.
      if (/^icmp/.test(String(ipProtocol))) return [];
      const most = typeof fromPort === "number" ? fromPort + 15 : 65_535;
      return properties({
        ipProtocol: oneOf("tcp", "udp"),
        fromPort: atLeast(1),
        toPort: { ...between(1, most), allowed: "a port, 15 above fromPort at most" },
      })(rule);
    },
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
          every([some(permission.networks.map(isWorld)), covers(permission, ADMIN_PORTS)]),
          "not from everywhere",
        ),
      ),
  }),
];

/** Where a resource may name lists of networks. */
const LISTS = [
  "ingress[*].prefixListIds[*]",
  "egress[*].prefixListIds[*]",
  "prefixListIds[*]",
  "prefixListId",
];

function judgeLists(resource: Resource, view: GraphView): Finding[] {
  return LISTS.flatMap((path) =>
    spots(resource, path).flatMap(({ path: property, value }): Finding[] => {
      if (value === undefined || value === null) return [];
      const leadsOut =
        EGRESS.includes(resource.type) || resource.inputs.type === "egress" || path.startsWith("egress");
      const { sure, open } = view.targets(resource, property, ENDPOINT);
      if (leadsOut && sure.length > 0) return [];
      const allowed = leadsOut ? "the list of an endpoint" : "nothing";
      return [
        { outcome: open ? "undecidable" : "violation", resource, property, found: shown(value), allowed },
      ];
    }),
  );
}
