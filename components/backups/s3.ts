import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { AwsAccessLogs, BUCKET_LOGS } from "../aws/access-logs";
import { bucketPrefix } from "../aws/names";
import { BackupBucket, type BackupBucketArgs } from "./bucket";

export interface S3BackupBucketArgs extends Pick<BackupBucketArgs, "retentionDays" | "protect"> {
  /** Starts the names of both buckets; AWS makes them unique. */
  readonly prefix: string;
  /** The account they are in. */
  readonly accountId: string;
}

/**
 * A bucket on S3 for the backups of an environment that runs elsewhere: with a key of its own, a user who may write
 * and read backups, but not remove a version of one, and another bucket that holds who read and wrote what.
 */
export class S3BackupBucket extends pulumi.ComponentResource {
  readonly bucket: pulumi.Output<string>;
  /** The writer's credentials, as the variables AWS's tools know. */
  readonly credentials: pulumi.Output<string>;

  constructor(
    private readonly componentName: string,
    { prefix, accountId, retentionDays, protect }: S3BackupBucketArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("mainstay:backups:S3Bucket", componentName, {}, opts);
    const key = this.key(protect);
    const logs = new AwsAccessLogs(
      `${componentName}-access-logs`,
      { prefix, accountId, protect, loadBalancer: false },
      { parent: this },
    );
    const { bucket } = new BackupBucket(
      componentName,
      {
        namePrefix: bucketPrefix(prefix, "backups"),
        retentionDays,
        protect,
        keyArn: key.arn,
        accessLogs: {
          bucket: logs.bucket.bucket,
          prefix: `${BUCKET_LOGS}/${componentName}/`,
          ready: logs.ready,
        },
      },
      { parent: this },
    );
    this.bucket = bucket.bucket;
    this.credentials = this.writer(bucket, key);
    this.registerOutputs({ bucket: this.bucket });
  }

  private key(protect: boolean): aws.kms.Key {
    return new aws.kms.Key(
      `${this.componentName}-key`,
      { description: "Encrypts the backups of Mainstay", enableKeyRotation: true, deletionWindowInDays: 30 },
      { parent: this, protect },
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
