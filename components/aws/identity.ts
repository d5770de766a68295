import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AwsEnvironment } from "../../environment/environment";
import { ACCESS_PATH } from "./boundary";
import type { AwsContext } from "./context";
import { deployStatements, driftStatements, previewStatements, READ_ONLY } from "./identity-policies";
import { physicalName } from "./names";
import { policyDocument, type Statement } from "./policy";

const ISSUER = "token.actions.githubusercontent.com";

/**
 * Roles for the repository's workflows, assumed with GitHub's OIDC tokens and bound to the stack's GitHub environments:
 * `STACK-preview` and `STACK-drift` to read, `STACK` to deploy. No access key exists.
 */
export class AwsIdentity extends pulumi.ComponentResource {
  private github?: aws.iam.OpenIdConnectProvider;

  constructor(context: AwsContext, name: string, opts: pulumi.ComponentResourceOptions) {
    super("mainstay:aws:Identity", name, {}, opts);
    const { keys } = context;
    this.provider(context.environment, name);
    this.lookingRole(context.environment, name, "preview", previewStatements(context.environment));
    this.lookingRole(
      context.environment,
      name,
      "drift",
      driftStatements(context, [keys.secrets.arn, keys.data.arn]),
    );
    this.deployRole(context.environment, name);
    this.registerOutputs({});
  }

  /** An account has one provider of an address. Stacks that do not own it find it by its ARN. */
  private provider({ aws: account }: AwsEnvironment, name: string): void {
    if (!account.owns.includes("github-provider")) return;
    this.github = new aws.iam.OpenIdConnectProvider(
      `${name}-github`,
      { url: `https://${ISSUER}`, clientIdLists: ["sts.amazonaws.com"] },
      // Other stacks of the account trust it, too.
      { parent: this, protect: true },
    );
  }

  /**
   * A read-only role. Pull requests run with `preview`, which reads no data at all; the nightly drift check of the main
   * branch runs with `drift`.
   */
  private lookingRole(
    environment: AwsEnvironment,
    name: string,
    purpose: "preview" | "drift",
    statements: readonly Statement[],
  ): void {
    const role = this.role(environment, `${name}-${purpose}`, `${environment.name}-${purpose}`, 3600);
    new aws.iam.RolePolicyAttachment(
      `${name}-${purpose}`,
      { role: role.name, policyArn: READ_ONLY },
      { parent: this },
    );
    this.policy(`${name}-${purpose}`, role, statements);
  }

  /** Changes what the program declares. Two hours, because a release that is shifted step by step takes one. */
  private deployRole(environment: AwsEnvironment, name: string): void {
    const role = this.role(environment, `${name}-deploy`, environment.name, 7200);
    this.policy(`${name}-deploy`, role, deployStatements(environment));
  }

  private role(
    environment: AwsEnvironment,
    name: string,
    githubEnvironment: string,
    maxSessionDuration: number,
  ): aws.iam.Role {
    const { accountId, repository, tokenSubjects = [`repo:${repository}`] } = environment.aws;
    const trust: Statement = {
      principal: { federated: `arn:aws:iam::${accountId}:oidc-provider/${ISSUER}` },
      actions: ["sts:AssumeRoleWithWebIdentity"],
      resources: [],
      conditions: {
        StringEquals: {
          [`${ISSUER}:aud`]: "sts.amazonaws.com",
          [`${ISSUER}:sub`]: tokenSubjects.map((start) => `${start}:environment:${githubEnvironment}`),
        },
      },
    };
    return new aws.iam.Role(
      name,
      {
        // Workflows name it, so its name is known before it exists.
        name: physicalName("role", "mainstay", environment.name, name.split("-").at(-1) ?? ""),
        path: ACCESS_PATH,
        assumeRolePolicy: policyDocument([trust]),
        maxSessionDuration,
      },
      { parent: this, dependsOn: this.github ? [this.github] : [] },
    );
  }

  private policy(name: string, role: aws.iam.Role, statements: readonly Statement[]): void {
    new aws.iam.RolePolicy(name, { role: role.name, policy: policyDocument(statements) }, { parent: this });
  }
}
