import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** How a backup bucket is kept. */
export interface BackupBucketArgs {
  /** Starts the bucket's name; AWS makes it unique. At most 37 characters. */
  readonly namePrefix: string;
  /** Nothing can be deleted before this, in days; deleted files are gone for good after as long again. */
  readonly retentionDays: number;
  /** Whether the bucket and its key outlive a mistaken `down`. */
  readonly protect: boolean;
}

/**
 * An S3 bucket for backups: encrypted with a key of its own, versioned, locked against deletion for the
 * retention time, closed to the public and to plain HTTP; and a user who may write and read backups, but not
 * remove a version of one.
 */
export class S3BackupBucket extends pulumi.ComponentResource {
  readonly bucket: pulumi.Output<string>;
  /** The writer's credentials, as the variables AWS's tools know. */
  readonly credentials: pulumi.Output<string>;

  constructor(
    private readonly componentName: string,
    private readonly args: BackupBucketArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("mainstay:backups:S3Bucket", componentName, {}, opts);
    const key = this.key();
    const bucket = this.lockedBucket();
    this.encryption(bucket, key);
    this.access(bucket);
    this.lifecycle(bucket);
    this.bucket = bucket.bucket;
    this.credentials = this.writer(bucket, key);
    this.registerOutputs({ bucket: this.bucket });
  }

  private key(): aws.kms.Key {
    const key = new aws.kms.Key(
      `${this.componentName}-key`,
      { description: "Encrypts the backups of Mainstay", enableKeyRotation: true, deletionWindowInDays: 30 },
      { parent: this, protect: this.args.protect },
    );
    return key;
  }

  private lockedBucket(): aws.s3.Bucket {
    return new aws.s3.Bucket(
      this.componentName,
      { bucketPrefix: this.args.namePrefix, objectLockEnabled: true, forceDestroy: false },
      { parent: this, protect: this.args.protect },
    );
  }

  private encryption(bucket: aws.s3.Bucket, key: aws.kms.Key): void {
    new aws.s3.BucketServerSideEncryptionConfiguration(
      `${this.componentName}-encryption`,
      {
        bucket: bucket.bucket,
        rules: [
          {
            applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.arn },
            bucketKeyEnabled: true,
          },
        ],
      },
      { parent: this },
    );
  }

  private access(bucket: aws.s3.Bucket): void {
    const closed = new aws.s3.BucketPublicAccessBlock(
      `${this.componentName}-public-access`,
      {
        bucket: bucket.bucket,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      { parent: this },
    );
    new aws.s3.BucketOwnershipControls(
      `${this.componentName}-ownership`,
      { bucket: bucket.bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
      { parent: this },
    );
    new aws.s3.BucketPolicy(
      `${this.componentName}-policy`,
      {
        bucket: bucket.bucket,
        policy: pulumi.jsonStringify({
          Version: "2012-10-17",
          Statement: [
            {
              Sid: "TlsOnly",
              Effect: "Deny",
              Principal: "*",
              Action: "s3:*",
              Resource: [bucket.arn, pulumi.interpolate`${bucket.arn}/*`],
              Condition: { Bool: { "aws:SecureTransport": "false" } },
            },
          ],
        }),
      },
      // Two changes of a bucket's access at once are refused by S3.
      { parent: this, dependsOn: [closed] },
    );
  }

  private lifecycle(bucket: aws.s3.Bucket): void {
    const { retentionDays } = this.args;
    const versioning = new aws.s3.BucketVersioning(
      `${this.componentName}-versioning`,
      { bucket: bucket.bucket, versioningConfiguration: { status: "Enabled" } },
      { parent: this },
    );
    new aws.s3.BucketObjectLockConfiguration(
      `${this.componentName}-lock`,
      { bucket: bucket.bucket, rule: { defaultRetention: { mode: "GOVERNANCE", days: retentionDays } } },
      { parent: this, dependsOn: [versioning] },
    );
    new aws.s3.BucketLifecycleConfiguration(
      `${this.componentName}-lifecycle`,
      {
        bucket: bucket.bucket,
        rules: [
          {
            id: "remove-old-versions",
            status: "Enabled",
            filter: {},
            noncurrentVersionExpiration: { noncurrentDays: retentionDays },
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
      { parent: this, dependsOn: [versioning] },
    );
  }

  /** A Docker host outside AWS has no role to take, so the runner gets a user with a key. */
  private writer(bucket: aws.s3.Bucket, key: aws.kms.Key): pulumi.Output<string> {
    const user = new aws.iam.User(`${this.componentName}-writer`, { path: "/mainstay/" }, { parent: this });
    new aws.iam.UserPolicy(
      `${this.componentName}-writer`,
      {
        user: user.name,
        policy: pulumi.jsonStringify({
          Version: "2012-10-17",
          Statement: [
            { Effect: "Allow", Action: ["s3:ListBucket", "s3:GetBucketLocation"], Resource: bucket.arn },
            {
              Effect: "Allow",
              Action: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
              Resource: pulumi.interpolate`${bucket.arn}/*`,
            },
            { Effect: "Allow", Action: ["kms:Decrypt", "kms:GenerateDataKey"], Resource: key.arn },
          ],
        }),
      },
      { parent: this },
    );
    const access = new aws.iam.AccessKey(
      `${this.componentName}-writer`,
      { user: user.name },
      { parent: this },
    );
    return pulumi.secret(
      pulumi.interpolate`AWS_ACCESS_KEY_ID=${access.id}\nAWS_SECRET_ACCESS_KEY=${access.secret}\n`,
    );
  }
}
