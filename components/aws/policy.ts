import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AwsEnvironment } from "../../environment/environment";
import type { AwsContext } from "./context";

/** One statement of an IAM policy. In a role's own policy the principal is left out: it is the role. */
export interface Statement {
  readonly sid?: string;
  /** @default "Allow" */
  readonly effect?: "Allow" | "Deny";
  /** Services by their host name, or "*" for everybody. */
  readonly principal?: Principal;
  readonly actions: readonly string[];
  readonly resources: readonly pulumi.Input<string>[];
  /** In the place of `resources`: all but these. */
  readonly allBut?: readonly pulumi.Input<string>[];
  readonly conditions?: Conditions;
}

type Principal =
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

function written({ sid, effect = "Allow", principal, actions, resources, allBut, conditions }: Statement) {
  return {
    ...(sid ? { Sid: sid } : {}),
    Effect: effect,
    ...(principal ? { Principal: writtenPrincipal(principal) } : {}),
    Action: actions,
    ...(resources.length > 0 ? { Resource: resources } : {}),
    ...(allBut ? { NotResource: allBut } : {}),
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
export const inAccount = (accountId: string): Conditions => ({
  StringEquals: { "aws:SourceAccount": accountId },
});

/**
 * The services that take the environment's roles, and on behalf of what they say to, when they take one: a service
 * and a resource of the account. Null for those whose guides name no such condition for the roles they take; a role
 * that asked for it could not be taken. They accept roles of their own account only.
 */
const ON_BEHALF_OF = {
  /** "IAM service roles", AWS Backup developer guide. */
  backup: null,
  /** "Amazon ECS infrastructure IAM role for load balancers", ECS developer guide. */
  ecs: null,
  /** "Amazon ECS task IAM role", ECS developer guide. The same service takes the execution role. */
  "ecs-tasks": ["ecs", "*"],
  /** "Defining Lambda function permissions with an execution role", Lambda developer guide. */
  lambda: null,
  /** "Setting up and enabling Enhanced Monitoring", RDS user guide. */
  "monitoring.rds": ["rds", "db:*"],
  /** "Setting up permissions for live replication", S3 user guide. */
  s3: null,
  /** "IAM role for publishing flow logs to CloudWatch Logs", VPC user guide. */
  "vpc-flow-logs": ["ec2", "vpc-flow-log/*"],
} as const;

/** What a role can be made for, by the first part of its host name. */
export type RoleTaker = keyof typeof ON_BEHALF_OF;
export const ROLE_TAKERS = Object.keys(ON_BEHALF_OF) as readonly RoleTaker[];

/** A role's trust: the service may take it, on behalf of this account's own resources where it says so. */
function trust(environment: AwsEnvironment, service: RoleTaker): pulumi.Output<string> {
  const { region, accountId } = environment.aws;
  const source = ON_BEHALF_OF[service];
  return policyDocument([
    {
      principal: { services: [`${service}.amazonaws.com`] },
      actions: ["sts:AssumeRole"],
      resources: [],
      conditions: source
        ? {
            ...inAccount(accountId),
            ArnLike: { "aws:SourceArn": `arn:aws:${source[0]}:${region}:${accountId}:${source[1]}` },
          }
        : {},
    },
  ]);
}

type RoleContext = Pick<AwsContext, "environment" | "boundary">;

/**
 * A role for a service of AWS that may do nothing yet. It can never do more than the environment's boundary allows.
 *
 * @param name in the program; the physical name is made of it
 */
export const bareRole = (
  { environment, boundary }: RoleContext,
  name: string,
  service: RoleTaker,
  opts: pulumi.CustomResourceOptions,
): aws.iam.Role =>
  new aws.iam.Role(
    name,
    {
      path: rolePath(environment),
      assumeRolePolicy: trust(environment, service),
      permissionsBoundary: boundary.arn,
    },
    opts,
  );

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
  context: RoleContext,
  name: string,
  service: RoleTaker,
  statements: readonly Statement[],
  opts: pulumi.CustomResourceOptions,
): RoleWithPolicy {
  const role = bareRole(context, name, service, opts);
  const policy = new aws.iam.RolePolicy(name, { role: role.name, policy: policyDocument(statements) }, opts);
  return { role, policy };
}

/** Where the environment's roles stand; the deploy role may pass roles from there and no other. */
export const rolePath = ({ name }: Pick<AwsEnvironment, "name">) => `/mainstay/${name}/`;
