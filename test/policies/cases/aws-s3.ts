import type { Json } from "../../../graph/resource";
import { TOPICS } from "../../../policies/rules";
import { awsStack } from "../support/aws-stack";
import { document } from "../support/aws-stack/parts";
import { TLS_ONLY } from "../support/aws-stack/storage";
import { gone, topic, type Case, type Topic } from "../support/cases";

const NOT_DENIED = "No statement denies s3:* to everyone where aws:SecureTransport is false.";

/** What a bucket says of itself is judged where it stands. */
const INLINE: readonly (readonly [rule: string, path: string, bad: Json, says: string])[] = [
  ["s3-versioning", "versioning", { enabled: false }, "versioning.enabled is false; allowed: true."],
  ["s3-logs", "logging", {}, "logging.targetBucket is not set; allowed: any value."],
  [
    "s3-sse",
    "serverSideEncryptionConfiguration",
    { rule: { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256", kmsMasterKeyId: "arn:key" } } },
    'serverSideEncryptionConfiguration.rule.applyServerSideEncryptionByDefault.sseAlgorithm is "AES256"; allowed: aws:kms or aws:kms:dsse.',
  ],
  [
    "s3-sse",
    "serverSideEncryptionConfiguration",
    { rule: { applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms" } } },
    "serverSideEncryptionConfiguration.rule.applyServerSideEncryptionByDefault.kmsMasterKeyId is not set; allowed: any value.",
  ],
  ["s3-lifecycle", "lifecycleRules", [], "lifecycleRules is an empty list; allowed: 1 or more entries."],
  [
    "s3-lifecycle",
    "lifecycleRules",
    [
      { enabled: true, expiration: { days: 90 } },
      { enabled: false, abortIncompleteMultipartUploadDays: 1 },
    ],
    "No rule in force aborts uploads that were never finished.",
  ],
  [
    "s3-keeps",
    "lifecycleRules",
    [{ enabled: true, abortIncompleteMultipartUploadDays: 1, expiration: { days: 1 } }],
    "lifecycleRules[0].expiration.days is 1; allowed: 30 or more, or not set.",
  ],
  [
    "s3-object-lock",
    "objectLockConfiguration",
    { rule: { defaultRetention: { mode: "GOVERNANCE", days: 1 } } },
    "objectLockConfiguration.rule.defaultRetention.days is 1; allowed: 7 or more.",
  ],
  [
    "s3-replication",
    "replicationConfiguration",
    { rules: [] },
    "replicationConfiguration.rules is an empty list; allowed: 1 or more entries.",
  ],
  [
    "s3-replication",
    "replicationConfiguration",
    { rules: [{ status: "Enabled", destination: { replicaKmsKeyId: "arn:key" } }] },
    "replicationConfiguration.rules[0].sourceSelectionCriteria.sseKmsEncryptedObjects.enabled is not set; allowed: true.",
  ],
  ["s3-tls-only", "policy", { Statement: [] }, NOT_DENIED],
];

export const S3: Topic = topic("S3", awsStack, TOPICS.S3 ?? [], [
  {
    rule: "s3-keeps",
    at: "lifecycle",
    path: "rules[0].expiration.days",
    bad: 1,
    absent: "pass",
    says: "rules[0].expiration.days is 1; allowed: 30 or more, or not set.",
  },
  {
    rule: "s3-replication",
    at: "replication",
    path: "rules[0].sourceSelectionCriteria.sseKmsEncryptedObjects.status",
    bad: "Disabled",
    says: 'rules[0].sourceSelectionCriteria.sseKmsEncryptedObjects.status is "Disabled"; allowed: Enabled.',
  },
  gone("s3-pab", "closed", "No BucketPublicAccessBlock refers to it."),
  {
    rule: "s3-pab",
    at: "closed",
    path: "blockPublicPolicy",
    bad: false,
    says: "blockPublicPolicy is false; allowed: true.",
  },
  {
    rule: "s3-no-public-acl",
    at: "bucket",
    path: "acl",
    bad: "public-read",
    absent: "pass",
    says: 'acl is "public-read"; allowed: private or log-delivery-write or bucket-owner-full-control, or not set.',
  },
  ...["AllUsers", "AuthenticatedUsers"].flatMap((group): Case[] => {
    const uri = `http://acs.amazonaws.com/groups/global/${group}`;
    const says = (path: string) => `${path} is "${uri}"; allowed: no group of everybody, or not set.`;
    return [
      {
        rule: "s3-no-public-acl",
        at: "bucket",
        path: "grants",
        bad: [{ type: "Group", uri, permissions: ["FULL_CONTROL"] }],
        absent: "pass",
        says: says("grants[0].uri"),
      },
      {
        rule: "s3-no-public-acl",
        at: "list",
        path: "accessControlPolicy.grants[1].grantee.uri",
        bad: uri,
        absent: "pass",
        says: says("accessControlPolicy.grants[1].grantee.uri"),
      },
    ];
  }),
  gone("s3-sse", "encryption", "No BucketServerSideEncryptionConfiguration refers to it."),
  {
    rule: "s3-sse",
    at: "encryption",
    path: "rules[0].applyServerSideEncryptionByDefault.sseAlgorithm",
    bad: "AES256",
    says: 'rules[0].applyServerSideEncryptionByDefault.sseAlgorithm is "AES256"; allowed: aws:kms or aws:kms:dsse.',
  },
  gone("s3-versioning", "versioning", "No BucketVersioning refers to it."),
  {
    rule: "s3-versioning",
    at: "versioning",
    path: "versioningConfiguration.status",
    bad: "Suspended",
    says: 'versioningConfiguration.status is "Suspended"; allowed: Enabled.',
  },
  gone("s3-tls-only", "bucketPolicy", "No BucketPolicy refers to it."),
  {
    rule: "s3-tls-only",
    at: "bucketPolicy",
    path: "policy",
    bad: '{"Statement":[]}',
    says: NOT_DENIED,
  },
  ...[
    { Principal: { AWS: "arn:aws:iam::123456789012:root" } },
    { Effect: "Allow" },
    { Action: "s3:GetObject" },
    { Resource: ["arn:aws:s3:::x/*"] },
    { Resource: ["arn:aws:s3:::x"] },
    { Condition: { Bool: { "aws:SecureTransport": "true" } } },
    { Condition: { BoolIfExists: { "aws:SecureTransport": "false" } } },
    {
      Condition: { Bool: { "aws:SecureTransport": "false" }, IpAddress: { "aws:SourceIp": "10.0.0.0/8" } },
    },
    { Condition: {} },
  ].map((change): Case => ({
    rule: "s3-tls-only",
    at: "bucketPolicy",
    path: "policy",
    bad: document({ ...TLS_ONLY, ...change } as Json),
    says: NOT_DENIED,
    ...("Effect" in change ? { also: ["s3-no-any-principal"] } : {}),
  })),
  {
    rule: "s3-no-any-principal",
    at: "bucketPolicy",
    path: "policy",
    bad: '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject"}]}',
    absent: "pass",
    also: ["s3-tls-only"],
    says: "policy is everyone in statement 1; allowed: named principals.",
  },
  {
    rule: "s3-no-any-principal",
    at: "bucket",
    path: "policy",
    bad: document({ ...TLS_ONLY, Effect: "Allow" }),
    absent: "pass",
    also: ["s3-tls-only"],
    says: "policy is everyone in TlsOnly; allowed: named principals.",
  },
  ...INLINE.map(([rule, path, bad, says]): Case => ({
    rule,
    at: "bucket",
    path,
    bad,
    says,
    absent: "pass",
  })),
  gone("s3-lifecycle", "lifecycle", "No BucketLifecycleConfiguration refers to it."),
  {
    rule: "s3-lifecycle",
    at: "lifecycle",
    path: "rules[0].status",
    bad: "Disabled",
    says: "No rule in force aborts uploads that were never finished.",
  },
  gone("s3-logs", "bucketLog", "No BucketLogging refers to it."),
  gone("s3-object-lock", "lock", "No BucketObjectLockConfiguration refers to it."),
  {
    rule: "s3-object-lock",
    at: "lock",
    path: "rule.defaultRetention.days",
    bad: 1,
    says: "rule.defaultRetention.days is 1; allowed: 7 or more.",
  },
  {
    rule: "s3-object-lock",
    at: "bucket",
    path: "objectLockEnabled",
    bad: false,
    says: "objectLockEnabled is false; allowed: true.",
  },
  {
    rule: "s3-replication",
    at: "replication",
    path: "rules",
    bad: [],
    says: "rules is an empty list; allowed: 1 or more entries.",
  },
  gone("s3-replication", "replication", "No BucketReplicationConfig refers to it."),
  gone("s3-owner-enforced", "ownership", "No BucketOwnershipControls refers to it."),
  {
    rule: "s3-owner-enforced",
    at: "ownership",
    path: "rule.objectOwnership",
    bad: "ObjectWriter",
    says: 'rule.objectOwnership is "ObjectWriter"; allowed: BucketOwnerEnforced.',
  },
  {
    rule: "s3-no-force-destroy",
    at: "bucket",
    path: "forceDestroy",
    bad: true,
    absent: "pass",
    says: "forceDestroy is true; allowed: false, or not set.",
  },
]);
