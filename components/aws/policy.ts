import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AwsEnvironment } from "../../environment/environment";

/** One statement of an IAM policy. In a role's own policy the principal is left out: it is the role. */
export interface Statement {
  readonly sid?: string;
  /** @default "Allow" */
  readonly effect?: "Allow" | "Deny";
  /** Services by their host name, or "*" for everybody. */
  readonly principal?: Principal;
  readonly actions: readonly string[];
  readonly resources: readonly pulumi.Input<string>[];
  readonly conditions?: Conditions;
}

export type Principal =
  | "*"
  | { readonly services: readonly string[] }
  | { readonly accounts: readonly pulumi.Input<string>[] }
  | { readonly federated: pulumi.Input<string> };

/** By operator, then by key: `{ StringEquals: { "aws:SourceAccount": "…" } }`. */
export type Conditions = Readonly<
  Record<string, Readonly<Record<string, pulumi.Input<string> | readonly pulumi.Input<string>[]>>>
>;

/** A policy as AWS reads it. */
export function policyDocument(statements: readonly Statement[]): pulumi.Output<string> {
  return pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements.map(written) });
}

function written({ sid, effect = "Allow", principal, actions, resources, conditions }: Statement) {
  return {
    ...(sid ? { Sid: sid } : {}),
    Effect: effect,
    ...(principal ? { Principal: writtenPrincipal(principal) } : {}),
    Action: actions,
    ...(resources.length > 0 ? { Resource: resources } : {}),
    ...(conditions && Object.keys(conditions).length > 0 ? { Condition: conditions } : {}),
  };
}

function writtenPrincipal(principal: Principal) {
  if (principal === "*") return "*";
  if ("services" in principal) return { Service: principal.services };
  if ("accounts" in principal) return { AWS: principal.accounts };
  return { Federated: principal.federated };
}

/** Only for what happens in this account: a service acts for many, and must not be talked into acting here. */
export const inAccount = ({ aws: account }: AwsEnvironment): Conditions => ({
  StringEquals: { "aws:SourceAccount": account.accountId },
});

/** Services that take roles without saying on whose behalf; they are given only roles of their own account. */
const WITHOUT_ACCOUNT = ["lambda.amazonaws.com"];

/**
 * A role's trust: the service may take it, on behalf of this account alone.
 *
 * @param service such as "ecs-tasks.amazonaws.com"
 * @param sourceArn narrows it to what has such an ARN
 */
export const trust = (environment: AwsEnvironment, service: string, sourceArn?: pulumi.Input<string>) =>
  policyDocument([
    {
      principal: { services: [service] },
      actions: ["sts:AssumeRole"],
      resources: [],
      conditions: {
        ...(WITHOUT_ACCOUNT.includes(service) ? {} : inAccount(environment)),
        ...(sourceArn === undefined ? {} : { ArnLike: { "aws:SourceArn": sourceArn } }),
      },
    },
  ]);

/** A role and what it may do, in one policy of its own. Whoever uses the role depends on `policy`, too. */
export interface RoleWithPolicy {
  readonly role: aws.iam.Role;
  readonly policy: aws.iam.RolePolicy;
}

/**
 * A role for a service of AWS, which may do what the statements say and nothing else.
 *
 * @param name in the program; the physical name is made of it
 */
export function serviceRole(
  environment: AwsEnvironment,
  name: string,
  service: string,
  statements: readonly Statement[],
  opts: pulumi.CustomResourceOptions,
): RoleWithPolicy {
  const role = new aws.iam.Role(
    name,
    { path: rolePath(environment), assumeRolePolicy: trust(environment, service) },
    opts,
  );
  const policy = new aws.iam.RolePolicy(name, { role: role.name, policy: policyDocument(statements) }, opts);
  return { role, policy };
}

/** Where the environment's roles stand; the deploy role may pass roles from there and no other. */
export const rolePath = ({ name }: Pick<AwsEnvironment, "name">) => `/mainstay/${name}/`;
