import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { container } from "../docker/container";
import { labels, type DockerContext, type DockerKind } from "../docker/context";
import { Files } from "../docker/files";
import { lastingSecret } from "../docker/secrets";
import type { ScrapeTarget } from "../kind";
import type { Backups, BackupsArgs } from "./contract";

const PORT = 9560;
const BUCKET = "/bucket";

/** The backup runner in a container, and a volume as its bucket. */
export class DockerBackups extends pulumi.ComponentResource implements Backups {
  readonly bucket: pulumi.Output<string>;
  readonly scrape: readonly ScrapeTarget[] = [{ job: "backup", hosts: ["backups"], port: PORT, path: "/metrics" }];

  constructor(
    context: DockerContext,
    name: string,
    { network, database }: BackupsArgs<DockerKind>,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("mainstay:docker:Backups", name, {}, opts);
    const { environment } = context;
    const { backups } = environment;
    const bucket = new docker.Volume(
      `${name}-bucket`,
      { name: `${context.prefix}-${name}-bucket`, driver: "local", labels: labels(context, name) },
      { parent: this, protect: environment.protectData },
    );
    const secrets = new Files(
      context,
      `${name}-secrets`,
      {
        component: name,
        directory: "/run/secrets",
        files: {
          password: lastingSecret(`${name}-password`, 48, { parent: this, protect: environment.protectData }),
          "database-url": database.urls.backup ?? "",
          "database-authorities.pem": database.authorities,
        },
      },
      { parent: this },
    );
    container(
      context,
      name,
      {
        component: name,
        image: "backup",
        user: "1001:1001",
        env: {
          BACKUP_REPOSITORY: `${BUCKET}/restic`,
          BACKUP_PASSWORD_FILE: "/run/secrets/password",
          BACKUP_DATABASE_URL_FILE: "/run/secrets/database-url",
          DATABASE_CA_FILE: "/run/secrets/database-authorities.pem",
          BACKUP_FULL_SCHEDULE: backups.fullSchedule,
          BACKUP_EVENTS_SCHEDULE: backups.eventsSchedule,
          BACKUP_EVENT_TABLES: backups.eventTables.join(","),
          BACKUP_RETENTION_DAYS: String(backups.retentionDays),
          BACKUP_PORT: String(PORT),
        },
        memoryMiB: backups.memoryMiB,
        cpus: backups.cpus,
        networks: [{ network: network.tiers.data }, { network: network.tiers.telemetry }],
        data: [{ volume: bucket, target: BUCKET }],
        files: [secrets],
        tmpfs: { "/tmp": 32 },
        health: { command: ["node", "/backup/backup.cjs", "health"], startSeconds: 90 },
        processes: 512,
        stopSeconds: 60,
      },
      { parent: this, dependsOn: [database] },
    );
    this.bucket = bucket.name;
    this.registerOutputs({ bucket: this.bucket });
  }
}
