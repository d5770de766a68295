import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "../aws/context";
import { through } from "../aws/keys";
import { serviceRole, type Statement } from "../aws/policy";
import type { BackupBucket } from "./bucket";

/** What the backup runner does in its bucket: it writes and reads, and removes no version. */
export const runnerPermissions = ({ bucket }: BackupBucket, context: AwsContext): Statement[] => [
  { actions: ["s3:ListBucket", "s3:GetBucketLocation"], resources: [bucket.arn] },
  {
    actions: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
    resources: [pulumi.interpolate`${bucket.arn}/*`],
  },
  {
    actions: ["kms:Decrypt", "kms:GenerateDataKey"],
    resources: [context.keys.data.arn],
    conditions: through("s3", context.environment.aws.region),
  },
];

/** The other side of a bucket's replication. */
export interface Copy {
  readonly bucket: BackupBucket;
  readonly key: aws.kms.Key;
  readonly region: string;
}

/** Copies each version, with its lock, and each deletion mark to another region; versions go nowhere before time. */
export function replicate(
  context: AwsContext,
  name: string,
  source: BackupBucket,
  copy: Copy,
  parent: pulumi.Resource,
): void {
  const { role, policy } = serviceRole(
    context,
    `${name}-replication`,
    "s3",
    replicationPermissions(context, source, copy),
    { parent },
  );
  new aws.s3.BucketReplicationConfig(
    `${name}-replication`,
    {
      bucket: source.bucket.bucket,
      role: role.arn,
      rules: [
        {
          id: "everything",
          status: "Enabled",
          priority: 1,
          filter: {},
          deleteMarkerReplication: { status: "Enabled" },
          sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
          destination: {
            bucket: copy.bucket.bucket.arn,
            encryptionConfiguration: { replicaKmsKeyId: copy.key.arn },
          },
        },
      ],
    },
    { parent, dependsOn: [policy, source.versioning, copy.bucket.versioning] },
  );
}

/** "Setting up permissions for live replication", and for encrypted and locked objects, S3 user guide. */
function replicationPermissions(context: AwsContext, source: BackupBucket, copy: Copy): Statement[] {
  return [
    { actions: ["s3:GetReplicationConfiguration", "s3:ListBucket"], resources: [source.bucket.arn] },
    {
      actions: [
        ...["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"],
        ...["s3:GetObjectRetention", "s3:GetObjectLegalHold"],
      ],
      resources: [pulumi.interpolate`${source.bucket.arn}/*`],
    },
    {
      actions: ["s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"],
      resources: [pulumi.interpolate`${copy.bucket.bucket.arn}/*`],
    },
    {
      actions: ["kms:Decrypt"],
      resources: [context.keys.data.arn],
      conditions: through("s3", context.environment.aws.region),
    },
    {
      actions: ["kms:Encrypt", "kms:GenerateDataKey"],
      resources: [copy.key.arn],
      conditions: through("s3", copy.region),
    },
  ];
}
