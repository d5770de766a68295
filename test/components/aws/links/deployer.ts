/** The role deployments run with: it may make all there is, hand each role to whoever takes it, and no more. */
import type { Resource } from "../../../../graph";
import { called, inputFault, kindOf, outputsOf, type Concern, type Links } from "../../support/aws-links";
import { statements, type Statement } from "../../support/aws-read";
import { permits, type Request } from "../../support/iam";
import { USES, useOf } from "./needs";
import { document, rawOf } from "./policy-faults";
import { ofServices, policiesOf, usersOf } from "./roles";

/** Prefixes of the actions by which a resource is made, where they are not its module's name. */
const PREFIXES: Readonly<Record<string, readonly string[]>> = {
  amp: ["aps"],
  appautoscaling: ["application-autoscaling"],
  backup: ["backup", "backup-storage"],
  costexplorer: ["ce"],
  lb: ["elasticloadbalancing"],
  vpc: ["ec2"],
};

const OF_EVENTS = ["EventRule", "EventTarget"];
const OF_LOGS = ["LogGroup", "LogMetricFilter", "LogResourcePolicy"];

/** Services that have one place in the world; they are asked in us-east-1. */
const GLOBAL = ["budgets", "ce", "route53"];

/** What passes through the role's hands beside whoever takes it: CloudWatchSyntheticsFullAccess, AWS's own policy. */
const ALSO_HANDED_TO: Readonly<Record<string, string>> = { "Canary executionRoleArn": "synthetics" };

/** What only a larger environment has: it may grow. */
const OF_LARGER = ["application-autoscaling", "s3"];

const deployPolicies = (links: Links): Resource[] =>
  links
    .all("Role")
    .filter(({ name }) => name === "identity-deploy")
    .flatMap((role) => policiesOf(links, role));

const rights = (links: Links): Statement[] =>
  deployPolicies(links).flatMap(({ inputs }) => statements(inputs.policy));

/** The prefixes a resource is made by; IAM's own are bounded in another way. */
function prefixesOf(resource: Resource): readonly string[] {
  const module = resource.type.split(":")[1]?.split("/")[0] ?? "";
  const kind = kindOf(resource);
  if (!resource.type.startsWith("aws:") || module === "iam") return [];
  if (module === "cloudwatch")
    return [OF_EVENTS.includes(kind) ? "events" : OF_LOGS.includes(kind) ? "logs" : module];
  return PREFIXES[module] ?? [module];
}

/** Everything that is asked for in a deployment. */
function* requests(links: Links): Generator<Request & { readonly why: string }> {
  for (const resource of links.graph.resources.filter(({ custom }) => custom))
    for (const prefix of prefixesOf(resource)) {
      const region = GLOBAL.includes(prefix) ? "us-east-1" : links.regionOf(resource);
      const context = { "aws:RequestedRegion": region };
      yield { why: `make ${called(resource)}`, action: `${prefix}:Create`, resource: "*", context };
    }
  for (const role of ofServices(links)) {
    const arn = String(outputsOf(role).arn);
    for (const action of [
      "CreateRole",
      "PutRolePolicy",
      "AttachRolePolicy",
      "DeleteRole",
      "UpdateAssumeRolePolicy",
    ]) {
      const context = { "iam:PermissionsBoundary": String(role.inputs.permissionsBoundary) };
      yield { why: `make ${called(role)}`, action: `iam:${action}`, resource: arn, context };
    }
    for (const service of takersOf(links, role)) {
      const context = { "iam:PassedToService": `${service}.amazonaws.com` };
      yield { why: `hand ${called(role)} to ${service}`, action: "iam:PassRole", resource: arn, context };
    }
  }
}

const takersOf = (links: Links, role: Resource): string[] =>
  usersOf(links, role).flatMap(([user, path]) => {
    const way = useOf(user, path);
    return [USES[way]?.service, ALSO_HANDED_TO[way]].filter((one) => one !== undefined);
  });

export const deployer: Concern = {
  *broken(links) {
    const all = rights(links);
    for (const { why, ...request } of requests(links))
      if (!permits(all, request)) yield `the deploy role may not ${why}: ${request.action}`;
    const made = new Set([...links.graph.resources.flatMap(prefixesOf), ...OF_LARGER]);
    for (const action of all.filter(({ effect }) => effect === "Allow").flatMap(({ actions }) => actions))
      if (action.endsWith(":*") && !made.has(action.split(":")[0] ?? ""))
        yield `the deploy role may do ${action}, and there is nothing of it`;
    const takers = new Set([...ofServices(links).flatMap((role) => takersOf(links, role)), ...OF_LARGER]);
    for (const service of handedTo(all))
      if (!takers.has(service.replace(".amazonaws.com", "")))
        yield `the deploy role hands roles to ${service} for nothing`;
  },
  *faults(links) {
    for (const policy of deployPolicies(links)) {
      const all = statements(policy.inputs.policy);
      const without = (at: number, change: Partial<Statement>, what: string) =>
        inputFault(links.graph, policy, what, {
          policy: document(all.map((one, index) => rawOf(index === at ? { ...one, ...change } : one))),
        });
      for (const [at, { effect, actions }] of all.entries()) {
        if (effect === "Deny") continue;
        for (const action of actions.filter((one) => one.endsWith(":*")))
          yield without(at, { actions: actions.filter((one) => one !== action) }, `without ${action}`);
        yield without(at, { actions: [...actions, "athena:*"] }, "a service nothing is made of");
      }
      const at = all.findIndex(({ actions }) => actions.includes("iam:PassRole"));
      for (const service of handedTo(all))
        yield without(
          at,
          { condition: passing(handedTo(all).filter((one) => one !== service)) },
          `not to ${service}`,
        );
      yield without(at, { condition: passing([...handedTo(all), "ec2.amazonaws.com"]) }, "to ec2");
    }
  },
};

/** Services that roles may be handed to. */
const handedTo = (all: readonly Statement[]): string[] =>
  all.flatMap(({ actions, condition }) =>
    actions.includes("iam:PassRole") ? (condition.StringEquals?.["iam:PassedToService"] as string[]) : [],
  );

const passing = (services: string[]): Statement["condition"] => ({
  StringEquals: { "iam:PassedToService": services },
});
