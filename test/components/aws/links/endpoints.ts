/** The services of AWS a task calls, and its way to each: an endpoint in the network, or the gateway to S3. */
import type { Resource } from "../../../../graph";
import { called, outputsOf, type Links } from "../../support/aws-links";
import { statements } from "../../support/aws-read";
import type { Start } from "../../support/aws-tasks";
import { permits } from "../../support/iam";
import { allowedTo } from "./roles";

/** The id AWS would give. */
export const idOf = (resource: Resource | undefined) => outputsOf(resource ?? NONE).id;
const NONE = { urn: "", type: "", name: "", inputs: {} } as unknown as Resource;

/** Whether one of some groups is let out to one of others on a port, and there let in. */
export function reaches(links: Links, from: readonly string[], to: readonly string[], port: number): boolean {
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
export function calls(
  links: Links,
  { by, task, subnets, groups }: Start,
  found: readonly string[],
): string[] {
  const roles = ["executionRoleArn", "taskRoleArn"].flatMap((input) => links.at(task.inputs[input]) ?? []);
  const allowed = roles
    .flatMap((role) => allowedTo(links, role))
    .filter((one) => !one.includes("kms:ViaService"));
  const services = [...new Set(allowed.map((one) => one.split(":")[0] ?? ""))];
  const names = links
    .all("SecurityGroup")
    .filter((one) => groups.includes(String(idOf(one))))
    .map(({ name }) => name);
  const toStorage = names.some((name) => found.includes(`${name} → S3 443`));
  return services.flatMap((service) => {
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
