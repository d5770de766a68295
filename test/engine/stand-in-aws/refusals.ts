/** What AWS refuses although the types take it, as far as a change of a stack can run into it. */
import type { Json } from "../../../graph";
import { kindOf, keptOf, type Kept, type Properties } from "./cloud";

/**
 * Inputs whose values, taken together, there can be once. Of some kinds AWS takes a second one for a change of the
 * first (alarms, policies of buckets, rules of events …); then the deletion of the first takes the second away, too.
 * Names that Pulumi or AWS complete with characters of their own are nobody else's, and do not stand here.
 */
const ONCE: Readonly<Record<string, readonly string[]>> = {
  "amp/ruleGroupNamespace": ["workspaceId", "name"],
  "appautoscaling/target": ["resourceId", "scalableDimension"],
  "backup/restoreTestingPlan": ["name"],
  "backup/vault": ["name"],
  "backup/vaultLockConfiguration": ["backupVaultName"],
  "budgets/budget": ["name"],
  "cloudwatch/compositeAlarm": ["alarmName"],
  "cloudwatch/eventRule": ["name"],
  "cloudwatch/logGroup": ["name"],
  "cloudwatch/logResourcePolicy": ["policyName"],
  "cloudwatch/metricAlarm": ["name"],
  "ec2/flowLog": ["vpcId", "logDestination"],
  "ec2/natGateway": ["allocationId"],
  "ec2/route": ["routeTableId", "destinationCidrBlock"],
  "ec2/routeTableAssociation": ["subnetId"],
  "ec2/subnet": ["vpcId", "cidrBlock"],
  "ec2/vpcEndpoint": ["vpcId", "serviceName"],
  "ecr/lifecyclePolicy": ["repository"],
  "ecr/repository": ["name"],
  "ecs/cluster": ["name"],
  "ecs/service": ["cluster", "name"],
  "elasticache/parameterGroup": ["name"],
  "elasticache/replicationGroup": ["replicationGroupId"],
  "elasticache/subnetGroup": ["name"],
  "elasticache/user": ["userId"],
  "elasticache/userGroup": ["userGroupId"],
  "iam/policy": ["path", "name"],
  "iam/role": ["name"],
  "iam/rolePolicyAttachment": ["role", "policyArn"],
  "kms/alias": ["name"],
  "lambda/functionEventInvokeConfig": ["functionName"],
  "lb/listener": ["loadBalancerArn", "port"],
  "lb/listenerRule": ["listenerArn", "priority"],
  "rds/instance": ["identifier"],
  "route53/record": ["zoneId", "name", "type"],
  "s3/bucketLifecycleConfiguration": ["bucket"],
  "s3/bucketPolicy": ["bucket"],
  "s3/bucketPublicAccessBlock": ["bucket"],
  "s3/bucketVersioning": ["bucket"],
  "sns/topicPolicy": ["arn"],
  "synthetics/canary": ["name"],
  "vpc/securityGroupEgressRule": [
    "securityGroupId",
    "referencedSecurityGroupId",
    "cidrIpv4",
    "prefixListId",
    "ipProtocol",
    "fromPort",
    "toPort",
  ],
  "vpc/securityGroupIngressRule": [
    "securityGroupId",
    "referencedSecurityGroupId",
    "cidrIpv4",
    "ipProtocol",
    "fromPort",
    "toPort",
  ],
  "wafv2/webAclAssociation": ["resourceArn"],
  "wafv2/webAclLoggingConfiguration": ["resourceArn"],
  "xray/group": ["groupName"],
};

/** @throws if there is one already that AWS would not tell from this, or not let stand beside it */
export function refuseSecond(urn: string, id: string | undefined, inputs: Properties): void {
  const once = ONCE[kindOf(urn)];
  if (!once) return;
  const valuesOf = (of: Properties) => once.map((input) => of[input]);
  const values = valuesOf(inputs);
  // A name that is left to Pulumi is nobody else's.
  if (values.every((value) => value === undefined)) return;
  const there = keptOf(kindOf(urn)).find(
    (other) => !(other.urn === urn && other.id === id) && same(valuesOf(other.inputs), values),
  );
  if (there) throw new Error(`${urn}: its ${once.join(", ")} (${values.join(", ")}) is that of ${there.urn}`);
}

/** By which inputs of others something is in use, so that AWS does not delete it. */
const USES: Readonly<Record<string, readonly string[]>> = {
  "acm/certificate": ["lb/listener.certificateArn"],
  "backup/plan": ["backup/selection.planId"],
  "backup/restoreTestingPlan": ["backup/restoreTestingSelection.restoreTestingPlanName"],
  "cloudwatch/eventRule": ["cloudwatch/eventTarget.rule"],
  "ec2/eip": ["ec2/natGateway.allocationId"],
  "ec2/routeTable": ["ec2/routeTableAssociation.routeTableId"],
  "ec2/securityGroup": [
    "ec2/vpcEndpoint.securityGroupIds",
    "ecs/service.networkConfiguration",
    "elasticache/replicationGroup.securityGroupIds",
    "lb/loadBalancer.securityGroups",
    "rds/instance.vpcSecurityGroupIds",
    "vpc/securityGroupEgressRule.referencedSecurityGroupId",
    "vpc/securityGroupIngressRule.referencedSecurityGroupId",
  ],
  "ec2/subnet": [
    "ec2/natGateway.subnetId",
    "ec2/vpcEndpoint.subnetIds",
    "ecs/service.networkConfiguration",
    "elasticache/subnetGroup.subnetIds",
    "lb/loadBalancer.subnets",
    "rds/subnetGroup.subnetIds",
  ],
  "ec2/vpc": [
    "ec2/internetGateway.vpcId",
    "ec2/routeTable.vpcId",
    "ec2/securityGroup.vpcId",
    "ec2/subnet.vpcId",
    "ec2/vpcEndpoint.vpcId",
  ],
  "ecs/cluster": ["ecs/service.cluster"],
  "elasticache/parameterGroup": ["elasticache/replicationGroup.parameterGroupName"],
  "elasticache/subnetGroup": ["elasticache/replicationGroup.subnetGroupName"],
  "elasticache/userGroup": ["elasticache/replicationGroup.userGroupIds"],
  "iam/policy": ["iam/role.permissionsBoundary", "iam/rolePolicyAttachment.policyArn"],
  "iam/role": ["iam/rolePolicy.role", "iam/rolePolicyAttachment.role"],
  "lb/targetGroup": ["lb/listener.defaultActions", "lb/listenerRule.actions"],
  "rds/parameterGroup": ["rds/instance.parameterGroupName"],
  "rds/subnetGroup": ["rds/instance.dbSubnetGroupName"],
  "wafv2/ipSet": ["wafv2/webAcl.rules"],
  "wafv2/webAcl": ["wafv2/webAclAssociation.webAclArn"],
};

/** @throws if AWS would not delete it, or if what is left could not be read any more */
export function refuseDeletion(resource: Kept): void {
  const { urn, inputs } = resource;
  if (inputs.deletionProtection === true || inputs.enableDeletionProtection === true)
    throw new Error(`${urn} is protected from deletion`);
  const emptied = EMPTIED[kindOf(urn)];
  if (emptied !== undefined && inputs[emptied] !== true)
    throw new Error(`${urn} is not empty, and its ${emptied} is not true`);
  const user = users(resource).find(([, value]) => mentions(value, resource));
  if (user) throw new Error(`${urn} is in use by ${user[0].urn}`);
}

/** What has something in it once an environment has run, and the input that has it deleted all the same. */
const EMPTIED: Readonly<Record<string, string>> = {
  "backup/vault": "forceDestroy",
  "ecr/repository": "forceDelete",
  "s3/bucket": "forceDestroy",
};

function users({ urn }: Kept): [Kept, Json | undefined][] {
  // AWS would delete a key that is in use; what is encrypted with it would be lost.
  if (kindOf(urn) === "kms/key")
    return keptOf().flatMap((other) => (other.urn === urn ? [] : [[other, { ...other.inputs }]]));
  return (USES[kindOf(urn)] ?? []).flatMap((use) => {
    const [kind = "", input = ""] = use.split(".");
    return keptOf(kind).map((other): [Kept, Json | undefined] => [other, other.inputs[input]]);
  });
}

/** Whether a value, or one within it, is how others call a resource. */
function mentions(value: Json | undefined, resource: Pick<Kept, "id" | "outputs">): boolean {
  const { arn, name, allocationId } = resource.outputs;
  if (typeof value === "string") return [resource.id, arn, name, allocationId].includes(value);
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some((inner) => mentions(inner, resource));
}

/** @throws if a service of ECS is to answer through a group to which no load balancer leads */
export function refuseUnreachable(urn: string, inputs: Properties): void {
  if (kindOf(urn) !== "ecs/service") return;
  const rules = keptOf("lb/listenerRule");
  const unreached = keptOf("lb/targetGroup").find(
    (group) =>
      mentions(inputs.loadBalancers, group) && !rules.some((rule) => mentions(rule.inputs.actions, group)),
  );
  if (unreached) throw new Error(`${urn}: ${unreached.urn} has no load balancer`);
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
