/** What has to stand before what: AWS refuses it otherwise, or makes a substitute of its own, or loses what is sent. */
import type { Json, Resource } from "../../../../graph";
import { called, different, outputsOf, textsWith, type Concern, type Links } from "../../support/aws-links";
import { startsOf, type Start } from "../../support/aws-tasks";
import { deliveries } from "./deliveries";
import { before, ofBuckets, ofData, type Order } from "./order-of-data";
import { groupsOf } from "./paths";
import { publications } from "./publishing";
import { attachmentsOf, ofServices, policiesOf, usersOf } from "./roles";

/** Everything that has to have an order. What is missing altogether is a text. */
function* orders(links: Links): Generator<Order> {
  yield* ofRights(links);
  yield* ofLogs(links);
  yield* ofCertificate(links);
  for (const { by, policy } of deliveries(links)) yield* before(by, [policy ?? "a policy that admits it"]);
  yield* ofMessages(links);
  for (const start of startsOf(links)) yield* ofStart(links, start);
  yield* ofReleases(links);
  yield* ofRules(links);
  yield* ofBuckets(links);
  yield* ofData(links);
  yield* ofApp(links);
}

/** Rights, before whoever has the role acts: a role is taken as it is, and fails with what it may not do. */
function ofRights(links: Links): Order[] {
  const starts = startsOf(links);
  return ofServices(links).flatMap((role) => {
    const rights = [...policiesOf(links, role), ...attachmentsOf(links, role)];
    const acting = usersOf(links, role).flatMap(([user]) => [
      ...(user.type === "aws:ecs/taskDefinition:TaskDefinition"
        ? starts.filter(({ task }) => task === user).map(({ by }) => by)
        : [user]),
      ...links
        .all("Invocation", "FunctionEventInvokeConfig")
        .filter(({ inputs }) => inputs.functionName === outputsOf(user).name),
    ]);
    return acting.flatMap((user) => before(user, rights));
  });
}

/** A log group, before what writes into it: it would make one of its own, without a key and without an end. */
function ofLogs(links: Links): Order[] {
  const groups = links.all("LogGroup");
  const named = (name: string) =>
    groups.find(({ inputs }) => inputs.name === name) ?? `the log group ${name}`;
  return [
    ...links.graph.resources
      .filter(({ custom, type }) => custom && !/Policy$|LogGroup$/.test(type))
      .flatMap((user) =>
        groups
          .filter(({ inputs }) =>
            textsWith(user, String(inputs.name)).some(([, text]) => isNamed(text, String(inputs.name))),
          )
          .flatMap((group) => before(user, [group])),
      ),
    ...links.all("Instance").flatMap((instance) => {
      const { identifier, enabledCloudwatchLogsExports } = instance.inputs;
      const logs = (enabledCloudwatchLogsExports ?? []) as string[];
      return before(
        instance,
        logs.map((log) => named(`/aws/rds/instance/${String(identifier)}/${log}`)),
      );
    }),
    ...links
      .all("Cluster")
      .flatMap((cluster) =>
        before(cluster, [named(`/aws/ecs/containerinsights/${String(cluster.inputs.name)}/performance`)]),
      ),
  ];
}

/** The name itself, its ARN, or either in a JSON text; not a longer name that begins with it. */
const isNamed = (text: string, name: string): boolean =>
  text === name || ['"', ":*"].some((end) => text.includes(`${name}${end}`)) || text.endsWith(`:${name}`);

/** A listener takes an issued certificate only, and one is issued when its records are there. */
const ofCertificate = (links: Links): Order[] => [
  ...links
    .all("Listener")
    .filter(({ inputs }) => inputs.protocol === "HTTPS")
    .flatMap((listener) => before(listener, links.all("CertificateValidation"))),
  ...links
    .all("CertificateValidation")
    .flatMap((validation) =>
      before(validation, [
        ...links.all("Certificate"),
        ...links.all("Record").filter(({ inputs }) => inputs.ttl !== undefined),
      ]),
    ),
];

/** Whoever publishes is admitted first; a function is ready before it is subscribed. */
const ofMessages = (links: Links): Order[] => [
  ...publications(links).known.flatMap(({ by, topic }) =>
    before(by, [links.with("TopicPolicy", "arn", outputsOf(topic).arn as string) ?? "the topic's policy"]),
  ),
  ...links
    .all("TopicSubscription")
    .filter(({ inputs }) => inputs.protocol === "lambda")
    .flatMap((one) =>
      before(one, [
        links.with("Permission", "sourceArn", one.inputs.topic) ?? "leave to ask the function",
        ...links
          .all("SecretVersion")
          .filter(({ inputs }) => isReadBy(links.at(one.inputs.endpoint), inputs.secretId)),
      ]),
    ),
];

const isReadBy = (user: Resource | undefined, secret: Json | undefined): boolean =>
  user !== undefined &&
  textsWith(user, ":secretsmanager:").some(([, text]) => text.includes(`"${String(secret)}"`));

/** The ways a task takes: routes, endpoints, and rules to everything it is told of. */
function ofStart(links: Links, { by, task, subnets, groups }: Start): Order[] {
  const untold = links
    .all("Instance", "ReplicationGroup")
    .filter((store) => !links.isBefore(store, task))
    .flatMap(groupsOf);
  const reached = links
    .all("Instance", "ReplicationGroup")
    .filter((store) => links.isBefore(store, task))
    .flatMap(groupsOf);
  const rules = links.all("SecurityGroupIngressRule", "SecurityGroupEgressRule").filter(({ inputs }) => {
    const [own, peer] = [String(inputs.securityGroupId), String(inputs.referencedSecurityGroupId)];
    if (![own, peer].some((group) => groups.includes(group))) return false;
    return ![own, peer].some((group) => untold.includes(group) && !reached.includes(group));
  });
  return before(by, [...rules, ...routesOf(links, subnets), ...links.all("VpcEndpoint")]);
}

/** Users come in when they can get an answer; a version runs on the schema it was made for. */
const ofApp = (links: Links): Order[] => [
  ...links.all("LoadBalancer").flatMap((balancer) => {
    const { subnets, securityGroups } = balancer.inputs as { subnets: string[]; securityGroups: string[] };
    const doors = links
      .all("SecurityGroupIngressRule")
      .filter(({ inputs }) => securityGroups.includes(String(inputs.securityGroupId)));
    return before(balancer, [...doors, ...routesOf(links, subnets)]);
  }),
  ...links
    .all("Service")
    .filter(({ inputs }) => (inputs.tags as Record<string, string>)["mainstay:component"] === "app")
    .flatMap((service) => before(service, links.all("Invocation"))),
];

/** The routes of subnets, and which they take. */
function routesOf(links: Links, subnets: readonly string[]): Resource[] {
  const associations = links
    .all("RouteTableAssociation")
    .filter(({ inputs }) => subnets.includes(String(inputs.subnetId)));
  const tables = associations.map(({ inputs }) => inputs.routeTableId);
  const routes = links.all("Route").filter(({ inputs }) => tables.includes(inputs.routeTableId));
  return [...associations, ...routes];
}

/** A service is refused with a target group no listener has, or alarms nobody knows. */
const ofReleases = (links: Links): Order[] =>
  links.all("Service").flatMap((service) => {
    const balanced = ((service.inputs.loadBalancers ?? []) as unknown[]).length > 0;
    const { alarmNames = [] } = (service.inputs.alarms ?? {}) as { alarmNames?: string[] };
    const rules = links
      .all("ListenerRule")
      .filter(({ propertyDependencies }) =>
        propertyDependencies.actions?.some((urn) =>
          service.propertyDependencies.loadBalancers?.includes(urn),
        ),
      );
    return before(service, [
      ...(balanced ? [...rules, ...links.all("Listener").filter(({ inputs }) => inputs.port === 443)] : []),
      ...alarmNames.map((name) => links.with("MetricAlarm", "name", name) ?? `the alarm ${name}`),
    ]);
  });

/** Where the priorities of all rules get higher, one that is left behind takes the requests of those that were before it. */
const ofRules = (links: Links): Order[] => {
  const rules = links.all("ListenerRule");
  const priority = ({ inputs }: Resource) => Number(inputs.priority);
  return rules.flatMap((rule) =>
    before(
      rule,
      rules.filter((other) => priority(other) > priority(rule)),
    ),
  );
};

function brokenOf(links: Links, { first, then }: Order): string[] {
  if (typeof first === "string") return [`${called(then)} has nothing like ${first}`];
  return links.isBefore(first, then) ? [] : [`${called(then)} does not wait for ${called(first)}`];
}

export const order: Concern = {
  *broken(links) {
    for (const one of orders(links)) yield* brokenOf(links, one);
  },
  /**
   * Every wait that was written down, left out, where nothing else keeps the order; but not those that come along
   * with a whole tier or component that is waited for.
   */
  *faults(links) {
    const needed = new Set([...orders(links)].map(({ first, then }) => pair(first, then)));
    for (const then of links.graph.resources)
      for (const first of waitsOf(links, then))
        if (!isKept(links, first, then) && (needed.has(pair(first, then)) || !comesAlong(first, then)))
          yield different(links.graph, then, `does not wait for ${called(first)}`, {
            dependencies: then.dependencies.filter((urn) => urn !== first.urn),
          });
  },
};

const pair = (first: Resource | string, then: Resource): string =>
  `${typeof first === "string" ? first : first.urn} ${then.urn}`;

const comesAlong = (first: Resource, then: Resource): boolean =>
  /:(Service|Invocation|LoadBalancer)$/.test(then.type) &&
  /mainstay:aws:(Network|Database|Cache|Tracing|App)\$/.test(first.urn);

/** What a resource waits for without naming it in an input. */
function waitsOf(links: Links, { dependencies, propertyDependencies }: Resource): Resource[] {
  const named = new Set(Object.values(propertyDependencies).flat());
  return dependencies.filter((urn) => !named.has(urn)).flatMap((urn) => links.called(urn) ?? []);
}

/** Whether the order is the same without the wait: something else that is waited for waits for it. */
const isKept = (links: Links, first: Resource, { dependencies }: Resource): boolean =>
  dependencies.some((other) => {
    const dependency = other === first.urn ? undefined : links.called(other);
    return dependency !== undefined && links.isBefore(first, dependency);
  });
