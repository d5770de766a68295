import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { AwsEnvironment, Service } from "../../environment/environment";
import { rulePriorities } from "../../environment/rule-priorities";
import type { AwsTier } from "../aws/kind";
import { physicalName } from "../aws/names";
import type { Entrance } from "../aws/release";
import { path } from "../aws/rules";

interface Front {
  readonly name: string;
  readonly loadBalancer: aws.lb.LoadBalancer;
  readonly listener: aws.lb.Listener;
  /** Whose groups the load balancer and the services have. */
  readonly from: AwsTier;
  readonly to: AwsTier;
}

/** The way to each public service, by its name. */
export function entrances(
  environment: AwsEnvironment,
  front: Front,
  parent: pulumi.ComponentResource,
): ReadonlyMap<string, Entrance> {
  const priorities = rulePriorities(environment.services);
  if (!priorities)
    throw new Error("the routes of the services have no order; the configuration was not checked");
  const priorityOf = ({ name }: Service) => priorities.get(name) ?? 0;
  const services = environment.services
    .filter(({ name }) => priorities.has(name))
    .sort((one, other) => priorityOf(other) - priorityOf(one));
  const ways = ports(services, front, parent);
  const rules: aws.lb.ListenerRule[] = [];
  const entrance = (service: Service): Entrance => {
    const targetGroups = [
      targetGroup(environment, service, "a", front, parent),
      targetGroup(environment, service, "b", front, parent),
    ] as const;
    // Where all priorities get higher at once, a rule must not be left behind in front of those that are more exact.
    const rule = forward(service, priorityOf(service), targetGroups, front, parent, [...rules]);
    rules.push(rule);
    const ready = [front.listener, rule, ...ways, ...front.from.ready];
    return { loadBalancer: front.loadBalancer.arnSuffix, targetGroups, rule, ready };
  };
  return new Map(services.map((service) => [service.name, entrance(service)] as const).reverse());
}

/** One pair of rules for each port: services may share one, and AWS refuses a duplicate rule. */
const ports = (services: readonly Service[], { name, from, to }: Front, parent: pulumi.ComponentResource) =>
  [...new Set(services.map(({ port }) => port))].flatMap((port) =>
    path(
      `${name}-front-${port}`,
      from.securityGroupId,
      to.securityGroupId,
      port,
      "From the load balancer to the services",
      parent,
    ),
  );

/**
 * One of the two target groups a service's versions take turns in. It has no input whose change would replace it: no
 * listener rule would point to the new group.
 */
const targetGroup = (
  { edge }: AwsEnvironment,
  { name, health }: Service,
  turn: "a" | "b",
  { from }: Front,
  parent: pulumi.ComponentResource,
) =>
  new aws.lb.TargetGroup(
    physicalName("targetGroup", name, turn),
    {
      targetType: "ip",
      protocol: "HTTP",
      // A default that no target has: ECS registers each with its container's own port.
      port: 80,
      vpcId: from.vpcId,
      // As long as the longest request: one that runs is answered before its task is stopped.
      deregistrationDelay: edge.timeoutSeconds,
      loadBalancingAlgorithmType: "least_outstanding_requests",
      healthCheck: {
        enabled: true,
        protocol: "HTTP",
        port: "traffic-port",
        path: health.ready,
        matcher: "200",
        interval: 10,
        timeout: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 3,
      },
    },
    // Groups made when their services' ports stood here keep them.
    { parent, ignoreChanges: ["port"] },
  );

/** Sends a service's requests to its first group, until ECS sends them to the second, and back. */
const forward = (
  { name, routes }: Service,
  priority: number,
  [current, next]: Entrance["targetGroups"],
  { name: edge, listener }: Front,
  parent: pulumi.ComponentResource,
  dependsOn: readonly pulumi.Resource[],
) =>
  new aws.lb.ListenerRule(
    `${edge}-${name}`,
    {
      listenerArn: listener.arn,
      priority,
      conditions: [{ pathPattern: { values: routes.map((route) => `${route}*`) } }],
      actions: [
        {
          type: "forward",
          forward: {
            targetGroups: [
              { arn: current.arn, weight: 100 },
              { arn: next.arn, weight: 0 },
            ],
            stickiness: { enabled: false, duration: 3600 },
          },
        },
      ],
    },
    {
      parent,
      dependsOn: [...dependsOn],
      // A listener has each priority once.
      deleteBeforeReplace: true,
      // The weights are ECS's: to set them back would send every request to a group without tasks.
      ignoreChanges: ["actions"],
    },
  );
