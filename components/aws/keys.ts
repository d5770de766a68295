import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AwsEnvironment } from "../../environment/environment";
import { physicalName } from "./names";
import { inAccount, policyDocument, type Conditions, type Statement } from "./policy";

/** What an environment encrypts. */
export type Purpose = "logs" | "data" | "secrets" | "messages";

const ENCRYPT_AND_DECRYPT = ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*"];

/** Services that publish messages and name the account they act for. */
const PUBLISHERS = ["cloudwatch", "budgets", "aps"];

/** EventBridge does not: its requests to KMS carry no source account. */
const PUBLISHERS_WITHOUT_ACCOUNT = ["events"];

/**
 * A key per purpose, because their policies differ: the log service works with the first, publishers of
 * messages with the last, and data and secrets are nobody's but of the roles that are allowed them.
 */
export class AwsKeys extends pulumi.ComponentResource {
  readonly logs: aws.kms.Key;
  readonly data: aws.kms.Key;
  readonly secrets: aws.kms.Key;
  readonly messages: aws.kms.Key;

  constructor(
    private readonly environment: AwsEnvironment,
    private readonly prefix: string,
    name: string,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("mainstay:aws:Keys", name, {}, opts);
    this.logs = this.key(name, "logs", "Encrypts logs", [this.logService()]);
    this.data = this.key(name, "data", "Encrypts database, cache, metrics and backups", []);
    this.secrets = this.key(name, "secrets", "Encrypts secrets", []);
    this.messages = this.key(name, "messages", "Encrypts messages on their way to people", this.publishers());
    this.registerOutputs({});
  }

  private key(name: string, purpose: Purpose, description: string, statements: readonly Statement[]) {
    const key = new aws.kms.Key(
      `${name}-${purpose}`,
      {
        description,
        enableKeyRotation: true,
        deletionWindowInDays: 30,
        policy: policyDocument([accountDecides(this.environment), ...statements]),
      },
      {
        parent: this,
        // What was encrypted with it is lost with it.
        protect: this.environment.protectData && purpose !== "messages",
        // The database's last snapshot and its automated backups outlive the stack, and are read with this one.
        retainOnDelete: purpose === "data",
      },
    );
    new aws.kms.Alias(
      `${name}-${purpose}`,
      { name: `alias/${physicalName("keyAlias", this.prefix, purpose)}`, targetKeyId: key.keyId },
      { parent: this },
    );
    return key;
  }

  private logService(): Statement {
    const { region, accountId } = this.environment.aws;
    return {
      sid: "LogService",
      principal: { services: [`logs.${region}.amazonaws.com`] },
      actions: [...ENCRYPT_AND_DECRYPT, "kms:Describe*"],
      resources: ["*"],
      conditions: {
        ArnLike: { "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:${region}:${accountId}:log-group:*` },
      },
    };
  }

  private publishers(): Statement[] {
    const services = (names: readonly string[]) => ({
      services: names.map((name) => `${name}.amazonaws.com`),
    });
    const publish = { actions: ["kms:Decrypt", "kms:GenerateDataKey*"], resources: ["*"] };
    return [
      {
        sid: "Publishers",
        principal: services([...PUBLISHERS, ...(watchesAnomalies(this.environment) ? ["costalerts"] : [])]),
        ...publish,
        conditions: inAccount(this.environment.aws.accountId),
      },
      {
        sid: "PublishersWithoutAccount",
        principal: services(PUBLISHERS_WITHOUT_ACCOUNT),
        ...publish,
      },
    ];
  }
}

/** Whether this stack declares cost anomaly detection. */
export const watchesAnomalies = ({ aws: account }: AwsEnvironment): boolean =>
  account.owns.includes("cost-anomalies");

/** Lets a role use a key only through an AWS service, which calls KMS on the role's behalf. */
export const through = (service: string, region: string): Conditions => ({
  StringEquals: { "kms:ViaService": `${service}.${region}.amazonaws.com` },
});

/** The account's IAM policies decide who uses a key; without this it could never be changed again. */
export const accountDecides = ({ aws: account }: AwsEnvironment): Statement => ({
  sid: "AccountDecides",
  principal: { accounts: [`arn:aws:iam::${account.accountId}:root`] },
  actions: ["kms:*"],
  resources: ["*"],
});
