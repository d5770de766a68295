import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { databaseAuthority } from "../../environment/aws-authorities";
import type { AwsContext } from "../aws/context";
import { FargateService } from "../aws/fargate";
import { imageOf } from "../aws/images";
import type { AwsKind, AwsSecret, AwsTarget } from "../aws/kind";
import { path } from "../aws/rules";
import { secret } from "../aws/secret";
import { generatedSecret, overlappingPasswords, servicesThatNeed, turnOf } from "../secrets";
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
import { DATABASE_USERS, type Database, type DatabaseArgs } from "./contract";
import { databaseUsers, rolesOptions, rolesSql } from "./roles";
import { EXPORTER_ARGUMENTS } from "./settings";

const EXPORTER_PORT = 9187;

/** Who may log in, and with what. */
interface DatabaseUser {
  /** Who is given it: a service, or one of DATABASE_USERS. None: what ran before has it still. */
  readonly of?: string;
  readonly name: string;
  readonly password: pulumi.Output<string>;
}

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
    const users = this.users();
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
    this.urls = this.connectionUrls(users);
    this.rolesSql = secret(
      context,
      `${componentName}-roles`,
      pulumi
        .all(Object.fromEntries(users.map(({ name, password }) => [name, password])))
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

  /**
   * PostgreSQL knows one password of a user, and a release leaves two in use for as long as it shifts requests, and
   * again if it is taken back. So a service has two users, which take turns; all others connect for a moment, or alone.
   */
  private users(): DatabaseUser[] {
    const { context, componentName: name } = this;
    const { environment } = context;
    const { secretGeneration: generation } = environment;
    const opts = { parent: this };
    const services = servicesThatNeed(environment, "database");
    const ofServices = Object.entries(overlappingPasswords(environment, name, services, opts));
    return [
      ...ofServices.flatMap(([of, { current, previous }]) => [
        { of, name: `${of}_${turnOf(generation)}`, password: current },
        { name: `${of}_${turnOf(generation - 1)}`, password: previous },
      ]),
      ...DATABASE_USERS.map((user) => ({
        of: user,
        name: user,
        password: generatedSecret(environment, `${name}-password-${user}`, 40, opts),
      })),
    ];
  }

  private connectionUrls(users: readonly DatabaseUser[]): Record<string, AwsSecret> {
    const { environment } = this.context;
    const url = ({ name, password }: DatabaseUser) =>
      pulumi.interpolate`postgresql://${name}:${password}@${this.host}:${PORT}/${environment.database.name}`;
    return Object.fromEntries(
      users.flatMap((user) =>
        user.of === undefined
          ? []
          : [
              [
                user.of,
                secret(this.context, `${this.componentName}-url-${user.of}`, url(user), { parent: this }),
              ],
            ],
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
