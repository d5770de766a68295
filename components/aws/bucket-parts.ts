import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Statement } from "./policy";

/** What the environment's own buckets have in common. */

/**
 * Closes a bucket: no policy and no access list can open it to the public, and there are no access lists.
 *
 * @returns what the bucket's policy has to come after: S3 refuses two changes of a bucket's access at once
 */
export function closeBucket(
  name: string,
  { bucket }: aws.s3.Bucket,
  parent: pulumi.Resource,
): aws.s3.BucketOwnershipControls {
  const blocked = new aws.s3.BucketPublicAccessBlock(
    name,
    {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    { parent },
  );
  return new aws.s3.BucketOwnershipControls(
    name,
    { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
    { parent, dependsOn: [blocked] },
  );
}

/** Denies everybody everything over plain HTTP. */
export const tlsOnly = ({ arn }: aws.s3.Bucket): Statement => ({
  sid: "TlsOnly",
  effect: "Deny",
  principal: "*",
  actions: ["s3:*"],
  resources: [arn, pulumi.interpolate`${arn}/*`],
  conditions: { Bool: { "aws:SecureTransport": "false" } },
});
