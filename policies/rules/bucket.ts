/** Buckets. Most of what makes one safe is declared beside it; what is missing there is a violation of the bucket. */
import { judgeDocument } from "../documents";
import {
  atLeast,
  is,
  isSet,
  judge,
  longerThan,
  oneOf,
  orAbsent,
  properties,
  property,
  unless,
} from "../expect";
import { graphRule, resourceRule } from "../rule";
import { BUCKET, s3 } from "../tokens";
import { beside, encrypted, holdsBackups, judgeUploads, takesLogs, isCopy } from "./bucket-companions";
import { statementsOf, type Statement } from "./statement";
import { opensToAll, statements } from "./statements";

const POLICY = s3("bucketPolicy");
const GUIDE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide";

export const bucket = [
  graphRule({
    name: "s3-pab",
    description: "No mistake in a policy or an access list can open a bucket to the public.",
    severity: "critical",
    references: {
      fsbp: "S3.8 S3.1",
      nag: "S2",
      checkov: "CKV_AWS_53 CKV_AWS_54 CKV_AWS_55 CKV_AWS_56 CKV2_AWS_6",
      trivy: "AWS-0086 AWS-0087 AWS-0091 AWS-0093 AWS-0094",
    },
    remediation: "Declare an s3.BucketPublicAccessBlock with all four of its inputs true",
    types: BUCKET,
    check: beside({
      types: s3("bucketPublicAccessBlock"),
      kind: "BucketPublicAccessBlock",
      expected: {
        blockPublicAcls: is(true),
        blockPublicPolicy: is(true),
        ignorePublicAcls: is(true),
        restrictPublicBuckets: is(true),
      },
    }),
  }),
  resourceRule({
    name: "s3-no-public-acl",
    description: "No access list gives a bucket to the public.",
    severity: "critical",
    references: {
      fsbp: "S3.2 S3.3",
      nag: "S3BucketPublicReadProhibited",
      checkov: "CKV_AWS_20 CKV_AWS_57 CKV_AWS_375 CKV2_AWS_43",
      trivy: "AWS-0092",
    },
    remediation: "Remove acl; say in a policy who may read",
    types: [...BUCKET, ...s3("bucketAcl")],
    check: property("acl", orAbsent(oneOf("private", "log-delivery-write", "bucket-owner-full-control"))),
  }),
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
      inline: "versioning",
    }),
  }),
  graphRule({
    name: "s3-tls-only",
    description: "A bucket is read and written encrypted only.",
    severity: "high",
    references: { fsbp: "S3.5", nag: "S10", checkov: "CKV_AWS_379" },
    remediation: "Declare an s3.BucketPolicy that denies everything where aws:SecureTransport is false",
    types: BUCKET,
    check: (resource, view) => {
      const { sure, possible } = view.referring(POLICY, "bucket", resource);
      if (sure.length === 0)
        return unless(possible.length > 0 ? undefined : false, resource, "no BucketPolicy refers to it");
      const what = "no statement denies s3:* to everyone where aws:SecureTransport is false";
      return sure.flatMap((policy) =>
        policy.inputs.policy === undefined
          ? unless(false, policy, what, "policy")
          : judgeDocument(policy, "policy", (content) =>
              statementsOf(content).some(deniesPlain) ? [] : [{ outcome: "violation", what }],
            ),
      );
    },
  }),
  resourceRule({
    name: "s3-no-any-principal",
    description: "A bucket's policy names those it allows something.",
    severity: "high",
    references: { fsbp: "S3.6", checkov: "CKV_AWS_70" },
    remediation: "Name accounts or roles as Principal, or add a condition on who asks",
    types: POLICY,
    check: statements(["policy"], opensToAll, "named principals"),
  }),
  graphRule({
    name: "s3-lifecycle",
    description: "What nobody needs any more is removed from a bucket, parts of broken uploads too.",
    severity: "medium",
    references: { fsbp: "S3.13", checkov: "CKV2_AWS_61 CKV_AWS_300" },
    remediation: "Declare an s3.BucketLifecycleConfiguration with abortIncompleteMultipartUpload",
    types: BUCKET,
    check: (resource, view) => {
      const types = s3("bucketLifecycleConfiguration");
      const missing = beside({
        types,
        kind: "BucketLifecycleConfiguration",
        expected: { rules: longerThan(1) },
        inline: "lifecycleRules",
      });
      return [
        ...missing(resource, view),
        ...view.referring(types, "bucket", resource).sure.flatMap(judgeUploads),
      ];
    },
  }),
  resourceRule({
    name: "s3-keeps",
    description: "A bucket keeps what it was given for thirty days or more, unless another rule says longer.",
    severity: "medium",
    remediation: "Set expiration.days to 30 or more, and noncurrentDays to 1 or more",
    link: `${GUIDE}/object-lifecycle-mgmt.html`,
    types: s3("bucketLifecycleConfiguration"),
    check: properties({
      "rules[*].expiration.days": orAbsent(atLeast(30)),
      "rules[*].noncurrentVersionExpiration.noncurrentDays": orAbsent(atLeast(1)),
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
        inline: "logging",
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
          expected: {
            "rule.defaultRetention.mode": oneOf("GOVERNANCE", "COMPLIANCE"),
            "rule.defaultRetention.days": atLeast(7),
          },
          inline: "objectLockConfiguration",
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
              "rules[*].status": is("Enabled"),
              // What is encrypted with a key is left out unless that is said, and the copy needs a key, too.
              "rules[*].sourceSelectionCriteria.sseKmsEncryptedObjects.status": is("Enabled"),
              "rules[*].destination.encryptionConfiguration.replicaKmsKeyId": isSet,
            },
            inline: "replicationConfiguration",
          })(resource, view)
        : [],
  }),
  graphRule({
    name: "s3-owner-enforced",
    description: "A bucket's owner owns what is in it; access lists are switched off.",
    severity: "medium",
    references: { fsbp: "S3.12", checkov: "CKV2_AWS_65" },
    remediation: 'Declare an s3.BucketOwnershipControls with objectOwnership: "BucketOwnerEnforced"',
    types: BUCKET,
    check: beside({
      types: s3("bucketOwnershipControls"),
      kind: "BucketOwnershipControls",
      expected: { "rule.objectOwnership": is("BucketOwnerEnforced") },
    }),
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

/** For everybody, on the bucket and on what is in it, and whatever else may be so. */
function deniesPlain(statement: Statement): boolean {
  const { allows, actions, principals, resources, questions } = statement;
  const [question, ...others] = questions;
  return (
    !allows &&
    actions.some((action) => action === "s3:*" || action === "*") &&
    principals.some(({ id }) => id === "*") &&
    (resources.includes("*") || resources.some((arn) => resources.includes(`${arn}/*`))) &&
    question?.operator === "Bool" &&
    question.key === "aws:securetransport" &&
    question.values.includes("false") &&
    others.length === 0
  );
}
