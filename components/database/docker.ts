import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { stringify } from "yaml";
import type { Authority } from "../docker/authority";
import { container } from "../docker/container";
import { httpHealth, operatorPort } from "../docker/container-parts";
import { labels, type DockerContext, type DockerKind } from "../docker/context";
import { Files } from "../docker/files";
import type { ScrapeTarget } from "../kind";
import type { Database, DatabaseArgs } from "./contract";
import { databaseUsers, rolesOptions, rolesSql } from "./roles";
import { EXPORTER_ARGUMENTS, hostBasedAccess, postgresConf, postgresSettings } from "./settings";
import { databaseLogins, ofEach, passwordsOf, type DatabaseLogin } from "./users";

const PORT = 5432;

/**
 * What the exporter asks beside its own questions. Newer versions know this one by `--collector.database_wraparound`;
 * in this form all of them do.
 */
const QUERIES = {
  pg_transaction_ids: {
    query: "SELECT max(age(datfrozenxid))::float8 AS used FROM pg_database",
    metrics: [{ used: { usage: "GAUGE", description: "Age of the oldest rows, in transactions" } }],
  },
};

/** PostgreSQL in a container, its exporter beside it. Owns the data volume, which outlives the containers. */
export class DockerDatabase extends pulumi.ComponentResource implements Database<DockerKind> {
  readonly host: pulumi.Output<string>;
  readonly port = PORT;
  readonly urls: Readonly<Record<string, pulumi.Output<string>>>;
  readonly authorities: pulumi.Output<string>;
  readonly targets: readonly ScrapeTarget[] = [
    { job: "postgres", hosts: ["database-exporter"], port: 9187, path: "/metrics" },
  ];

  constructor(
    context: DockerContext,
    authority: Authority,
    name: string,
    args: DatabaseArgs<DockerKind>,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("mainstay:docker:Database", name, {}, opts);
    const logins = databaseLogins(context.environment, name, { parent: this });
    const server = this.server(context, authority, name, args, logins);
    this.host = pulumi.output(name);
    this.authorities = authority.certificate;
    this.urls = this.connectionUrls(context, name, logins);
    this.exporter(context, name, args, logins, server);
    this.registerOutputs({ host: this.host, port: PORT });
  }

  private server(
    context: DockerContext,
    authority: Authority,
    name: string,
    { network }: DatabaseArgs<DockerKind>,
    logins: readonly DatabaseLogin[],
  ): docker.Container {
    const { environment } = context;
    const { database } = environment;
    const certificate = authority.issue(`${name}-server`, [name, "localhost"], { parent: this });
    const config = new Files(
      context,
      `${name}-config`,
      {
        component: name,
        directory: "/etc/postgresql",
        files: {
          "postgresql.conf": postgresConf(postgresSettings(environment)),
          "pg_hba.conf": hostBasedAccess(database.name, Object.keys(passwordsOf(logins)).sort()),
          "start.sh": readFileSync(join(__dirname, "start.sh"), "utf8"),
        },
      },
      { parent: this },
    );
    const secrets = new Files(
      context,
      `${name}-secrets`,
      {
        component: name,
        directory: "/run/secrets",
        files: {
          "roles.sql": pulumi
            .all(passwordsOf(logins))
            .apply((plain) => rolesSql(rolesOptions(environment), databaseUsers(plain))),
          "server.crt": certificate.chain,
          "server.key": certificate.key,
        },
      },
      { parent: this },
    );
    const data = new docker.Volume(
      `${name}-data`,
      { name: `${context.prefix}-${name}-data`, driver: "local", labels: labels(context, name) },
      { parent: this, protect: environment.protectData },
    );
    return container(
      context,
      name,
      {
        component: name,
        image: "postgres",
        user: "999:999",
        entrypoints: ["/bin/sh", "/etc/postgresql/start.sh"],
        command: [],
        memoryMiB: database.memoryMiB,
        cpus: database.cpus,
        networks: [network.tiers.database, network.tiers.operator],
        ports: [operatorPort(PORT, environment.operatorPorts.database)],
        data: [{ volume: data, target: "/var/lib/postgresql/data" }],
        files: [config, secrets],
        tmpfs: { "/run/postgresql": 1, "/tmp": 64 },
        shmMiB: Math.max(64, Math.floor(database.memoryMiB / 4)),
        health: {
          command: [
            "pg_isready",
            "--host=/run/postgresql",
            "--username=postgres",
            "--dbname=postgres",
            "--quiet",
          ],
          startSeconds: 60,
        },
        processes: database.maxConnections + 200,
        stopSeconds: 60,
      },
      { parent: this },
    );
  }

  private connectionUrls({ environment }: DockerContext, name: string, logins: readonly DatabaseLogin[]) {
    return ofEach(
      logins,
      ({ name: user, password }) =>
        pulumi.interpolate`postgresql://${user}:${password}@${name}:${PORT}/${environment.database.name}`,
    );
  }

  private exporter(
    context: DockerContext,
    name: string,
    { network }: DatabaseArgs<DockerKind>,
    logins: readonly DatabaseLogin[],
    server: docker.Container,
  ): void {
    const { environment } = context;
    const secrets = new Files(
      context,
      `${name}-exporter-secrets`,
      {
        component: name,
        directory: "/run/secrets",
        files: { password: passwordsOf(logins).exporter ?? "", "authority.pem": this.authorities },
      },
      { parent: this },
    );
    const queries = new Files(
      context,
      `${name}-exporter-config`,
      { component: name, directory: "/etc/exporter", files: { "queries.yaml": stringify(QUERIES) } },
      { parent: this },
    );
    // It gives up before the scrape does: that PostgreSQL does not answer has to be said while somebody listens.
    const query =
      "sslmode=verify-full&sslrootcert=/run/secrets/authority.pem&application_name=exporter&connect_timeout=1";
    container(
      context,
      `${name}-exporter`,
      {
        component: name,
        image: "postgres-exporter",
        user: "65534:65534",
        command: EXPORTER_ARGUMENTS,
        env: {
          DATA_SOURCE_URI: `${name}:${PORT}/${environment.database.name}?${query}`,
          DATA_SOURCE_USER: "exporter",
          DATA_SOURCE_PASS_FILE: "/run/secrets/password",
          PG_EXPORTER_EXTEND_QUERY_PATH: "/etc/exporter/queries.yaml",
        },
        ...environment.monitoring.exporter,
        // A scrape does not wait for long.
        lookUps: 1,
        networks: [network.tiers.database, network.tiers.telemetry],
        files: [secrets, queries],
        health: httpHealth(9187, "/"),
        processes: 1024,
      },
      { parent: this, dependsOn: [server] },
    );
  }
}
