import { beforeAll, describe, expect, test } from "vitest";
import { accessString } from "../../../components/cache/settings";
import type { Graph } from "../../../graph";
import { revealed } from "../../../graph/plain";
import { container, dataGraph, variables, waitsFor } from "../support/aws-data";
import { behind, names, ofType, only } from "../support/aws-read";

const GROUP = "aws:elasticache/replicationGroup:ReplicationGroup";
const USER = "aws:elasticache/user:User";

let prod: Graph;
let staging: Graph;
beforeAll(async () => {
  prod = await dataGraph({ production: true });
  staging = await dataGraph({ production: false });
}, 60_000);

const cache = (graph: Graph) => only(graph, GROUP).inputs;

describe("the cache", () => {
  test("is Valkey of one version, with a parameter group of its family", () => {
    const { engine, engineVersion } = cache(prod);
    expect([engine, engineVersion]).toEqual(["valkey", "8.2"]);
    const parameters = only(prod, "aws:elasticache/parameterGroup:ParameterGroup");
    expect([parameters.inputs.family, parameters.inputs.name]).toEqual([
      "valkey8",
      "mainstay-prod-cache-valkey8",
    ]);
    expect(behind(prod, only(prod, GROUP), "parameterGroupName")).toEqual([parameters.name]);
  });

  test("has the Docker cache's settings, and leaves as much of the memory free", () => {
    expect(only(prod, "aws:elasticache/parameterGroup:ParameterGroup").inputs.parameters).toEqual([
      { name: "maxmemory-policy", value: "allkeys-lru" },
      { name: "timeout", value: "300" },
      { name: "tcp-keepalive", value: "60" },
      { name: "slowlog-log-slower-than", value: "10000" },
      { name: "slowlog-max-len", value: "256" },
      { name: "lazyfree-lazy-eviction", value: "yes" },
      { name: "lazyfree-lazy-expire", value: "yes" },
      { name: "reserved-memory-percent", value: "30" },
    ]);
  });

  test.each([
    ["its replicas in other zones", { replicas: 2 }, true, 3],
    ["a stand-by where zones have to be two", { replicas: 0 }, true, 2],
    ["replicas that take over, too, where they need not be", { replicas: 1 }, false, 2],
    ["nobody to take over where there is one node", { replicas: 0 }, false, 1],
  ])("has %s", async (_, { replicas }, multiZone, nodes) => {
    const graph = await dataGraph({
      production: false,
      change: { cache: { memoryMiB: 512, cpus: 1, replicas }, aws: account(multiZone) },
    });
    const { numCacheClusters, automaticFailoverEnabled, multiAzEnabled } = cache(graph);
    expect([numCacheClusters, automaticFailoverEnabled, multiAzEnabled]).toEqual([
      nodes,
      nodes > 1,
      nodes > 1,
    ]);
  });

  test("takes encrypted connections only, and encrypts what it stores with the environment's key", () => {
    const { transitEncryptionEnabled, transitEncryptionMode, atRestEncryptionEnabled } = cache(prod);
    expect([transitEncryptionEnabled, transitEncryptionMode, atRestEncryptionEnabled]).toEqual([
      true,
      undefined,
      true,
    ]);
    expect(behind(prod, only(prod, GROUP), "kmsKeyId")).toEqual(["keys-data"]);
  });

  test("has a name within 40 characters, however long the stack's is", () => {
    expect(cache(prod).replicationGroupId).toBe("mainstay-prod-cache");
  });

  test("is copied every day, in windows that do not meet", () => {
    const { snapshotRetentionLimit, snapshotWindow, maintenanceWindow } = cache(staging);
    expect([snapshotRetentionLimit, snapshotWindow, maintenanceWindow]).toEqual([
      7,
      "06:00-07:00",
      "sun:08:00-sun:09:00",
    ]);
  });

  test("writes both its logs, by the group's name, to groups that stand before it", () => {
    const delivered = (logType: string) => ({
      logType,
      logFormat: "json",
      destinationType: "cloudwatch-logs",
      destination: `/aws/vendedlogs/elasticache/mainstay/prod/cache/${logType}`,
    });
    expect(cache(prod).logDeliveryConfigurations).toEqual([delivered("slow-log"), delivered("engine-log")]);
    expect(waitsFor(prod, only(prod, GROUP), "aws:cloudwatch/logGroup:LogGroup")).toEqual([
      "cache-engine-log",
      "cache-slow-log",
    ]);
  });

  test("is reached from clients of data alone, on its port", () => {
    const rules = [
      ...ofType(prod, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"),
      ...ofType(prod, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"),
    ].filter((rule) => behind(prod, rule, "securityGroupId").includes("cache"));
    expect(rules.map((rule) => [rule.name, rule.inputs.fromPort, rule.inputs.toPort])).toEqual([
      ["cache-clients", 6380, 6380],
    ]);
    expect(behind(prod, rules[0] ?? only(prod, GROUP), "referencedSecurityGroupId")).toEqual([
      "network-cache",
    ]);
    expect(behind(prod, only(prod, GROUP), "securityGroupIds")).toEqual(["cache"]);
    expect(behind(prod, only(prod, "aws:elasticache/subnetGroup:SubnetGroup"), "subnetIds")).toEqual([
      "network-isolated-a",
      "network-isolated-b",
      "network-isolated-c",
    ]);
  });
});

const account = (multiZone: boolean) => ({
  accountId: "123456789012",
  region: "eu-west-1",
  zones: ["eu-west-1a", "eu-west-1b", "eu-west-1c"],
  hostedZoneId: "Z0123456789ABC",
  repository: "example/platform",
  monthlyBudgetUsd: 600,
  multiZone,
});

describe("users of the cache", () => {
  test("are one for each service that needs it, the exporter, and the default one, which is off", () => {
    const users = ofType(prod, USER).map(({ inputs }) => [
      inputs.userId,
      inputs.userName,
      inputs.engine,
      inputs.accessString,
    ]);
    const service = "on ~* &* +@all -@dangerous";
    expect(users.sort()).toEqual([
      ["mainstay-prod-api", "api", "valkey", service],
      ["mainstay-prod-default", "default", "valkey", "off -@all"],
      [
        "mainstay-prod-exporter",
        "exporter",
        "valkey",
        "on -@all +@connection -@dangerous +client|list +info +slowlog|get +slowlog|len +latency|latest +latency|histogram +dbsize",
      ],
      ["mainstay-prod-worker", "worker", "valkey", service],
    ]);
  });

  test("stay let in, when secrets are replaced, with the passwords of before", async () => {
    const next = await dataGraph({ production: true, change: { secretGeneration: 2 } });
    const passwordOf = (graph: Graph) => {
      const url = revealed(only(graph, "aws:secretsmanager/secretVersion:SecretVersion", "cache-url-api"));
      return new URL(String(url.inputs.secretString)).password;
    };
    const { authenticationMode } = revealed(only(next, "aws:elasticache/user:User", "cache-api")).inputs;
    expect(passwordOf(next)).not.toBe(passwordOf(prod));
    expect(authenticationMode).toEqual({ type: "password", passwords: [passwordOf(next), passwordOf(prod)] });
  });

  test("are let in no longer, when secrets are replaced twice, with either password of before", async () => {
    const passwords = (graph: Graph) =>
      ofType(graph, USER).flatMap(
        (user) => (revealed(user).inputs.authenticationMode as { passwords: string[] }).passwords,
      );
    const before = passwords(prod);
    const stillAt = async (secretGeneration: number) => {
      const graph = await dataGraph({ production: true, change: { secretGeneration } });
      return passwords(graph).filter((one) => before.includes(one)).length;
    };
    expect([new Set(before).size, await stillAt(2), await stillAt(3)]).toEqual([8, 4, 0]);
  });

  test("have a password and the one before it each, and no other way in", () => {
    for (const { inputs } of ofType(prod, USER)) {
      expect(inputs.authenticationMode).toEqual({ type: "password", passwords: ["[secret]", "[secret]"] });
      expect([inputs.noPasswordRequired, inputs.passwords]).toEqual([undefined, undefined]);
    }
  });

  test("are given none of the commands ElastiCache keeps to itself: it refuses such an access string", () => {
    const barred = /\b(bgrewriteaof|bgsave|config|debug|migrate|replicaof|save|slaveof|shutdown|sync)\b/;
    const given = (["service", "exporter", "health", "default"] as const).map(accessString);
    expect(given.filter((rights) => barred.test(rights))).toEqual([]);
    expect(given.filter((rights) => /nopass|resetpass|reset\b|resetkeys|[>#]/.test(rights))).toEqual([]);
  });

  test("are all in the one group the cache takes", () => {
    const group = only(prod, "aws:elasticache/userGroup:UserGroup");
    expect([group.inputs.userGroupId, group.inputs.engine]).toEqual(["mainstay-prod-cache", "valkey"]);
    expect(behind(prod, group, "userIds")).toEqual(
      ["api", "default", "exporter", "worker"].map((user) => `cache-${user}`),
    );
    expect(behind(prod, only(prod, GROUP), "userGroupIds")).toEqual(["cache"]);
    expect(cache(prod).authToken).toBe(undefined);
  });

  test("are told where the cache is by a secret of their own", () => {
    const secrets = ofType(prod, "aws:secretsmanager/secret:Secret").filter(({ name }) =>
      name.startsWith("cache-"),
    );
    expect(names(secrets)).toEqual(["cache-exporter-password", "cache-url-api", "cache-url-worker"]);
  });
});

describe("the cache's exporter", () => {
  test("reads over TLS as a user of its own, and asks for no configuration", () => {
    const exporter = container(prod, "cache-exporter", "exporter");
    expect(variables(exporter)).toEqual({
      REDIS_ADDR: expect.stringMatching(/^rediss:\/\/[a-z0-9.-]+:6380$/i) as string,
      REDIS_USER: "exporter",
      REDIS_EXPORTER_CONFIG_COMMAND: "-",
    });
    expect(exporter.healthCheck?.command).toEqual([
      ...["CMD", "wget", "-q", "-O", "/dev/null"],
      "http://127.0.0.1:9121/health",
    ]);
  });

  test("starts when there is a cache", () => {
    const service = only(prod, "aws:ecs/service:Service", "cache-exporter");
    expect(waitsFor(prod, service, GROUP)).toEqual(["cache"]);
  });
});
