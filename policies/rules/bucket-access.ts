/** Who reaches a bucket, and how. */
import { judgeDocument } from "../documents";
import { is, matchesNot, oneOf, orAbsent, properties, unless } from "../expect";
import { graphRule, resourceRule } from "../rule";
import { BUCKET, s3 } from "../tokens";
import { beside, isGiven } from "./bucket-companions";
import { statementsOf, type Statement } from "./statement";
import { opensToAll, statements } from "./statements";

const POLICY = s3("bucketPolicy");

/** Of S3's groups those that stand for everybody, and for everybody with an account of AWS. */
const noEverybody = orAbsent(matchesNot(/\/groups\/global\//, "no group of everybody"));

export const bucketAccess = [
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
    remediation: "Remove acl, grants and accessControlPolicy; say in a policy who may read",
    types: [...BUCKET, ...s3("bucketAcl")],
    check: properties({
      acl: orAbsent(oneOf("private", "log-delivery-write", "bucket-owner-full-control")),
      "grants[*].uri": noEverybody,
      "accessControlPolicy.grants[*].grantee.uri": noEverybody,
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
      const policies = [...sure, ...(isGiven(resource.inputs.policy) ? [resource] : [])];
      if (policies.length === 0)
        return unless(possible.length > 0 ? undefined : false, resource, "no BucketPolicy refers to it");
      const what = "no statement denies s3:* to everyone where aws:SecureTransport is false";
      return policies.flatMap((policy) =>
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
    types: [...BUCKET, ...POLICY],
    check: statements(["policy"], opensToAll, "named principals"),
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
];

/** For everybody, on the bucket and on what is in it, and whatever else may be so. */
function deniesPlain(statement: Statement): boolean {
  const { allows, actions, principals, resources, questions } = statement;
  const [question, ...others] = questions;
  return (
    !allows &&
    actions.some((action) => /^(s3:)?\*$/i.test(action)) &&
    principals.some(({ id }) => id === "*") &&
    (resources.includes("*") || resources.some((arn) => resources.includes(`${arn}/*`))) &&
    question?.operator === "Bool" &&
    question.key === "aws:securetransport" &&
    question.values.includes("false") &&
    others.length === 0
  );
}
