import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { databaseAuthority } from "../../environment/aws-authorities";
import type { AwsContext } from "../aws/context";
import { FargateService } from "../aws/fargate";
import { imageOf } from "../aws/images";
import type { AwsKind, AwsSecret, AwsTarget } from "../aws/kind";
import { path } from "../aws/rules";
import { secret } from "../aws/secret";
import { generatedSecret } from "../secrets";
import { authoritiesFile } from "./aws-authorities";
import {
  MASTER,
  monitoringRole,
  parameterGroup,
  PORT,
  primary,
  replica,
  type MasterPassword,
  type Surroundings,
} from "./aws-instance";
import type { DATABASE_USERS, Database, DatabaseArgs } from "./contract";
import { databaseUsers, rolesOptions, rolesSql } from "./roles";
import { EXPORTER_ARGUMENTS } from "./settings";
import { databaseLogins, ofEach, passwordsOf, type DatabaseLogin } from "./users";

const EXPORTER_PORT = 9187;

/** PostgreSQL on RDS, its read replicas and its exporter. The users are made by the app's migration. */
export class AwsDatabase extends pulumi.ComponentResource implements Database<AwsKind> {
  readonly host: pulumi.Output<string>;
  readonly port = PORT;
  readonly urls: Readonly<Record<string, AwsSecret>>;
  readonly authorities: pulumi.Output<string>;
  readonly masterSecretArn: pulumi.Output<string>;
  readonly rolesSql: AwsSecret;
  readonly instanceArn: pulumi.Output<string>;
  readonly subnetGroup: pulumi.Output<string>;
  readonly securityGroupId: pulumi.Output<string>;
  readonly targets: readonly AwsTarget[];

  constructor(
    private readonly context: AwsContext,
    private readonly componentName: string,
    private readonly args: DatabaseArgs<AwsKind>,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("mainstay:aws:Database", componentName, {}, opts);
    const { environment } = context;
    const logins = databaseLogins(environment, componentName, { parent: this });
    const surroundings = this.surroundings();
    const master = this.masterPassword();
    const instance = primary(context, componentName, surroundings, master, this);
    const replicas = this.replicas(instance, surroundings);

    this.host = instance.address;
    this.instanceArn = instance.arn;
    this.subnetGroup = surroundings.subnets.name;
    this.securityGroupId = surroundings.group.id;
    this.authorities = pulumi.output(databaseAuthority(environment.aws.region) ?? "");
    this.masterSecretArn = this.masterSecret(instance, master);
    this.urls = this.connectionUrls(logins);
    this.rolesSql = secret(
      context,
      `${componentName}-roles`,
      pulumi
        .all(passwordsOf(logins))
        .apply((plain) => rolesSql(rolesOptions(environment), databaseUsers(plain))),
      { parent: this },
    );
    const exporter = this.exporter([instance, ...surroundings.ways]);
    const ids = replicas.map(({ identifier }) => identifier);
    this.targets = [{ kind: "database", instance: instance.identifier, replicas: ids }, exporter.target];
    this.registerOutputs({ host: this.host, port: PORT });
  }

  private surroundings(): Surroundings {
    const { context, componentName: name, args } = this;
    const { database: clients } = args.network.tiers;
    const group = new aws.ec2.SecurityGroup(
      name,
      { vpcId: clients.vpcId, description: "PostgreSQL", tags: { Name: `${context.prefix}-${name}` } },
      { parent: this },
    );
    const ways = path(
      `${name}-clients`,
      clients.securityGroupId,
      group.id,
      PORT,
      "Clients of PostgreSQL",
      this,
    );
    const subnets = new aws.rds.SubnetGroup(
      name,
      {
        namePrefix: `${context.prefix}-${name}-`,
        description: "Subnets without a route out",
        subnetIds: [...clients.isolatedSubnetIds],
      },
      { parent: this },
    );
    return {
      group,
      ways,
      subnets,
      parameters: parameterGroup(context, name, this),
      monitoring: monitoringRole(context, name, this),
    };
  }

  /** RDS keeps and rotates the administrator's password, but allows no replicas of a database where it does. */
  private masterPassword(): MasterPassword {
    const { environment } = this.context;
    if (environment.database.readReplicas === 0) return { managed: true };
    const name = `${this.componentName}-password-${MASTER}`;
    return { password: generatedSecret(environment, name, 40, { parent: this }) };
  }

  private masterSecret(instance: aws.rds.Instance, master: MasterPassword): pulumi.Output<string> {
    if ("managed" in master) return instance.masterUserSecrets.apply((made) => made[0]?.secretArn ?? "");
    const value = pulumi.jsonStringify({ username: MASTER, password: master.password });
    return secret(this.context, `${this.componentName}-master`, value, { parent: this }).arn;
  }

  private replicas(source: aws.rds.Instance, surroundings: Surroundings): aws.rds.Instance[] {
    const count = this.context.environment.database.readReplicas;
    return Array.from({ length: count }, (_, index) =>
      replica(this.context, `${this.componentName}-replica-${index + 1}`, source, surroundings, this),
    );
  }

  private connectionUrls(logins: readonly DatabaseLogin[]): Record<string, AwsSecret> {
    const { context, componentName: component } = this;
    const { name: database } = context.environment.database;
    return ofEach(logins, ({ name, password }, of) =>
      secret(
        context,
        `${component}-url-${of}`,
        pulumi.interpolate`postgresql://${name}:${password}@${this.host}:${PORT}/${database}`,
        { parent: this },
      ),
    );
  }

  private exporter(waitsFor: readonly pulumi.Resource[]): FargateService {
    const { context, componentName: component, args } = this;
    const { database: clients, telemetry } = args.network.tiers;
    const authorities = authoritiesFile(context, this.authorities);
    const container = {
      name: "exporter",
      image: imageOf(context, "postgres-exporter"),
      command: EXPORTER_ARGUMENTS,
      user: "65534:65534",
      ...context.environment.monitoring.exporter,
      environment: { PGSSLMODE: "verify-full", PGSSLROOTCERT: authorities.path, PGAPPNAME: "exporter" },
      secrets: { DATA_SOURCE_NAME: this.url("exporter") },
      mounts: [authorities.mount],
      after: [authorities.writer.name],
      health: ["wget", "-q", "-O", "/dev/null", `http://127.0.0.1:${EXPORTER_PORT}/`],
    };
    return new FargateService(
      context,
      `${component}-exporter`,
      {
        component,
        containers: [authorities.writer, container],
        tiers: [clients, telemetry],
        replicas: 1,
        scrape: { job: "postgres", port: EXPORTER_PORT, path: "/metrics" },
        waitsFor,
      },
      { parent: this },
    );
  }

  private url(user: (typeof DATABASE_USERS)[number]): AwsSecret {
    const found = this.urls[user];
    if (found === undefined) throw new Error(`the database has no user ${user}`);
    return found;
  }
}
