/** Roles: who takes them, and that they may do exactly what whoever takes them does. */
import type { Resource } from "../../../../graph";
import {
  called,
  gone,
  inputFault,
  outputsOf,
  without,
  type Concern,
  type Fault,
  type Links,
} from "../../support/aws-links";
import { statements, type Statement } from "../../support/aws-read";
import { permits } from "../../support/iam";
import { line } from "./lines";
import { USES, useOf, type Use } from "./needs";
import { document, policyFaults, rawOf } from "./policy-faults";

const ACCOUNT = "123456789012";

/** Roles that people and workflows take: `identity.test.ts` is about them. */
const ofPeople = ({ inputs }: Resource) => inputs.path === "/mainstay-access/";

export const ofServices = (links: Links) => links.all("Role").filter((role) => !ofPeople(role));

const isOf =
  (role: Resource) =>
  ({ propertyDependencies }: Resource) =>
    propertyDependencies.role?.includes(role.urn);
export const policiesOf = (links: Links, role: Resource) => links.all("RolePolicy").filter(isOf(role));
export const attachmentsOf = (links: Links, role: Resource) =>
  links.all("RolePolicyAttachment").filter(isOf(role));

/** Everything a role may do, a line each, sorted. */
export function allowedTo(links: Links, role: Resource): string[] {
  const own = policiesOf(links, role).flatMap(({ inputs }) => statements(inputs.policy).flatMap(linesOf));
  const attached = attachmentsOf(links, role).map(({ inputs }) => `policy ${String(inputs.policyArn)}`);
  return [...new Set([...own, ...attached])].sort();
}

const linesOf = ({ effect, actions, resources, condition }: Statement): string[] =>
  actions.flatMap((action) =>
    resources.map(
      (resource) => `${effect === "Allow" ? "" : `${effect} `}${line(action, resource, condition)}`,
    ),
  );

/** Who names a role, and by which input. */
export const usersOf = (links: Links, role: Resource): [Resource, string][] =>
  links
    .textsWith(":role/")
    .filter(({ text }) => text === outputsOf(role).arn)
    .map(({ of, path }) => [of, path]);

export const roles: Concern = {
  *broken(links) {
    for (const role of ofServices(links)) yield* brokenOf(links, role);
  },
  *faults(links) {
    for (const role of ofServices(links)) yield* faultsOf(links, role);
    for (const boundary of boundaries(links)) yield* boundaryFaults(links, boundary);
  },
};

function brokenOf(links: Links, role: Resource): string[] {
  const users = usersOf(links, role);
  const uses = users.map(([user, path]) => [user, USES[useOf(user, path)]] as const);
  const unknown = users.filter(([user, path]) => USES[useOf(user, path)] === undefined);
  const needed = uses.flatMap(([user, use]) => use?.needs(links, user) ?? []);
  return [
    ...(users.length === 0 ? [`${called(role)} is used by nothing`] : []),
    ...unknown.map(
      ([user, path]) => `${called(user)} takes ${called(role)} by ${path}, of which nothing is known`,
    ),
    ...trustBroken(
      role,
      uses.flatMap(([, use]) => use ?? []),
    ),
    ...bounded(links, role, [...new Set(needed)]),
    ...differences(allowedTo(links, role), [...new Set(needed)]).map((what) => `${called(role)} ${what}`),
  ];
}

const boundaries = (links: Links): Resource[] => [
  ...new Set(ofServices(links).flatMap((role) => links.at(role.inputs.permissionsBoundary) ?? [])),
];

/** Every action of a boundary that a role needs, lost. */
function* boundaryFaults(links: Links, boundary: Resource): Generator<Fault> {
  yield gone(links.graph, boundary);
  const all = statements(boundary.inputs.policy);
  const held = (at: number, actions: readonly string[]) =>
    document(all.map((one, index) => rawOf(index === at ? { ...one, actions } : one)));
  for (const [at, { actions }] of all.entries())
    for (const action of actions.filter((one) => isNeeded(links, one)))
      yield inputFault(links.graph, boundary, `without ${action}`, {
        policy: held(
          at,
          actions.filter((one) => one !== action),
        ),
      });
}

/** Whether a statement of a role allows an action; what AWS's own policies do is not seen here. */
const isNeeded = (links: Links, action: string): boolean =>
  ofServices(links).some((role) => allowedTo(links, role).some((right) => right.startsWith(`${action} `)));

/** One service may take it, for what it says it acts for in this account, and nobody else. */
function trustBroken(role: Resource, uses: readonly Pick<Use, "service" | "source">[]): string[] {
  const trust = statements(role.inputs.assumeRolePolicy);
  const services = [...new Set(uses.map(({ service }) => `${service}.amazonaws.com`))];
  const admitted = trust.flatMap((one) => [...one.services, ...(one.principal === "*" ? ["*"] : [])]);
  const takes = ({ service, source }: Pick<Use, "service" | "source">, account: string) =>
    permits(trust, {
      principal: `${service}.amazonaws.com`,
      action: "sts:AssumeRole",
      context:
        source === undefined
          ? {}
          : { "aws:SourceAccount": account, "aws:SourceArn": source.replace(ACCOUNT, account) },
    });
  return [
    ...uses
      .filter((use) => !takes(use, ACCOUNT))
      .map((use) => `${called(role)} cannot be taken by ${use.service}`),
    ...uses
      .filter((use) => use.source !== undefined && takes(use, "999999999999"))
      .map((use) => `${called(role)} may be taken by ${use.service} for other accounts`),
    ...(String(admitted) === String(services) ? [] : [`${called(role)} may be taken by ${admitted.join()}`]),
    ...(trust.every(({ actions }) => String(actions) === "sts:AssumeRole")
      ? []
      : [`${called(role)} may be taken in more than one way`]),
  ];
}

/** What a role is allowed is worth nothing where its boundary does not allow it, too. */
function bounded(links: Links, role: Resource, needed: readonly string[]): string[] {
  const boundary = links.at(role.inputs.permissionsBoundary);
  if (!boundary) return [`${called(role)} has no boundary`];
  const most = statements(boundary.inputs.policy);
  return needed.flatMap((right) => {
    const [action = "", resource = ""] = right.split(" ");
    if (action === "policy") return [];
    const [, , , region] = resource.split(":");
    const context = {
      "aws:RequestedRegion": region || "eu-west-1",
      "iam:PassedToService": "ecs-tasks.amazonaws.com",
    };
    return permits(most, { action, resource, context }) ? [] : [`${called(role)} is held back from ${right}`];
  });
}

function differences(allowed: readonly string[], needed: readonly string[]): string[] {
  return [
    ...needed.filter((one) => !allowed.includes(one)).map((one) => `lacks ${one}`),
    ...allowed.filter((one) => !needed.includes(one)).map((one) => `has no use for ${one}`),
  ];
}

function* faultsOf(links: Links, role: Resource): Generator<Fault> {
  const { graph } = links;
  const [trust] = statements(role.inputs.assumeRolePolicy);
  const taken = (change: object) =>
    inputFault(graph, role, `trust ${JSON.stringify(change)}`, {
      assumeRolePolicy: document([{ ...rawOf(trust as Statement), ...change }]),
    });
  yield taken({ Principal: { Service: ["ec2.amazonaws.com"] } });
  yield taken({ Principal: "*" });
  yield taken({ Effect: "Deny" });
  yield taken({ Action: ["sts:TagSession"] });
  yield taken({ Condition: { StringEquals: { "aws:SourceAccount": "999999999999" } } });
  if (Object.keys(trust?.condition ?? {}).length > 0) yield taken({ Condition: {} });
  yield inputFault(graph, role, "no boundary", { permissionsBoundary: null });
  const users = usersOf(links, role).map(([user]) => user);
  yield { what: `${called(role)} is left over`, graph: without(graph, users) };
  for (const attachment of attachmentsOf(links, role)) yield gone(graph, attachment);
  for (const policy of policiesOf(links, role)) {
    yield gone(graph, policy);
    yield* policyFaults(graph, policy);
  }
}
