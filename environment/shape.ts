import { z } from "zod";
import {
  cidr,
  databaseName,
  extensionName,
  identifier,
  quarterlySchedule,
  scheduleWithin,
  schemaName,
  tableName,
  unprivilegedPort,
  hostPort,
  urlPath,
  variableName,
} from "./fields";
import { declaration, rule } from "./variables";

/**
 * The shape: what every environment of the project shares. It stands in Pulumi.yaml, so staging and
 * production cannot differ in it.
 */

const probe = z
  .strictObject({
    path: urlPath,
    status: z.int().min(200).max(499).default(200).describe("What a caller without a token is answered."),
    statusWithToken: z
      .int()
      .min(200)
      .max(499)
      .optional()
      .describe("What one with a token is; else the same."),
  })
  .describe(
    "What the probe from outside reads, again and again: best what is answered from the database. The one inside reads " +
      "it where users cannot ask for health.ready, and then it has to be there.",
  );

const service = z.strictObject({
  description: z.string().min(1),
  image: identifier.describe("Key in the images table."),
  command: z.array(z.string()).default([]).describe("Arguments given to the image's entry point."),
  port: unprivilegedPort.describe("Port it listens on, inside the environment."),
  health: z.strictObject({
    live: urlPath.describe("Answers 200 while the process works."),
    ready: urlPath.describe("Answers 200 while it can take traffic or work."),
    command: z.array(z.string()).min(1).describe("Run inside the container; exit code 0 means ready."),
  }),
  metricsPath: urlPath.nullable().default(null).describe("Where Prometheus scrapes it; null for nowhere."),
  routes: z.array(urlPath).default([]).describe("URL prefixes the edge sends here; none: not public."),
  probe: probe.optional(),
  needs: z
    .array(z.enum(["database", "cache", "tracing", "internet"]))
    .default([])
    .describe("What it may reach. Everything else is out of its networks."),
  variables: z.array(variableName).default([]).describe("The app variables it is given, and no others."),
  tmpMiB: z.int().min(1).max(4096).default(16).describe("Writable /tmp in memory, in MiB."),
  stopSeconds: z.int().min(1).max(120).default(30).describe("Time to finish its work after SIGTERM."),
});

const migration = z.strictObject({
  image: identifier,
  command: z.array(z.string()).min(1),
  variables: z.array(variableName).default([]),
});

const database = z.strictObject({
  name: databaseName.describe("The database the app uses."),
  schema: schemaName.describe("The schema that holds its tables, owned by the migrator."),
  extensions: z.array(extensionName).default([]),
  maxConnections: z.int().min(20).max(1000).default(100),
  reservedConnections: z
    .int()
    .min(3)
    .max(50)
    .default(20)
    .describe("Kept free of the app's pools: superuser, exporter, backup, migrations, an operator."),
  poolVariable: variableName.describe("The app variable that holds the size of one process's pool."),
  statementTimeoutMs: z.int().min(100).default(30_000),
  lockTimeoutMs: z.int().min(100).default(5_000),
  idleInTransactionTimeoutMs: z.int().min(100).default(60_000),
  slowQueryMs: z.int().min(1).default(500).describe("Statements slower than this are logged."),
});

const cache = z.strictObject({
  maxMemoryPolicy: z
    .enum(["allkeys-lru", "allkeys-lfu", "volatile-lru", "volatile-lfu", "volatile-ttl", "noeviction"])
    .default("allkeys-lru"),
  maxMemoryPercent: z
    .int()
    .min(10)
    .max(90)
    .default(70)
    .describe("Share of the memory limit that data may fill."),
});

const edge = z.strictObject({
  // nginx lets all but one of a minute's wait at once, and refuses a limit by which none may.
  requestsPerMinute: z.int().min(2).max(100_000).default(120).describe("Per client address."),
  uploadMaxMiB: z.int().min(1).max(1024).default(50),
  timeoutSeconds: z.int().min(1).max(3600).default(300).describe("Longest wait for an answer of a service."),
  metricsFrom: z
    .array(cidr)
    .min(1)
    .default(["10.0.0.0/8"])
    .describe("Who may read /metrics through the edge."),
  hstsDays: z.int().min(1).max(730).default(365),
});

const monitoring = z.strictObject({
  scrapeSeconds: z.int().min(5).max(30).default(15),
  evaluationSeconds: z.int().min(5).max(300).default(15),
  runbooks: z
    .string()
    .regex(/^(https:\/\/\S+|[\w./-]+)[^/]$/, { error: "an https URL or a path, without a slash at its end" })
    .default("docs/runbooks")
    .describe(
      "Where alerts and boards lead to: the address the runbooks are published under; outside production their path will do.",
    ),
});

const backups = z.strictObject({
  fullSchedule: scheduleWithin(1440, "a full backup is promised to be younger than 26 hours").describe(
    "The backup of the whole database, at least once in 24 hours: objectives and alerts are about its age.",
  ),
  eventsSchedule: scheduleWithin(
    60,
    "a backup of the events that is older than two hours is told of",
  ).describe(
    "The events-only backup, the fastest to restore, at least once an hour: alerts are about its age.",
  ),
  eventTables: z.array(tableName).min(1),
  retentionDays: z.int().min(1).max(3650).default(30),
  drillSchedule: quarterlySchedule
    .default("0 4 * * 0")
    .describe("When the newest full backup is restored into a server of its own, to prove that it can be."),
  recoveryMinutes: z
    .int()
    .min(1)
    .max(1440)
    .default(60)
    .describe(
      "Recovery time objective of a restore, as docs/runbooks/disasters.md has it: a drill that takes longer is told of.",
    ),
});

const operatorPorts = z
  .strictObject({
    database: hostPort.default(5432),
    cache: hostPort.default(6379),
    api: hostPort.default(8002),
    prometheus: hostPort.default(9091),
    grafana: hostPort.default(3002),
    alertmanager: hostPort.default(9094),
    jaeger: hostPort.default(16687),
    logs: hostPort.default(5514).describe("Where the Docker daemon sends the lines of containers, by UDP."),
  })
  .describe("Ports on a single host's loopback address, for its operators only. A scale may have others.");

/** Everything under `mainstay:shape`. */
export const shape = z.strictObject({
  services: z
    .record(identifier, service)
    .describe(
      "The app's services by name. `api`, which answers users' requests, and `worker`, which works through the queue, " +
        "have to be there and to have metrics: objectives, alerts and boards are about them. Any others have the " +
        "alerts that all services have.",
    ),
  migration: migration.nullable().default(null).describe("Run to its end before a service starts."),
  variables: z.record(variableName, declaration).describe("The app's environment variables, by name."),
  rules: z.array(rule).default([]).describe("What holds between variables."),
  database: database.describe("PostgreSQL."),
  cache: cache.prefault({}).describe("Redis."),
  edge: edge.prefault({}).describe("The proxy in front of the public services."),
  monitoring: monitoring.prefault({}).describe("How often is measured and judged."),
  backups: backups.describe("What is backed up, and when."),
  operatorPorts: operatorPorts.prefault({}),
  secretRotationDays: z
    .int()
    .min(1)
    .max(365)
    .default(90)
    .describe(
      "A secret is to be replaced after this: by `up` one that is generated, by people one they gave.",
    ),
});

export type Shape = z.output<typeof shape>;
export type ServiceShape = z.output<typeof service>;
