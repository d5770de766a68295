/** Buckets. Most of what makes one safe is declared beside it; what is missing there is a violation of the bucket. */
import { atLeast, is, isSet, judge, longerThan, oneOf, orAbsent, property } from "../expect";
import { graphRule, resourceRule } from "../rule";
import { BUCKET, s3 } from "../tokens";
import { beside, encrypted, holdsBackups, isCopy, takesLogs } from "./bucket-companions";

const GUIDE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide";

const retention = (rule: string) => ({
  [`${rule}.defaultRetention.mode`]: oneOf("GOVERNANCE", "COMPLIANCE"),
  [`${rule}.defaultRetention.days`]: atLeast(7),
});

export const bucket = [
  graphRule({
    name: "s3-sse",
    description: "A bucket encrypts what is put into it with a key of its own.",
    severity: "high",
    references: {
      fsbp: "S3.17",
      nag: "S3DefaultEncryptionKMS",
      checkov: "CKV_AWS_19 CKV_AWS_145",
      trivy: "AWS-0088 AWS-0132",
    },
    remediation:
      'Declare an s3.BucketServerSideEncryptionConfiguration with sseAlgorithm: "aws:kms" and kmsMasterKeyId',
    types: BUCKET,
    // The services that write access logs can use no key but S3's own.
    check: (bucket, view) =>
      encrypted(
        takesLogs(bucket, view) ? ["AES256", "aws:kms", "aws:kms:dsse"] : ["aws:kms", "aws:kms:dsse"],
      )(bucket, view),
  }),
  graphRule({
    name: "s3-versioning",
    description: "What is overwritten or deleted in a bucket can be had again.",
    severity: "high",
    references: { fsbp: "S3.14", nag: "S3BucketVersioningEnabled", checkov: "CKV_AWS_21", trivy: "AWS-0090" },
    remediation: 'Declare an s3.BucketVersioning with the status "Enabled"',
    types: BUCKET,
    check: beside({
      types: s3("bucketVersioning"),
      kind: "BucketVersioning",
      expected: { "versioningConfiguration.status": is("Enabled") },
      inline: { input: "versioning", expected: { "versioning.enabled": is(true) } },
    }),
  }),
  graphRule({
    name: "s3-logs",
    description: "Who read and wrote what in a bucket is written down.",
    severity: "medium",
    references: { fsbp: "S3.9", nag: "S1", checkov: "CKV_AWS_18", trivy: "AWS-0089" },
    remediation: "Declare an s3.BucketLogging with another bucket as its target",
    types: BUCKET,
    check: (resource, view) => {
      // It would fill itself.
      if (takesLogs(resource, view)) return [];
      return beside({
        types: s3("bucketLogging"),
        kind: "BucketLogging",
        expected: { targetBucket: isSet },
        inline: { input: "logging", expected: { "logging.targetBucket": isSet } },
      })(resource, view);
    },
  }),
  graphRule({
    name: "s3-object-lock",
    description: "Nobody, an administrator included, deletes a backup before its time.",
    severity: "medium",
    references: { fsbp: "S3.15", nag: "S3BucketDefaultLockEnabled", checkov: "CKV_AWS_143" },
    remediation:
      "Set objectLockEnabled: true and declare an s3.BucketObjectLockConfiguration with a defaultRetention",
    types: BUCKET,
    check: (resource, view) => {
      const keeps = holdsBackups(resource, view) || isCopy(resource, view);
      if (resource.inputs.objectLockEnabled !== true && !keeps) return [];
      return [
        ...judge(resource, "objectLockEnabled", is(true)),
        ...beside({
          types: s3("bucketObjectLockConfiguration"),
          kind: "BucketObjectLockConfiguration",
          expected: retention("rule"),
          inline: { input: "objectLockConfiguration", expected: retention("objectLockConfiguration.rule") },
        })(resource, view),
      ];
    },
  }),
  graphRule({
    name: "s3-replication",
    description: "In production a bucket of backups has a copy in another region.",
    severity: "low",
    references: { fsbp: "S3.7", nag: "S3BucketReplicationEnabled", checkov: "CKV_AWS_144" },
    remediation: "Declare an s3.BucketReplicationConfig, or copy backups to another region by other means",
    types: BUCKET,
    production: true,
    check: (resource, view) =>
      holdsBackups(resource, view) && !isCopy(resource, view)
        ? beside({
            types: s3("bucketReplicationConfig"),
            kind: "BucketReplicationConfig",
            expected: {
              rules: longerThan(1),
              "rules[*].status": is("Enabled"),
              // What is encrypted with a key is left out unless that is said, and the copy needs a key, too.
              "rules[*].sourceSelectionCriteria.sseKmsEncryptedObjects.status": is("Enabled"),
              "rules[*].destination.encryptionConfiguration.replicaKmsKeyId": isSet,
            },
            inline: {
              input: "replicationConfiguration",
              expected: {
                "replicationConfiguration.rules": longerThan(1),
                "replicationConfiguration.rules[*].status": is("Enabled"),
                "replicationConfiguration.rules[*].sourceSelectionCriteria.sseKmsEncryptedObjects.enabled":
                  is(true),
                "replicationConfiguration.rules[*].destination.replicaKmsKeyId": isSet,
              },
            },
          })(resource, view)
        : [],
  }),
  resourceRule({
    name: "s3-no-force-destroy",
    description: "A bucket that holds something is not deleted with it.",
    severity: "high",
    remediation: "Set forceDestroy: false",
    link: `${GUIDE}/delete-bucket.html`,
    types: BUCKET,
    check: property("forceDestroy", orAbsent(is(false))),
    remedy: () => ({ forceDestroy: false }),
  }),
];
