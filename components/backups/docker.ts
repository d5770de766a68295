import * as aws from "@pulumi/aws";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { DockerEnvironment } from "../../environment/environment";
import { container, type ContainerArgs } from "../docker/container";
import { labels, SCRATCH, type Bridge, type DockerContext, type DockerKind } from "../docker/context";
import { Files } from "../docker/files";
import { lastingSecret } from "../secrets";
import type { ScrapeTarget } from "../kind";
import type { Backups, BackupsArgs } from "./contract";
import { DRILL_DIRECTORY, PORT, runnerSettings } from "./runner";
import { S3BackupBucket } from "./s3";

const VOLUME_DIRECTORY = "/bucket";

type S3Place = Extract<DockerEnvironment["backups"]["bucket"], { readonly kind: "s3" }>;

/** What the runner needs of its bucket, whatever kind it is. */
interface Bucket {
  readonly name: pulumi.Output<string>;
  /** The restic repository in it. */
  readonly repository: pulumi.Input<string>;
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, pulumi.Output<string>>>;
  readonly data: NonNullable<ContainerArgs["data"]>;
  /** Networks it is reached over. */
  readonly networks: readonly Bridge[];
}

/** The backup runner in a container, and the bucket it writes to. */
export class DockerBackups extends pulumi.ComponentResource implements Backups<DockerKind> {
  readonly bucket: pulumi.Output<string>;
  readonly targets: readonly ScrapeTarget[] = [
    { job: "backup", hosts: ["backups"], port: PORT, path: "/metrics" },
  ];

  constructor(
    private readonly context: DockerContext,
    private readonly componentName: string,
    private readonly args: BackupsArgs<DockerKind>,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("mainstay:docker:Backups", componentName, {}, opts);
    const { bucket } = context.environment.backups;
    const place = bucket.kind === "volume" ? this.volume() : this.s3(bucket);
    this.runner(place);
    this.bucket = place.name;
    this.registerOutputs({ bucket: this.bucket });
  }

  private volume(): Bucket {
    const name = `${this.componentName}-bucket`;
    const volume = new docker.Volume(
      name,
      {
        name: `${this.context.prefix}-${name}`,
        driver: "local",
        labels: labels(this.context, this.componentName),
      },
      { parent: this, protect: this.context.environment.protectData },
    );
    return {
      name: volume.name,
      repository: `${VOLUME_DIRECTORY}/restic`,
      env: {},
      secrets: {},
      data: [{ volume, target: VOLUME_DIRECTORY }],
      networks: [],
    };
  }

  private s3({ region, accountId }: S3Place): Bucket {
    const { environment, prefix } = this.context;
    const provider = new aws.Provider(
      "aws",
      {
        region: region as aws.Region,
        allowedAccountIds: [accountId],
        defaultTags: { tags: { "mainstay:environment": environment.name } },
      },
      { parent: this },
    );
    const { bucket, credentials } = new S3BackupBucket(
      `${this.componentName}-bucket`,
      {
        prefix,
        accountId,
        retentionDays: environment.backups.retentionDays,
        protect: environment.protectData,
      },
      { parent: this, providers: [provider] },
    );
    return {
      name: bucket,
      repository: pulumi.interpolate`s3:https://s3.${region}.amazonaws.com/${bucket}/restic`,
      env: { AWS_DEFAULT_REGION: region, BACKUP_CREDENTIALS_FILE: "/run/secrets/aws-credentials" },
      secrets: { "aws-credentials": credentials },
      data: [],
      networks: [this.args.network.tiers.egress],
    };
  }

  /** Room to restore a backup in, which is empty but for a drill. */
  private drillDisk(): docker.Volume {
    const name = `${this.componentName}-drill`;
    return new docker.Volume(
      name,
      {
        name: `${this.context.prefix}-${name}`,
        driver: "local",
        labels: labels(this.context, this.componentName, SCRATCH),
      },
      { parent: this },
    );
  }

  private runner(bucket: Bucket): void {
    const { environment } = this.context;
    const { backups } = environment;
    const { network, database, app } = this.args;
    const secrets = new Files(
      this.context,
      `${this.componentName}-secrets`,
      {
        component: this.componentName,
        directory: "/run/secrets",
        files: {
          password: lastingSecret(`${this.componentName}-password`, 48, {
            parent: this,
            protect: environment.protectData,
          }),
          "database-url": database.urls.backup ?? "",
          "database-authorities.pem": database.authorities,
          ...bucket.secrets,
        },
      },
      { parent: this },
    );
    container(
      this.context,
      this.componentName,
      {
        component: this.componentName,
        image: "backup",
        user: "10050:10050",
        env: {
          BACKUP_REPOSITORY: bucket.repository,
          BACKUP_PASSWORD_FILE: "/run/secrets/password",
          BACKUP_DATABASE_URL_FILE: "/run/secrets/database-url",
          DATABASE_CA_FILE: "/run/secrets/database-authorities.pem",
          ...runnerSettings(environment),
          ...bucket.env,
        },
        memoryMiB: backups.memoryMiB,
        cpus: backups.cpus,
        networks: [network.tiers.database, network.tiers.telemetry, ...bucket.networks],
        data: [...bucket.data, { volume: this.drillDisk(), target: DRILL_DIRECTORY }],
        files: [secrets],
        tmpfs: { "/tmp": 64 },
        health: { command: ["node", "/backup/backup.cjs", "health"] },
        processes: 512,
        stopSeconds: 60,
      },
      { parent: this, dependsOn: [database, app] },
    );
  }
}
