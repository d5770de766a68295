import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { closeBucket, tlsOnly } from "./bucket-parts";
import { LOG_RETENTION_DAYS } from "./logs";
import { bucketPrefix } from "./names";
import { inAccount, policyDocument, type Conditions } from "./policy";

/** The prefix the load balancer writes under. */
export const LOAD_BALANCER_LOGS = "load-balancer";
/** The prefix of each bucket's own access log: `buckets/<name>/`. */
export const BUCKET_LOGS = "buckets";

export interface AccessLogsArgs {
  /** Starts the bucket's name; AWS makes it unique. */
  readonly prefix: string;
  /** The account whose buckets and load balancer write here, and no other's. */
  readonly accountId: string;
  /** Whether the bucket outlives a mistaken `down`. */
  readonly protect: boolean;
  /** Whether a load balancer writes here, beside the buckets of the region. */
  readonly loadBalancer: boolean;
}

/**
 * The bucket for access logs of the load balancer and of the other buckets. Neither service that writes here can use a
 * customer's own key, so the bucket is encrypted with S3's ("Enable access logs for your Application Load
 * Balancer", Elastic Load Balancing user guide; "Enabling Amazon S3 server access logging", S3 user guide).
 */
export class AwsAccessLogs extends pulumi.ComponentResource {
  readonly bucket: aws.s3.Bucket;
  /** Whatever logs here depends on these: before them AWS refuses the logging. */
  readonly ready: readonly pulumi.Resource[];

  constructor(
    private readonly componentName: string,
    private readonly args: AccessLogsArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    // Of no platform: an environment on a Docker host may keep its backups in S3, too. What was made under the former
    // type is protected, and is not made again.
    super(
      "mainstay:s3:AccessLogs",
      componentName,
      {},
      { ...opts, aliases: [{ type: "mainstay:aws:AccessLogs" }] },
    );
    const { prefix, protect } = args;
    this.bucket = new aws.s3.Bucket(
      componentName,
      { bucketPrefix: bucketPrefix(prefix, "logs"), forceDestroy: !protect },
      { parent: this, protect },
    );
    const versioning = this.keep();
    const closed = closeBucket(componentName, this.bucket, this);
    this.ready = [this.admit(closed), versioning];
    this.registerOutputs({});
  }

  private keep(): aws.s3.BucketVersioning {
    const { bucket } = this.bucket;
    new aws.s3.BucketServerSideEncryptionConfiguration(
      this.componentName,
      { bucket, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
      { parent: this },
    );
    const versioning = new aws.s3.BucketVersioning(
      this.componentName,
      { bucket, versioningConfiguration: { status: "Enabled" } },
      { parent: this },
    );
    const days = LOG_RETENTION_DAYS;
    new aws.s3.BucketLifecycleConfiguration(
      this.componentName,
      {
        bucket,
        rules: [
          {
            id: "remove-old-logs",
            status: "Enabled",
            filter: {},
            expiration: { days },
            noncurrentVersionExpiration: { noncurrentDays: 1 },
            abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
          },
        ],
      },
      { parent: this, dependsOn: [versioning] },
    );
    return versioning;
  }

  /** Lets the services in that write here, for this account. */
  private admit(closed: pulumi.Resource): aws.s3.BucketPolicy {
    const { accountId, loadBalancer } = this.args;
    const under = (path: string) => pulumi.interpolate`${this.bucket.arn}/${path}`;
    const write = (service: string, path: string, conditions: Conditions = {}) => ({
      principal: { services: [service] },
      actions: ["s3:PutObject"],
      resources: [under(path)],
      conditions,
    });
    return new aws.s3.BucketPolicy(
      this.componentName,
      {
        bucket: this.bucket.bucket,
        policy: policyDocument([
          tlsOnly(this.bucket),
          ...(loadBalancer
            ? [
                // The path holds the account: that a load balancer says for whom it writes is not documented.
                write(
                  "logdelivery.elasticloadbalancing.amazonaws.com",
                  `${LOAD_BALANCER_LOGS}/AWSLogs/${accountId}/*`,
                ),
              ]
            : []),
          write("logging.s3.amazonaws.com", `${BUCKET_LOGS}/*`, {
            ...inAccount(accountId),
            ArnLike: { "aws:SourceArn": "arn:aws:s3:::*" },
          }),
        ]),
      },
      { parent: this, dependsOn: [closed] },
    );
  }
}
