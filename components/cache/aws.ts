import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { cacheNode } from "../../environment/aws-sizes";
import type { AwsContext } from "../aws/context";
import { FargateService } from "../aws/fargate";
import { dailyWindow, sundayWindow } from "../aws/hours";
import { imageOf } from "../aws/images";
import type { AwsKind, AwsSecret, AwsTarget } from "../aws/kind";
import { logGroup } from "../aws/logs";
import { physicalName } from "../aws/names";
import { path } from "../aws/rules";
import { secret } from "../aws/secret";
import { overlappingPasswords, servicesThatNeed, type Overlapping } from "../secrets";
import { CACHE_USERS, ENGINE, userGroup } from "./aws-users";
import type { Cache, CacheArgs } from "./contract";
import { cacheSettings } from "./settings";

/** Another than the one every scanner tries. */
const PORT = 6380;
const EXPORTER_PORT = 9121;
/**
 * Valkey, because ElastiCache's Redis ends at 7.1 and costs a quarter more; 8.2 has the commands of the Redis 8.2
 * on Docker that are not of its modules.
 */
const VERSION = "8.2";
const FAMILY = "valkey8";
const LOGS = ["slow-log", "engine-log"] as const;
type Passwords = Readonly<Record<string, Overlapping>>;

/** A cache on ElastiCache and its exporter. Nothing in it is missed, so it may go when the environment does. */
export class AwsCache extends pulumi.ComponentResource implements Cache<AwsKind> {
  readonly host: pulumi.Output<string>;
  readonly port = PORT;
  readonly urls: Readonly<Record<string, AwsSecret>>;
  readonly targets: readonly AwsTarget[];

  constructor(
    private readonly context: AwsContext,
    private readonly componentName: string,
    private readonly args: CacheArgs<AwsKind>,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("mainstay:aws:Cache", componentName, {}, opts);
    const users = [...servicesThatNeed(context.environment, "cache"), ...CACHE_USERS];
    const passwords = overlappingPasswords(context.environment, componentName, users, { parent: this });
    const { securityGroup, ways } = this.access();
    const group = this.replicationGroup(passwords, securityGroup);
    this.host = group.primaryEndpointAddress;
    this.urls = this.connectionUrls(passwords);
    const exporter = this.exporter([group, ...ways], passwords);
    this.targets = [{ kind: "cache", nodes: this.nodes(group) }, exporter.target];
    this.registerOutputs({ host: this.host, port: PORT });
  }

  /** One node that is written to, and replicas; with a stand-by in another zone there are two or more. */
  private get nodeCount(): number {
    const { cache, aws: account } = this.context.environment;
    return 1 + Math.max(cache.replicas, account.multiZone ? 1 : 0);
  }

  private replicationGroup(
    passwords: Passwords,
    securityGroup: aws.ec2.SecurityGroup,
  ): aws.elasticache.ReplicationGroup {
    const { context, componentName: name, nodeCount } = this;
    const { environment, keys, prefix } = context;
    const logs = this.logGroups();
    return new aws.elasticache.ReplicationGroup(
      name,
      {
        replicationGroupId: physicalName("replicationGroup", prefix, name),
        description: `Cache of ${prefix}`,
        engine: ENGINE,
        engineVersion: VERSION,
        autoMinorVersionUpgrade: true,
        applyImmediately: true,
        nodeType: cacheNode(environment.cache)?.name ?? "",
        parameterGroupName: this.parameters().name,

        port: PORT,
        subnetGroupName: this.subnets().name,
        securityGroupIds: [securityGroup.id],

        numCacheClusters: nodeCount,
        automaticFailoverEnabled: nodeCount > 1,
        multiAzEnabled: nodeCount > 1,

        transitEncryptionEnabled: true,
        atRestEncryptionEnabled: true,
        kmsKeyId: keys.data.arn,
        userGroupIds: [userGroup(context, name, passwords, this).userGroupId],

        snapshotRetentionLimit: 7,
        snapshotWindow: dailyWindow(environment, 4),
        maintenanceWindow: sundayWindow(environment, 6),
        logDeliveryConfigurations: LOGS.map((log) => ({
          logType: log,
          logFormat: "json",
          destinationType: "cloudwatch-logs",
          destination: logs[log].name,
        })),
      },
      { parent: this, dependsOn: Object.values(logs), customTimeouts: TIMEOUTS },
    );
  }

  /** Under this name one policy of the account admits all, and ElastiCache need not write one for each. */
  private logGroups(): Record<(typeof LOGS)[number], aws.cloudwatch.LogGroup> {
    const { context, componentName: name } = this;
    const group = (log: string) =>
      logGroup(
        context,
        `${name}-${log}`,
        { parent: this },
        `/aws/vendedlogs/elasticache/mainstay/${context.environment.name}/${name}/${log}`,
      );
    return { "slow-log": group("slow-log"), "engine-log": group("engine-log") };
  }

  private parameters(): aws.elasticache.ParameterGroup {
    const { environment, prefix } = this.context;
    // Of the node's memory, as much is left to the engine and to replicas as on a Docker host.
    const reserved = String(100 - environment.cache.maxMemoryPercent);
    const settings = { ...cacheSettings(environment), "reserved-memory-percent": reserved };
    return new aws.elasticache.ParameterGroup(
      `${this.componentName}-${FAMILY}`,
      {
        name: `${prefix}-${this.componentName}-${FAMILY}`,
        family: FAMILY,
        description: "Cache of Mainstay",
        parameters: Object.entries(settings).map(([name, value]) => ({ name, value })),
      },
      { parent: this },
    );
  }

  private subnets(): aws.elasticache.SubnetGroup {
    return new aws.elasticache.SubnetGroup(
      this.componentName,
      {
        name: `${this.context.prefix}-${this.componentName}`,
        description: "Subnets without a route out",
        subnetIds: [...this.args.network.tiers.cache.isolatedSubnetIds],
      },
      { parent: this },
    );
  }

  /** Its security group, and the rules by which its clients get there. */
  private access(): { securityGroup: aws.ec2.SecurityGroup; ways: pulumi.Resource[] } {
    const { context, componentName: name } = this;
    const { cache: clients } = this.args.network.tiers;
    const securityGroup = new aws.ec2.SecurityGroup(
      name,
      { vpcId: clients.vpcId, description: "Cache", tags: { Name: `${context.prefix}-${name}` } },
      { parent: this },
    );
    const ways = path(
      `${name}-clients`,
      clients.securityGroupId,
      securityGroup.id,
      PORT,
      "Clients of the cache",
      this,
    );
    return { securityGroup, ways };
  }

  private connectionUrls(passwords: Passwords): Record<string, AwsSecret> {
    const url = (user: string, password: pulumi.Output<string>) =>
      pulumi.interpolate`rediss://${user}:${password}@${this.host}:${PORT}`;
    const services = Object.entries(passwords).filter(
      ([user]) => !CACHE_USERS.some((fixed) => fixed === user),
    );
    return Object.fromEntries(
      services.map(([user, { current }]) => [
        user,
        secret(this.context, `${this.componentName}-url-${user}`, url(user, current), { parent: this }),
      ]),
    );
  }

  /** CloudWatch knows nodes by names that ElastiCache makes in the order of their making. */
  private nodes(group: aws.elasticache.ReplicationGroup): pulumi.Output<string>[] {
    return Array.from(
      { length: this.nodeCount },
      (_, index) => pulumi.interpolate`${group.id}-${String(index + 1).padStart(3, "0")}`,
    );
  }

  private exporter(waitsFor: readonly pulumi.Resource[], passwords: Passwords): FargateService {
    const { context, componentName: component } = this;
    const { cache: clients, telemetry } = this.args.network.tiers;
    const name = `${component}-exporter`;
    const container = {
      name: "exporter",
      image: imageOf(context, "redis-exporter"),
      user: "59000:59000",
      ...context.environment.monitoring.exporter,
      environment: {
        REDIS_ADDR: pulumi.interpolate`rediss://${this.host}:${PORT}`,
        REDIS_USER: "exporter",
        // ElastiCache lets nobody read its configuration.
        REDIS_EXPORTER_CONFIG_COMMAND: "-",
      },
      secrets: {
        REDIS_PASSWORD: secret(context, `${name}-password`, passwords.exporter?.current ?? "", {
          parent: this,
        }),
      },
      health: ["wget", "-q", "-O", "/dev/null", `http://127.0.0.1:${EXPORTER_PORT}/health`],
    };
    return new FargateService(
      context,
      name,
      {
        component,
        containers: [container],
        tiers: [clients, telemetry],
        replicas: 1,
        scrape: { job: "redis", port: EXPORTER_PORT, path: "/metrics" },
        waitsFor,
      },
      { parent: this },
    );
  }
}

/** Nodes are made and replaced one after the other. */
const TIMEOUTS = { create: "60m", update: "120m", delete: "60m" };
