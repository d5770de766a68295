import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { BUCKET_LOGS } from "../aws/access-logs";
import type { AwsContext } from "../aws/context";
import { FargateService } from "../aws/fargate";
import { imageOf } from "../aws/images";
import type { AwsKind, AwsTarget } from "../aws/kind";
import { bucketPrefix } from "../aws/names";
import { secret } from "../aws/secret";
import { lastingSecret } from "../secrets";
import { replicate, runnerPermissions } from "./aws-bucket";
import { BackupCopies } from "./aws-copies";
import { restoreTest } from "./aws-restore-test";
import { backupRole, lockedVault, plan } from "./aws-vault";
import { BackupBucket } from "./bucket";
import type { Backups, BackupsArgs } from "./contract";
import { DRILL_DIRECTORY, PORT, runnerSettings } from "./runner";

/**
 * Backups twice over: the runner's own, encrypted and verified, in a bucket, as on Docker; and AWS Backup's of the
 * whole instance in a vault. Each is restored to prove it: the first by the runner's drills, the second by AWS Backup.
 */
export class AwsBackups extends pulumi.ComponentResource implements Backups<AwsKind> {
  readonly bucket: pulumi.Output<string>;
  readonly targets: readonly AwsTarget[];

  constructor(
    private readonly context: AwsContext,
    private readonly componentName: string,
    private readonly args: BackupsArgs<AwsKind>,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("mainstay:aws:Backups", componentName, {}, opts);
    const { copyRegion } = context.environment.aws;
    const copies =
      copyRegion === undefined
        ? undefined
        : new BackupCopies(context, "copies", copyRegion, { parent: this });
    const bucket = this.ownBucket();
    if (copies && copyRegion !== undefined)
      replicate(context, componentName, bucket, { ...copies, region: copyRegion }, this);
    const { vault, trials } = this.vault(copies);
    const runner = this.runner(bucket);
    this.bucket = bucket.bucket.bucket;
    this.targets = [runner.target, { kind: "backups", vault: vault.name, trials: trials.arn }];
    this.registerOutputs({ bucket: this.bucket });
  }

  private ownBucket(): BackupBucket {
    const { context, componentName: name } = this;
    const { environment, keys, accessLogs } = context;
    return new BackupBucket(
      `${name}-bucket`,
      {
        namePrefix: bucketPrefix(context.prefix, name),
        retentionDays: environment.backups.retentionDays,
        protect: environment.protectData,
        keyArn: keys.data.arn,
        accessLogs: {
          bucket: accessLogs.bucket.bucket,
          prefix: `${BUCKET_LOGS}/${name}/`,
          ready: accessLogs.ready,
        },
      },
      { parent: this },
    );
  }

  private vault(copies: BackupCopies | undefined) {
    const { context, componentName: name, args } = this;
    const { database } = args;
    const keys = [context.keys.data.arn, ...(copies ? [copies.key.arn] : [])];
    const role = backupRole(context, name, keys, this);
    const locked = lockedVault(context, `${name}-vault`, context.keys.data.arn, this);
    const daily = plan(context, name, locked, copies?.vault, this);
    new aws.backup.Selection(
      `${name}-database`,
      {
        name: "database",
        planId: daily.id,
        iamRoleArn: role.role.arn,
        resources: [database.instanceArn],
      },
      { parent: this, dependsOn: [...role.ready] },
    );
    const trials = restoreTest(context, name, locked.vault, role, database, this);
    return { vault: locked.vault, trials };
  }

  private runner(bucket: BackupBucket): FargateService {
    const { context, componentName: component, args } = this;
    const { environment } = context;
    const { backups } = environment;
    const { network, database, app } = args;
    const password = lastingSecret(`${component}-password`, 48, {
      parent: this,
      protect: environment.protectData,
    });
    const url = database.urls.backup;
    if (url === undefined) throw new Error("the database has no user backup");
    const live = `fetch("http://127.0.0.1:${PORT}/health/live").then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))`;
    const container = {
      name: "runner",
      image: imageOf(context, "backup"),
      user: "10050:10050",
      entryPoint: ["/bin/sh", "-c"],
      command: [readFileSync(join(__dirname, "start.sh"), "utf8")],
      memoryMiB: backups.memoryMiB,
      cpus: backups.cpus,
      environment: {
        BACKUP_REPOSITORY: pulumi.interpolate`s3:https://s3.${environment.aws.region}.amazonaws.com/${bucket.bucket.bucket}/restic`,
        ...runnerSettings(environment),
        AWS_DEFAULT_REGION: environment.aws.region,
        AUTHORITIES: database.authorities,
      },
      secrets: {
        PASSWORD: secret(context, `${component}-password`, password, {
          parent: this,
          protect: environment.protectData,
        }),
        DATABASE_URL: url,
      },
      mounts: [
        { volume: "tmp", path: "/tmp" },
        { volume: "drill", path: DRILL_DIRECTORY },
      ],
      // Alive, not fresh: a task that is replaced in the middle of its backup never gets one done.
      health: ["node", "-e", live],
      stopSeconds: 60,
    };
    return new FargateService(
      context,
      component,
      {
        component,
        containers: [container],
        tiers: [network.tiers.database, network.tiers.telemetry],
        permissions: runnerPermissions(bucket, context),
        replicas: 1,
        diskGiB: backups.drillGiB,
        scrape: { job: "backup", port: PORT, path: "/metrics" },
        waitsFor: [database, app],
      },
      { parent: this },
    );
  }
}
