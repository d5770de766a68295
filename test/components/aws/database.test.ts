import { X509Certificate } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { databaseParameters, inUnit, TAKEN } from "../../../components/database/aws-parameters";
import { scramVerifier } from "../../../components/database/verifier";
import { databaseAuthority } from "../../../environment/aws-authorities";
import { resolveConfig } from "../../../environment/config";
import type { AwsEnvironment } from "../../../environment/environment";
import { postgresMajor } from "../../../environment/versions";
import { postgresSettings } from "../../../components/database/settings";
import type { Graph, Json, Resource } from "../../../graph";
import { revealed } from "../../../graph/plain";
import { container, dataGraph, variables, waitsFor } from "../support/aws-data";
import { behind, names, ofType, only, statements } from "../support/aws-read";
import { awsStack } from "../support/aws-stack";

const INSTANCE = "aws:rds/instance:Instance";
const SECRET_VERSION = "aws:secretsmanager/secretVersion:SecretVersion";

let prod: Graph;
let staging: Graph;
let replicated: Graph;
beforeAll(async () => {
  prod = await dataGraph({ production: true });
  staging = await dataGraph({ production: false });
  const database = { memoryMiB: 2048, cpus: 2, storageGiB: 20, readReplicas: 2 };
  replicated = await dataGraph({ production: false, change: { database } });
}, 60_000);

const inputs = ({ inputs: all }: Resource, ...keys: string[]): Record<string, Json | undefined> =>
  Object.fromEntries(keys.map((key) => [key, all[key]]));

describe("the database's instance", () => {
  test("is PostgreSQL of the images table's major version, as large as is asked for", () => {
    const keys = ["engine", "engineVersion", "instanceClass", "allocatedStorage", "multiAz", "port"];
    expect(inputs(only(prod, INSTANCE), ...keys)).toEqual({
      engine: "postgres",
      engineVersion: "17",
      instanceClass: "db.m7g.xlarge",
      allocatedStorage: 200,
      multiAz: true,
      port: 5433,
    });
    expect(inputs(only(staging, INSTANCE), ...keys)).toEqual({
      engine: "postgres",
      engineVersion: "17",
      instanceClass: "db.t4g.small",
      allocatedStorage: 20,
      multiAz: false,
      port: 5433,
    });
  });

  test.each([
    ["postgres:17.11-bookworm@sha256:0", 17],
    ["registry.example.com:5000/postgres:18.1", 18],
    ["registry.example.com:5000/postgres@sha256:0", undefined],
    ["postgres@sha256:17", undefined],
  ])("has the version of %s: %s", (postgres, major) => {
    expect(postgresMajor({ images: { postgres } })).toBe(major);
  });

  test("is of another major version, with parameters of its family, only where that is allowed by name", async () => {
    const postgres = "postgres:18.1@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    const { aws, images } = JSON.parse(
      awsStack({ production: true }).config["mainstay:scale"] ?? "{}",
    ) as Record<"aws" | "images", object>;
    const upgraded = await dataGraph({
      production: true,
      change: { aws: { ...aws, allowMajorUpgrade: true }, images: { ...images, postgres } },
    });
    const keys = ["engineVersion", "allowMajorVersionUpgrade"];
    expect([prod, upgraded].map((graph) => inputs(only(graph, INSTANCE), ...keys))).toEqual([
      { engineVersion: "17", allowMajorVersionUpgrade: false },
      { engineVersion: "18", allowMajorVersionUpgrade: true },
    ]);
    expect(behind(upgraded, only(upgraded, INSTANCE), "parameterGroupName")).toEqual(["database-postgres18"]);
  });

  test("has gp3 disk that grows, without figures RDS refuses below 400 GiB", () => {
    const keys = ["storageType", "maxAllocatedStorage", "iops", "storageThroughput", "storageEncrypted"];
    expect(inputs(only(prod, INSTANCE), ...keys)).toEqual({
      storageType: "gp3",
      maxAllocatedStorage: 400,
      iops: undefined,
      storageThroughput: undefined,
      storageEncrypted: true,
    });
  });

  test("has from 400 GiB on the figures RDS gives such a disk", async () => {
    const figures = async (storageGiB: number) => {
      const database = { memoryMiB: 2048, cpus: 2, storageGiB };
      const graph = await dataGraph({ production: false, change: { database } });
      return inputs(only(graph, INSTANCE), "allocatedStorage", "iops", "storageThroughput");
    };
    expect(await figures(399)).toEqual({ allocatedStorage: 399 });
    expect(await figures(400)).toEqual({ allocatedStorage: 400, iops: 12_000, storageThroughput: 500 });
  });

  test("is encrypted with the environment's own keys", () => {
    const instance = only(prod, INSTANCE);
    expect(behind(prod, instance, "kmsKeyId")).toEqual(["keys-data"]);
    expect(behind(prod, instance, "performanceInsightsKmsKeyId")).toEqual(["keys-data"]);
    expect(behind(prod, instance, "masterUserSecretKmsKeyId")).toEqual(["keys-secrets"]);
  });

  test("stands in isolated subnets of three zones, in a group of its own", () => {
    const instance = only(prod, INSTANCE);
    expect(behind(prod, instance, "dbSubnetGroupName")).toEqual(["database"]);
    const subnets = only(prod, "aws:rds/subnetGroup:SubnetGroup");
    expect(behind(prod, subnets, "subnetIds")).toEqual([
      "network-isolated-a",
      "network-isolated-b",
      "network-isolated-c",
    ]);
    expect(behind(prod, instance, "vpcSecurityGroupIds")).toEqual(["database"]);
    expect(instance.inputs.publiclyAccessible).toBe(false);
  });

  test("is backed up for as long as is asked for, and leaves a last snapshot", () => {
    const instance = only(prod, INSTANCE);
    const keys = ["backupRetentionPeriod", "deleteAutomatedBackups", "copyTagsToSnapshot"];
    expect(inputs(instance, ...keys, "deletionProtection", "skipFinalSnapshot")).toEqual({
      backupRetentionPeriod: 30,
      deleteAutomatedBackups: false,
      copyTagsToSnapshot: true,
      deletionProtection: true,
      skipFinalSnapshot: false,
    });
    expect(instance.inputs.finalSnapshotIdentifier).toMatch(/^mainstay-prod-database-last-[0-9a-f]{7}$/);
    expect(instance.protect).toBe(true);
    expect(instance.ignoreChanges).toEqual(["backupRetentionPeriod", "backupWindow"]);
  });

  test("leaves the key behind that its last snapshot is read with, and no other", async () => {
    const staying = (graph: Graph) =>
      graph.resources.filter(({ retainOnDelete }) => retainOnDelete).map(({ name }) => name);
    const unprotected = await dataGraph({ production: false, change: { protectData: false } });
    expect([staying(prod), staying(unprotected)]).toEqual([["keys-data"], ["keys-data"]]);
    expect(behind(unprotected, only(unprotected, INSTANCE), "kmsKeyId")).toEqual(["keys-data"]);
  });

  test("is not protected where data is not", async () => {
    const graph = await dataGraph({ production: false, change: { protectData: false } });
    const instance = only(graph, INSTANCE);
    expect([instance.protect, instance.inputs.deletionProtection]).toEqual([false, false]);
  });

  test("has windows that do not meet each other or the nightly backup", () => {
    expect(inputs(only(prod, INSTANCE), "backupWindow", "maintenanceWindow")).toEqual({
      backupWindow: "06:00-07:00",
      maintenanceWindow: "sun:08:00-sun:09:00",
    });
  });

  test("writes its log to groups that stand before it, encrypted and with an end", () => {
    const instance = only(prod, INSTANCE);
    expect(instance.inputs.enabledCloudwatchLogsExports).toEqual(["postgresql", "upgrade"]);
    expect(waitsFor(prod, instance, "aws:cloudwatch/logGroup:LogGroup")).toEqual([
      "database-log-postgresql",
      "database-log-upgrade",
    ]);
    const groups = ["database-log-postgresql", "database-log-upgrade"].map((name) =>
      only(prod, "aws:cloudwatch/logGroup:LogGroup", name),
    );
    expect(groups.map(({ inputs: { name, retentionInDays } }) => [name, retentionInDays])).toEqual([
      ["/aws/rds/instance/mainstay-prod-database/postgresql", 365],
      ["/aws/rds/instance/mainstay-prod-database/upgrade", 365],
    ]);
    expect(groups.map((group) => behind(prod, group, "kmsKeyId"))).toEqual([["keys-logs"], ["keys-logs"]]);
  });

  test("is measured every minute, by a role that RDS takes and that may do it", () => {
    const instance = only(prod, INSTANCE);
    expect(instance.inputs.monitoringInterval).toBe(60);
    expect(behind(prod, instance, "monitoringRoleArn")).toEqual(["database-monitoring"]);
    const role = only(prod, "aws:iam/role:Role", "database-monitoring");
    const [trust] = statements(role.inputs.assumeRolePolicy);
    expect([trust?.services, trust?.actions]).toEqual([["monitoring.rds.amazonaws.com"], ["sts:AssumeRole"]]);
    expect(waitsFor(prod, instance, "aws:iam/rolePolicyAttachment:RolePolicyAttachment")).toEqual([
      "database-monitoring",
    ]);
    expect(
      only(prod, "aws:iam/rolePolicyAttachment:RolePolicyAttachment", "database-monitoring").inputs.policyArn,
    ).toBe("arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole");
  });

  test("has an administrator whose password RDS makes and rotates, and nobody else knows", () => {
    expect(
      inputs(
        only(prod, INSTANCE),
        "username",
        "manageMasterUserPassword",
        "password",
        "passwordWo",
        "dbName",
      ),
    ).toEqual({
      username: "mainstay",
      manageMasterUserPassword: true,
      password: undefined,
      passwordWo: undefined,
      dbName: undefined,
    });
  });
});

describe("read replicas", () => {
  test("take from the database what they cannot have themselves", () => {
    const replicas = ofType(replicated, INSTANCE).filter(({ name }) => name !== "database");
    expect(names(replicas)).toEqual(["database-replica-1", "database-replica-2"]);
    const own = ["engine", "engineVersion", "username", "password", "manageMasterUserPassword", "dbName"];
    for (const replica of replicas) {
      expect(behind(replicated, replica, "replicateSourceDb")).toEqual(["database"]);
      const refused = [
        ...own,
        "dbSubnetGroupName",
        "allocatedStorage",
        "finalSnapshotIdentifier",
        "kmsKeyId",
      ];
      expect(refused.filter((key) => replica.inputs[key] !== undefined)).toEqual([]);
      expect(replica.inputs.skipFinalSnapshot).toBe(true);
      expect(replica.inputs.maxAllocatedStorage).toBe(40);
    }
    expect(
      replicas.map((replica) => waitsFor(replicated, replica, "aws:cloudwatch/logGroup:LogGroup")),
    ).toEqual([
      ["database-replica-1-log-postgresql", "database-replica-1-log-upgrade"],
      ["database-replica-2-log-postgresql", "database-replica-2-log-upgrade"],
    ]);
  });

  test("are none where RDS keeps the administrator's password: it is given, and kept in a secret", () => {
    const { inputs: database } = only(replicated, INSTANCE, "database");
    expect([database.manageMasterUserPassword, database.password]).toEqual([undefined, "[secret]"]);
    const version = "aws:secretsmanager/secretVersion:SecretVersion";
    expect(behind(replicated, only(replicated, version, "database-master"), "secretString")).toEqual([
      "database-password-mainstay",
    ]);
    expect(ofType(prod, version).map(({ name }) => name)).not.toContain("database-master");
  });
});

describe("the database's parameters", () => {
  const environment = (production: boolean): AwsEnvironment => {
    const { stack, config } = awsStack({ production });
    const { environment: resolved } = resolveConfig(stack, config);
    if (resolved?.platform !== "aws") throw new Error("not an environment on AWS");
    return resolved;
  };
  const values = (of: AwsEnvironment) =>
    Object.fromEntries(databaseParameters(of).map(({ name, value }) => [name, value]));

  test("are of the family of the engine's version", () => {
    const group = only(prod, "aws:rds/parameterGroup:ParameterGroup");
    expect(inputs(group, "family", "namePrefix")).toEqual({
      family: "postgres17",
      namePrefix: "mainstay-prod-database-postgres17-",
    });
    expect(behind(prod, only(prod, INSTANCE), "parameterGroupName")).toEqual([group.name]);
    expect(group.inputs.parameters).toEqual(databaseParameters(environment(true)));
  });

  test("force TLS and SCRAM, log slow statements and count all", () => {
    expect(values(environment(false))).toMatchObject({
      "rds.force_ssl": "1",
      "rds.accepted_password_auth_method": "scram",
      log_min_duration_statement: "500",
      shared_preload_libraries: "pg_stat_statements",
      "pg_stat_statements.track": "TOP",
    });
  });

  test("are the shape's limits, and shares of 16 GiB in RDS's units", () => {
    expect(values(environment(true))).toMatchObject({
      max_connections: "100",
      statement_timeout: "30000",
      lock_timeout: "5000",
      idle_in_transaction_session_timeout: "60000",
      work_mem: "62914",
      maintenance_work_mem: "1048576",
      effective_cache_size: "1572864",
    });
  });

  test("wait for a restart where they are read at one only, or are RDS's own: anything else is refused or never settles", () => {
    const waiting = databaseParameters(environment(true)).filter(
      ({ applyMethod }) => applyMethod === "pending-reboot",
    );
    expect(waiting.map(({ name }) => name)).toEqual([
      "max_connections",
      "pg_stat_statements.max",
      "rds.force_ssl",
      "shared_preload_libraries",
    ]);
  });

  test("are taken from the Docker database's settings: none is missing there", () => {
    const settings = postgresSettings(environment(true));
    expect(Object.keys(TAKEN).filter((name) => settings[name] === undefined)).toEqual([]);
  });

  test("are RDS's own, by name and kind of value", () => {
    const wrong = databaseParameters(environment(true)).filter(
      ({ name, value }) => !KNOWN[name]?.test(value),
    );
    expect(wrong).toEqual([]);
  });

  test.each([
    ["256MB", "kB", "262144"],
    ["3072MB", "8kB", "393216"],
    ["15728kB", "kB", "15728"],
    ["30s", "ms", "30000"],
    ["30000ms", "ms", "30000"],
    ["60", "s", "60"],
    ["on", "boolean", "1"],
    ["off", "boolean", "0"],
    ["'pg_stat_statements'", "text", "pg_stat_statements"],
  ] as const)("say %s in %s as %s", (setting, unit, value) => {
    expect(inUnit(setting, unit)).toBe(value);
  });

  test("are never said in a unit of another kind", () => {
    expect(() => inUnit("256MB", "ms")).toThrow("256MB cannot be said in ms");
    expect(() => inUnit("256MB", "count")).toThrow("256MB cannot be said in count");
  });
});

const COUNT = /^\d+$/;
const SWITCH = /^[01]$/;
/**
 * Names and values DescribeEngineDefaultParameters gives for the family: numbers in PostgreSQL's default unit,
 * switches as 0 and 1, choices in its own spelling.
 */
const KNOWN: Record<string, RegExp> = {
  effective_cache_size: COUNT,
  idle_in_transaction_session_timeout: COUNT,
  lock_timeout: COUNT,
  log_autovacuum_min_duration: COUNT,
  log_checkpoints: SWITCH,
  log_lock_waits: SWITCH,
  log_min_duration_statement: COUNT,
  log_parameter_max_length: COUNT,
  log_parameter_max_length_on_error: COUNT,
  log_temp_files: COUNT,
  maintenance_work_mem: COUNT,
  max_connections: COUNT,
  max_parallel_workers_per_gather: COUNT,
  "pg_stat_statements.max": COUNT,
  "pg_stat_statements.track": /^(NONE|TOP|ALL)$/,
  random_page_cost: /^\d+(\.\d+)?$/,
  "rds.accepted_password_auth_method": /^(md5\+scram|scram)$/,
  "rds.force_ssl": SWITCH,
  shared_preload_libraries: /^pg_stat_statements$/,
  statement_timeout: COUNT,
  tcp_keepalives_idle: COUNT,
  track_io_timing: SWITCH,
  work_mem: COUNT,
};

describe("the way to the database", () => {
  test("is open from clients of data alone, on its port", () => {
    const rule = only(prod, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "database-clients");
    expect(inputs(rule, "fromPort", "toPort", "ipProtocol", "cidrIpv4")).toEqual({
      fromPort: 5433,
      toPort: 5433,
      ipProtocol: "tcp",
      cidrIpv4: undefined,
    });
    expect(behind(prod, rule, "referencedSecurityGroupId")).toEqual(["network-database"]);
    const into = [
      ...ofType(prod, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"),
      ...ofType(prod, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"),
    ].filter((one) => behind(prod, one, "securityGroupId").includes("database"));
    expect(names(into)).toEqual(["database-clients"]);
  });

  test("is checked against the region's own authority, whose certificate signs itself", () => {
    const authority = databaseAuthority("eu-west-1");
    const certificate = new X509Certificate(authority ?? "");
    expect(certificate.subject).toContain("CN=Amazon RDS eu-west-1 Root CA RSA2048 G1");
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(new Date(certificate.validTo).getUTCFullYear()).toBe(2061);
    expect(only(prod, INSTANCE).inputs.caCertIdentifier).toBe("rds-ca-rsa2048-g1");
    expect(databaseAuthority("eu-nowhere-1")).toBe(undefined);
  });

  test("has a user of its own for each service that needs it, and for each of the others", () => {
    const urls = ofType(prod, "aws:secretsmanager/secret:Secret").filter(({ name }) =>
      name.startsWith("database-url-"),
    );
    expect(names(urls)).toEqual(
      ["api", "backup", "exporter", "migrator", "worker"].map((user) => `database-url-${user}`),
    );
  });

  test("lets users in with the passwords of this generation, and services with those of the one before", () => {
    const roles = only(prod, SECRET_VERSION, "database-roles");
    const users = ["api-even", "api-odd", "backup", "exporter", "migrator", "worker-even", "worker-odd"];
    expect(behind(prod, roles, "secretString")).toEqual(users.map((user) => `database-password-${user}`));
  });

  test("stays open, when secrets are replaced, to what still runs with those of before", async () => {
    const next = await dataGraph({ production: true, change: { secretGeneration: 2 } });
    const secretIn = (graph: Graph, name: string) =>
      String(revealed(only(graph, SECRET_VERSION, name)).inputs.secretString);
    const loginOf = (graph: Graph, service: string) => {
      const { username, password } = new URL(secretIn(graph, `database-url-${service}`));
      return { username, password };
    };
    expect([loginOf(prod, "api").username, loginOf(next, "api").username]).toEqual(["api_odd", "api_even"]);
    for (const { username, password } of [loginOf(prod, "worker"), loginOf(next, "worker")])
      expect(secretIn(next, "database-roles")).toContain(scramVerifier(username, password));

    const made = (graph: Graph) =>
      ofType(graph, "random:index/randomPassword:RandomPassword")
        .filter(({ name }) => name.startsWith("database-password-api-"))
        .map(({ name, inputs: { keepers } }) => [name, (keepers as { generation: string }).generation]);
    // What is of another generation is made anew.
    expect([made(prod), made(next)]).toEqual([
      [
        ["database-password-api-even", "0"],
        ["database-password-api-odd", "1"],
      ],
      [
        ["database-password-api-even", "2"],
        ["database-password-api-odd", "1"],
      ],
    ]);
  });

  test("let nobody in, when secrets are replaced twice, with a password of before", async () => {
    const verifiers = (graph: Graph) => {
      const sql = String(revealed(only(graph, SECRET_VERSION, "database-roles")).inputs.secretString);
      return [...sql.matchAll(/SCRAM-SHA-256\$[^']+/g)].map(([verifier]) => verifier);
    };
    const before = verifiers(prod);
    const stillAt = async (secretGeneration: number) => {
      const graph = await dataGraph({ production: true, change: { secretGeneration } });
      return verifiers(graph).filter((one) => before.includes(one)).length;
    };
    expect([new Set(before).size, await stillAt(2), await stillAt(3)]).toEqual([7, 2, 0]);
  });

  test("keep their passwords, when the period of rotation is another one", () => {
    const passwords = ofType(prod, "random:index/randomPassword:RandomPassword").filter(
      ({ inputs }) => inputs.keepers !== undefined,
    );
    expect(passwords.length).toBeGreaterThan(10);
    for (const { ignoreChanges } of passwords) expect(ignoreChanges).toEqual(["keepers.rotationDays"]);
  });
});

describe("the database's exporter", () => {
  test("looks at the database as a user of its own, and checks its certificate", () => {
    const exporter = container(prod, "database-exporter", "exporter");
    expect(variables(exporter)).toEqual({
      PGAPPNAME: "exporter",
      PGSSLMODE: "verify-full",
      PGSSLROOTCERT: "/run/authorities/database.pem",
    });
    expect(exporter.command).toEqual(["--collector.postmaster", "--collector.stat_checkpointer"]);
    expect(exporter.mountPoints).toEqual([
      { sourceVolume: "authorities", containerPath: "/run/authorities", readOnly: true },
    ]);
    expect(exporter.dependsOn).toEqual([{ containerName: "authorities", condition: "SUCCESS" }]);
  });

  test("finds the authorities another container has written", () => {
    const writer = container(prod, "database-exporter", "authorities");
    expect(writer.image).toMatch(/\/mainstay-prod\/backup@sha256:/);
    expect([writer.user, writer.essential, writer.entryPoint, writer.command, writer.mountPoints]).toEqual([
      "10050:10050",
      false,
      ["node"],
      ["-e", 'require("fs").writeFileSync("/tmp/database.pem", process.env.AUTHORITIES)'],
      [{ sourceVolume: "authorities", containerPath: "/tmp", readOnly: false }],
    ]);
    expect(variables(writer).AUTHORITIES).toBe(databaseAuthority("eu-west-1"));
  });

  test("starts when there is a database", () => {
    const service = only(prod, "aws:ecs/service:Service", "database-exporter");
    expect(waitsFor(prod, service, INSTANCE)).toEqual(["database"]);
  });
});
