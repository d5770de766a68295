/** Keys: each admits whoever works with what it encrypts, and no service that does not. */
import type { Resource } from "../../../../graph";
import { called, gone, inputFault, outputsOf, type Concern, type Links } from "../../support/aws-links";
import { statements } from "../../support/aws-read";
import { permits } from "../../support/iam";
import { useOf } from "./needs";
import { policyFaults } from "./policy-faults";
import { publishersWith } from "./publishing";

const ACCOUNT = "arn:aws:iam::123456789012:root";

/**
 * By kind and input that names a key: who works with it. What the account decides is allowed by the policies of its
 * roles, which `roles.ts` is about; services that act for whoever made a resource (RDS, ElastiCache, Secrets Manager,
 * S3, Backup, Managed Prometheus) use the key in their name, or by a grant.
 */
const WORKS_WITH: Readonly<Record<string, "account" | "logs" | "publishers" | "nobody">> = {
  "LogGroup kmsKeyId": "logs",
  "Topic kmsMasterKeyId": "publishers",
  "Alias targetKeyId": "nobody",
  "BucketObjectv2 kmsKeyId": "account",
  "BucketReplicationConfig rules.destination.encryptionConfiguration.replicaKmsKeyId": "account",
  "BucketServerSideEncryptionConfiguration rules.applyServerSideEncryptionByDefault.kmsMasterKeyId":
    "account",
  "Canary artifactConfig.s3Encryption.kmsKeyArn": "account",
  "Cluster configuration.executeCommandConfiguration.kmsKeyId": "account",
  "Instance kmsKeyId": "account",
  "Instance masterUserSecretKmsKeyId": "account",
  "Instance performanceInsightsKmsKeyId": "account",
  "Queue kmsMasterKeyId": "account",
  "ReplicationGroup kmsKeyId": "account",
  "Secret kmsKeyId": "account",
  "Vault kmsKeyArn": "account",
  "Workspace kmsKeyArn": "account",
};

/** The one link that leads to a key of another region: there its copies are encrypted. */
const ABROAD = "BucketReplicationConfig rules.destination.encryptionConfiguration.replicaKmsKeyId";

/** What the account's own roles, and services in their name, ask of a key. */
const BY_ACCOUNT = [
  "Encrypt",
  "Decrypt",
  "ReEncryptFrom",
  "ReEncryptTo",
  "GenerateDataKey",
  "DescribeKey",
].concat(["CreateGrant", "PutKeyPolicy", "ScheduleKeyDeletion"]);
/** "Encrypt log data in CloudWatch Logs using AWS KMS", Amazon CloudWatch Logs user guide. */
const BY_LOGS = ["Encrypt", "Decrypt", "ReEncryptFrom", "ReEncryptTo", "GenerateDataKey", "DescribeKey"];
/** "Key management", Amazon SNS developer guide. */
const BY_PUBLISHERS = ["Decrypt", "GenerateDataKey"];

interface Use {
  readonly user: Resource;
  readonly way: string;
}

/** Who names a key, and by which input. */
const usesOf = (links: Links, key: Resource): Use[] => {
  const { arn, keyId } = outputsOf(key);
  const aliases = links.all("Alias").filter(({ inputs }) => inputs.targetKeyId === keyId);
  return [
    ...aliases.map((user) => ({ user, way: "Alias targetKeyId" })),
    ...namings(links).filter(({ text }) => text === arn),
  ];
};

/** Every input that is the ARN of a key. */
const namings = (links: Links): (Use & { readonly text: string })[] =>
  links
    .textsWith(":kms:")
    .filter(({ text }) => text.startsWith("arn:aws:kms:"))
    .map(({ of, path, text }) => ({ user: of, text, way: useOf(of, path) }));

export const keys: Concern = {
  broken: (links) => [
    ...links.all("Key").flatMap((key) => brokenOf(links, key)),
    ...namings(links)
      .filter(({ text }) => !links.at(text))
      .map(({ user, way }) => `${called(user)} names a key that is not there, by ${way}`),
  ],
  *faults(links) {
    for (const key of links.all("Key")) {
      yield gone(links.graph, key);
      yield* policyFaults(links.graph, key);
      const abroad = links.all("Key").find((one) => one.provider !== key.provider);
      if (!abroad) continue;
      for (const { user, way } of usesOf(links, key).filter(({ way }) => way.endsWith(" kmsKeyId")))
        yield inputFault(links.graph, user, `${way} of another region`, {
          kmsKeyId: String(outputsOf(abroad).arn),
        });
    }
  },
};

function brokenOf(links: Links, key: Resource): string[] {
  const uses = usesOf(links, key);
  const working = (who: string) => uses.filter(({ way }) => WORKS_WITH[way] === who).map(({ user }) => user);
  const logs = `logs.${links.regionOf(key)}.amazonaws.com`;
  const publishers = publishersWith(links, key);
  const needed = new Set([
    ...(working("logs").length > 0 ? [logs] : []),
    ...publishers.map(({ service }) => `${service}.amazonaws.com`),
  ]);
  const all = statements(key.inputs.policy);
  const admitted = all.flatMap((one) => (one.principal === "*" ? ["*"] : one.services));
  const refuses = (principal: string, actions: readonly string[], context: Record<string, string>) =>
    actions
      .filter((action) => !permits(all, { principal, action: `kms:${action}`, resource: "*", context }))
      .map((action) => `${called(key)} refuses ${principal} ${action}`);
  return [
    ...(working("account").length + needed.size === 0 ? [`${called(key)} encrypts nothing`] : []),
    ...uses
      .filter(({ way }) => WORKS_WITH[way] === undefined)
      .map(({ user, way }) => `${called(user)} names ${called(key)} by ${way}, of which nothing is known`),
    ...uses
      .filter(({ user, way }) => way !== ABROAD && user.provider !== key.provider)
      .map(({ user }) => `${called(user)} is in another region than ${called(key)}`),
    ...refuses(ACCOUNT, BY_ACCOUNT, {}),
    ...working("logs").flatMap((group) =>
      refuses(logs, BY_LOGS, { "kms:EncryptionContext:aws:logs:arn": String(outputsOf(group).arn) }),
    ),
    ...publishers.flatMap(({ service, context }) =>
      refuses(`${service}.amazonaws.com`, BY_PUBLISHERS, context),
    ),
    ...admitted.filter((one) => !needed.has(one)).map((one) => `${called(key)} admits ${one} for nothing`),
    ...admitted
      .filter((one) => strange(all, one))
      .map((one) => `${called(key)} admits ${one} for other accounts`),
    ...all
      .filter(({ services, actions }) =>
        actions.some((action) => !(services.length > 0 ? WITH_DATA : /^kms:/).test(action)),
      )
      .map(({ sid }) => `${called(key)} allows more than to encrypt: ${sid}`),
  ];
}

const WITH_DATA = /^kms:(Encrypt|Decrypt|ReEncrypt|GenerateDataKey|Describe)/;

/** A service is admitted for this account's sake alone; EventBridge cannot say for whose it comes. */
const strange = (all: ReturnType<typeof statements>, principal: string): boolean =>
  principal !== "events.amazonaws.com" &&
  permits(all, {
    principal,
    action: "kms:Decrypt",
    resource: "*",
    context: {
      "aws:SourceAccount": "999999999999",
      "kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:eu-west-1:999999999999:log-group:x",
    },
  });
