import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AwsEnvironment } from "../../environment/environment";
import type { AwsContext } from "./context";
import { deployStatements, READ_ONLY, readsNoData } from "./identity-policies";
import { policyDocument, type Statement } from "./policy";

const ISSUER = "token.actions.githubusercontent.com";

/** Where the two roles stand: apart from those of the environment, which the deploy role may change. */
const ACCESS_PATH = "/mainstay-access/";

/**
 * Who may look at the stack and who may change it: workflows of the repository, by tokens that last an hour, in
 * the GitHub environment of the stack. No access key exists.
 */
export class AwsIdentity extends pulumi.ComponentResource {
  constructor(context: AwsContext, name: string, opts: pulumi.ComponentResourceOptions) {
    super("mainstay:aws:Identity", name, {}, opts);
    const provider = this.provider(context.environment, name);
    this.previewRole(context, name, provider);
    this.deployRole(context, name, provider);
    this.registerOutputs({});
  }

  /** An account has one provider of an address. A stack that does not own it knows its ARN all the same. */
  private provider({ aws: account }: AwsEnvironment, name: string): pulumi.Input<string> {
    if (!account.owns.includes("github-provider"))
      return `arn:aws:iam::${account.accountId}:oidc-provider/${ISSUER}`;
    return new aws.iam.OpenIdConnectProvider(
      `${name}-github`,
      { url: `https://${ISSUER}`, clientIdLists: ["sts.amazonaws.com"] },
      // Other stacks of the account trust it, too.
      { parent: this, protect: true },
    ).arn;
  }

  /** Sees how everything is set, and nothing of what is in it: pull requests run with it. */
  private previewRole(context: AwsContext, name: string, provider: pulumi.Input<string>): void {
    const { environment } = context;
    const role = this.role(environment, `${name}-preview`, provider, `${environment.name}-preview`, 3600);
    new aws.iam.RolePolicyAttachment(
      `${name}-preview`,
      { role: role.name, policyArn: READ_ONLY },
      { parent: this },
    );
    this.policy(`${name}-preview`, role, [readsNoData()]);
  }

  /** Changes what the program declares. Two hours, because a release that is shifted step by step takes one. */
  private deployRole(context: AwsContext, name: string, provider: pulumi.Input<string>): void {
    const { environment } = context;
    const role = this.role(environment, `${name}-deploy`, provider, environment.name, 7200);
    this.policy(`${name}-deploy`, role, deployStatements(environment, ACCESS_PATH));
  }

  private role(
    environment: AwsEnvironment,
    name: string,
    provider: pulumi.Input<string>,
    githubEnvironment: string,
    maxSessionDuration: number,
  ): aws.iam.Role {
    const { repository, tokenSubjects = [`repo:${repository}`] } = environment.aws;
    const trust: Statement = {
      principal: { federated: provider },
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
      // Workflows name it, so its name is known before it exists.
      {
        name: `mainstay-${environment.name}-${name.split("-").at(-1)}`,
        path: ACCESS_PATH,
        assumeRolePolicy: policyDocument([trust]),
        maxSessionDuration,
      },
      { parent: this },
    );
  }

  private policy(name: string, role: aws.iam.Role, statements: readonly Statement[]): void {
    new aws.iam.RolePolicy(name, { role: role.name, policy: policyDocument(statements) }, { parent: this });
  }
}
