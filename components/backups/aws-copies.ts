import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { AwsAccessLogs, BUCKET_LOGS } from "../aws/access-logs";
import type { AwsContext } from "../aws/context";
import { accountDecides } from "../aws/keys";
import { bucketPrefix } from "../aws/names";
import { policyDocument } from "../aws/policy";
import { providerIn } from "../aws/provider";
import { lockedVault } from "./aws-vault";
import { BackupBucket } from "./bucket";

/**
 * Where backups are copied to: another region, with a key, a bucket and a vault of its own, so that nothing there
 * depends on the region that may be lost.
 */
export class BackupCopies extends pulumi.ComponentResource {
  readonly key: aws.kms.Key;
  readonly bucket: BackupBucket;
  readonly vault: aws.backup.Vault;

  /** @param region not the environment's own */
  constructor(context: AwsContext, name: string, region: string, opts: pulumi.ComponentResourceOptions) {
    const provider = providerIn(context.environment, name, region, opts.parent);
    super("mainstay:aws:BackupCopies", name, {}, { ...opts, providers: [provider] });
    const { environment } = context;
    const { retentionDays } = environment.backups;
    this.key = new aws.kms.Key(
      name,
      {
        description: "Encrypts copies of backups",
        enableKeyRotation: true,
        deletionWindowInDays: 30,
        policy: policyDocument([accountDecides(environment)]),
      },
      { parent: this, protect: environment.protectData },
    );
    const logs = new AwsAccessLogs(
      `${name}-access-logs`,
      {
        prefix: context.prefix,
        accountId: environment.aws.accountId,
        protect: environment.protectData,
        loadBalancer: false,
      },
      { parent: this },
    );
    this.bucket = new BackupBucket(
      `${name}-bucket`,
      {
        namePrefix: bucketPrefix(context.prefix, "copies"),
        retentionDays,
        protect: environment.protectData,
        keyArn: this.key.arn,
        accessLogs: { bucket: logs.bucket.bucket, prefix: `${BUCKET_LOGS}/${name}/`, ready: logs.ready },
      },
      { parent: this },
    );
    this.vault = lockedVault(context, `${name}-vault`, this.key.arn, this).vault;
    this.registerOutputs({});
  }
}
