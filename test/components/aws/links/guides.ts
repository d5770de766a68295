/** What AWS's guides say a service needs of a role that it is given. */
import type { Resource } from "../../../../graph";
import type { Links } from "../../support/aws-links";
import { arn, bucketCalled, line, lines, managed, through, WRITE_LOGS } from "./lines";

/** "Required roles and permissions for canaries", Amazon CloudWatch user guide. */
export function ofCanary(links: Links, { inputs }: Resource): string[] {
  const { bucket, key } = bucketCalled(links, inputs.s3Bucket);
  return [
    ...lines(["s3:PutObject", "s3:GetObject"], `${bucket}/*`),
    line("s3:GetBucketLocation", bucket),
    line("s3:ListAllMyBuckets", "*"),
    ...lines(["kms:Decrypt", "kms:GenerateDataKey"], key),
    // Synthetics makes a function, and its name of the start of the canary's.
    ...lines(WRITE_LOGS, arn("logs", `log-group:/aws/lambda/cwsyn-${String(inputs.name).slice(0, 21)}*`)),
    line("cloudwatch:PutMetricData", "*", {
      StringEquals: { "cloudwatch:namespace": "CloudWatchSynthetics" },
    }),
  ];
}

/** "IAM role for publishing flow logs to CloudWatch Logs", Amazon VPC user guide. */
export function ofFlowLog(_links: Links, { inputs }: Resource): string[] {
  return [
    ...["", ":*"].flatMap((end) =>
      lines([...WRITE_LOGS, "logs:DescribeLogStreams"], `${String(inputs.logDestination)}${end}`),
    ),
    line("logs:DescribeLogGroups", arn("logs", "log-group:*")),
  ];
}

export function ofHooks(_links: Links, { inputs }: Resource): string[] {
  const { lifecycleHooks } = inputs.deploymentConfiguration as {
    lifecycleHooks: { hookTargetArn: string }[];
  };
  return lifecycleHooks.map(({ hookTargetArn }) => line("lambda:InvokeFunction", hookTargetArn));
}

/** "Setting up permissions for live replication", and for encrypted and locked objects, Amazon S3 user guide. */
export function ofReplication(links: Links, user: Resource): string[] {
  const { inputs } = user;
  const [rule] = inputs.rules as {
    destination: { bucket: string; encryptionConfiguration: { replicaKmsKeyId: string } };
  }[];
  const { bucket, key } = bucketCalled(links, inputs.bucket);
  const { bucket: copy, encryptionConfiguration } = rule?.destination ?? {};
  return [
    ...lines(["s3:GetReplicationConfiguration", "s3:ListBucket"], bucket),
    ...lines(
      ["VersionForReplication", "VersionAcl", "VersionTagging", "Retention", "LegalHold"].map(
        (what) => `s3:GetObject${what}`,
      ),
      `${bucket}/*`,
    ),
    ...lines(["s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"], `${String(copy)}/*`),
    line("kms:Decrypt", key, through("s3")),
    ...lines(
      ["kms:Encrypt", "kms:GenerateDataKey"],
      encryptionConfiguration?.replicaKmsKeyId,
      through("s3", links.regionOf(links.at(copy) ?? user)),
    ),
  ];
}

/** "Encryption for backups", AWS Backup developer guide: the keys of every vault, and of what is in them. */
export function ofBackup(links: Links): string[] {
  return [
    ...["ForBackup", "ForRestores"].map((what) => managed(`service-role/AWSBackupServiceRolePolicy${what}`)),
    ...links.all("Vault").flatMap(({ inputs }) => [
      ...lines(
        ["DescribeKey", "Encrypt", "Decrypt", "ReEncrypt*", "GenerateDataKey*"].map(
          (action) => `kms:${action}`,
        ),
        inputs.kmsKeyArn,
      ),
      line("kms:CreateGrant", String(inputs.kmsKeyArn), { Bool: { "kms:GrantIsForAWSResource": "true" } }),
    ]),
  ];
}
