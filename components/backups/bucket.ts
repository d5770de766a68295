import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** How a backup bucket is kept. */
export interface BackupBucketArgs {
  /** Starts the bucket's name; AWS makes it unique. At most 37 characters. */
  readonly namePrefix: string;
  /** Nothing can be deleted before this, in days; deleted files are gone for good after as long again. */
  readonly retentionDays: number;
  /** Whether the bucket outlives a mistaken `down`. */
  readonly protect: boolean;
  /** The key it encrypts with, in its own region. */
  readonly keyArn: pulumi.Input<string>;
  /** Where it is written down who read and wrote it. @default nowhere */
  readonly accessLogs?: {
    readonly bucket: pulumi.Input<string>;
    readonly prefix: string;
    readonly ready: readonly pulumi.Resource[];
  };
}

/**
 * An S3 bucket for backups: encrypted with a given key, versioned, locked against deletion for the retention time,
 * closed to the public and to plain HTTP.
 */
export class BackupBucket extends pulumi.ComponentResource {
  readonly bucket: aws.s3.Bucket;
  /** Replication needs it on both sides. */
  readonly versioning: aws.s3.BucketVersioning;

  constructor(
    private readonly componentName: string,
    private readonly args: BackupBucketArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("mainstay:backups:Bucket", componentName, {}, opts);
    this.bucket = new aws.s3.Bucket(
      componentName,
      { bucketPrefix: args.namePrefix, objectLockEnabled: true, forceDestroy: !args.protect },
      { parent: this, protect: args.protect },
    );
    this.encryption();
    this.access();
    this.versioning = this.versions();
    this.lifecycle();
    this.logging();
    this.registerOutputs({});
  }

  private encryption(): void {
    new aws.s3.BucketServerSideEncryptionConfiguration(
      `${this.componentName}-encryption`,
      {
        bucket: this.bucket.bucket,
        rules: [
          {
            applyServerSideEncryptionByDefault: {
              sseAlgorithm: "aws:kms",
              kmsMasterKeyId: this.args.keyArn,
            },
            bucketKeyEnabled: true,
          },
        ],
      },
      { parent: this },
    );
  }

  /** One after the other: two changes of a bucket's access at once are refused by S3. */
  private access(): void {
    const { bucket, arn } = this.bucket;
    const closed = new aws.s3.BucketPublicAccessBlock(
      `${this.componentName}-public-access`,
      {
        bucket,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      { parent: this },
    );
    const owned = new aws.s3.BucketOwnershipControls(
      `${this.componentName}-ownership`,
      { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
      { parent: this, dependsOn: [closed] },
    );
    new aws.s3.BucketPolicy(
      `${this.componentName}-policy`,
      {
        bucket,
        policy: pulumi.jsonStringify({
          Version: "2012-10-17",
          Statement: [
            {
              Sid: "TlsOnly",
              Effect: "Deny",
              Principal: "*",
              Action: "s3:*",
              Resource: [arn, pulumi.interpolate`${arn}/*`],
              Condition: { Bool: { "aws:SecureTransport": "false" } },
            },
          ],
        }),
      },
      { parent: this, dependsOn: [owned] },
    );
  }

  private versions(): aws.s3.BucketVersioning {
    const { bucket } = this.bucket;
    const versioning = new aws.s3.BucketVersioning(
      `${this.componentName}-versioning`,
      { bucket, versioningConfiguration: { status: "Enabled" } },
      { parent: this },
    );
    new aws.s3.BucketObjectLockConfiguration(
      `${this.componentName}-lock`,
      { bucket, rule: { defaultRetention: { mode: "GOVERNANCE", days: this.args.retentionDays } } },
      { parent: this, dependsOn: [versioning] },
    );
    return versioning;
  }

  /**
   * A deleted file becomes an old version, and goes for good after the retention time again. Sooner would save
   * nothing: the lock keeps each version for as long from its making.
   */
  private lifecycle(): void {
    new aws.s3.BucketLifecycleConfiguration(
      `${this.componentName}-lifecycle`,
      {
        bucket: this.bucket.bucket,
        rules: [
          {
            id: "remove-old-versions",
            status: "Enabled",
            filter: {},
            noncurrentVersionExpiration: { noncurrentDays: this.args.retentionDays },
            abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
          },
          {
            id: "remove-delete-markers",
            status: "Enabled",
            filter: {},
            expiration: { expiredObjectDeleteMarker: true },
          },
        ],
      },
      { parent: this, dependsOn: [this.versioning] },
    );
  }

  private logging(): void {
    const { accessLogs } = this.args;
    if (!accessLogs) return;
    new aws.s3.BucketLogging(
      `${this.componentName}-logging`,
      { bucket: this.bucket.bucket, targetBucket: accessLogs.bucket, targetPrefix: accessLogs.prefix },
      { parent: this, dependsOn: [...accessLogs.ready] },
    );
  }
}
