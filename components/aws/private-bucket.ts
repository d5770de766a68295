import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { BUCKET_LOGS } from "./access-logs";
import { closeBucket, tlsOnly } from "./bucket-parts";
import type { AwsContext } from "./context";
import { bucketPrefix } from "./names";
import { policyDocument } from "./policy";

export interface PrivateBucketArgs {
  /** After so many days what is in it is removed. */
  readonly expireDays: number;
  /** After so many more days what was overwritten or removed is gone. */
  readonly noncurrentDays: number;
}

/**
 * A bucket nobody but the environment's own roles gets at: encrypted with the data key, TLS only, no public access by
 * any mistake, versions of everything, and written down who read what.
 */
export class PrivateBucket extends pulumi.ComponentResource {
  readonly bucket: aws.s3.Bucket;
  /** What has to exist before the bucket is used: its policy, encryption and versioning. */
  readonly ready: readonly pulumi.Resource[];

  constructor(
    private readonly context: AwsContext,
    private readonly bucketName: string,
    args: PrivateBucketArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("mainstay:aws:PrivateBucket", bucketName, {}, opts);
    this.bucket = new aws.s3.Bucket(
      bucketName,
      {
        bucketPrefix: bucketPrefix(context.prefix, bucketName),
        forceDestroy: !context.environment.protectData,
      },
      { parent: this },
    );
    const closed = closeBucket(bucketName, this.bucket, this);
    const policy = this.policy(closed);
    const kept = this.keep(args);
    this.log();
    this.ready = [policy, ...kept];
    this.registerOutputs({});
  }

  private policy(closed: pulumi.Resource): aws.s3.BucketPolicy {
    return new aws.s3.BucketPolicy(
      this.bucketName,
      { bucket: this.bucket.bucket, policy: policyDocument([tlsOnly(this.bucket)]) },
      { parent: this, dependsOn: [closed] },
    );
  }

  private keep({ expireDays, noncurrentDays }: PrivateBucketArgs): pulumi.Resource[] {
    const { bucket } = this.bucket;
    const encrypted = new aws.s3.BucketServerSideEncryptionConfiguration(
      this.bucketName,
      {
        bucket,
        rules: [
          {
            applyServerSideEncryptionByDefault: {
              sseAlgorithm: "aws:kms",
              kmsMasterKeyId: this.context.keys.data.arn,
            },
            bucketKeyEnabled: true,
          },
        ],
      },
      { parent: this },
    );
    const versioned = new aws.s3.BucketVersioning(
      this.bucketName,
      { bucket, versioningConfiguration: { status: "Enabled" } },
      { parent: this },
    );
    new aws.s3.BucketLifecycleConfiguration(
      this.bucketName,
      {
        bucket,
        rules: [
          {
            id: "remove-old",
            status: "Enabled",
            filter: {},
            expiration: { days: expireDays },
            noncurrentVersionExpiration: { noncurrentDays },
            abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
          },
        ],
      },
      { parent: this, dependsOn: [versioned] },
    );
    return [encrypted, versioned];
  }

  private log(): void {
    const { accessLogs } = this.context;
    new aws.s3.BucketLogging(
      this.bucketName,
      {
        bucket: this.bucket.bucket,
        targetBucket: accessLogs.bucket.bucket,
        targetPrefix: `${BUCKET_LOGS}/${this.bucketName}/`,
      },
      { parent: this, dependsOn: [...accessLogs.ready] },
    );
  }
}
