import { z } from "zod";
import {
  hostAndPort,
  hostName,
  hostPort,
  identifier,
  imageReference,
  origin,
  resources,
  storedResources,
  variableName,
} from "./fields";
import { stackValue } from "./variables";

/** The scale: what may differ from one environment to the next. It stands in Pulumi.<stack>.yaml. */

const candidate = z
  .strictObject({
    image: imageReference,
    weightPercent: z.int().min(0).max(100).describe("Share of the service's requests it is sent."),
    replicas: z.int().min(1).max(20).default(1),
  })
  .describe("A second release of a public service, running beside the first.");

const service = resources.extend({
  replicas: z.int().min(1).max(20).default(1),
  candidate: candidate.optional(),
});

const receiver = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("webhook"),
    url: z.url({ protocol: /^https?$/, error: "an http or https URL" }),
  }),
  z.strictObject({
    kind: z.literal("slack"),
    channel: z.string().regex(/^#\S+$/, { error: 'a channel such as "#alerts"' }),
    secret: variableName,
  }),
  z.strictObject({ kind: z.literal("pagerduty"), secret: variableName }),
  z.strictObject({
    kind: z.literal("email"),
    to: z.email({ error: "an e-mail address" }),
    from: z.email({ error: "an e-mail address" }),
    smarthost: hostAndPort,
    username: z.string(),
    secret: variableName,
  }),
]);

const receivers = z
  .strictObject({
    critical: z.array(receiver).default([]).describe("Paged."),
    warning: z.array(receiver).default([]).describe("Notified."),
    info: z.array(receiver).default([]).describe("Filed."),
    escalation: z
      .array(receiver)
      .default([])
      .describe("Told of what stays critical for half an hour. None: everybody named for a level."),
    watchdog: z
      .array(receiver)
      .default([])
      .describe("Told every minute that alerts get out, and raises the alarm when it hears nothing."),
  })
  .describe("Who hears of alerts, by level. `secret` names a key of mainstay:secrets.");

const monitoring = z.strictObject({
  prometheus: storedResources.extend({ retentionDays: z.int().min(1).max(400).default(15) }),
  alertmanager: storedResources,
  grafana: storedResources,
  jaeger: resources,
  exporter: resources.describe("For each of the exporters."),
});

const bucket = z.discriminatedUnion("kind", [
  z
    .strictObject({ kind: z.literal("volume") })
    .describe("A volume on the host: for machines whose loss costs nothing."),
  z
    .strictObject({
      kind: z.literal("s3"),
      region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, { error: 'a region such as "eu-west-1"' }),
    })
    .describe("An S3 bucket, encrypted, versioned and locked."),
]);

const edge = resources.extend({
  address: z
    .ipv4({ error: 'an IPv4 address of the host, such as "127.0.0.1"' })
    .default("0.0.0.0")
    .describe("Host address users come in on."),
  httpPort: hostPort.default(80),
  httpsPort: hostPort.default(443),
  corsOrigins: z.array(origin).default([]),
  certificate: z
    .discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("internal") }).describe("Signed by the environment's own authority."),
      z
        .strictObject({ kind: z.literal("provided"), chainSecret: variableName, keySecret: variableName })
        .describe("PEM texts from mainstay:secrets."),
    ])
    .default({ kind: "internal" }),
});

const common = {
  production: z.boolean().describe("Whether real users depend on it: turns the production rules on."),
  protectData: z
    .boolean()
    .default(true)
    .describe("Whether data outlives a mistaken `down` of the environment."),
  secretGeneration: z.int().min(1).default(1).describe("Raised to replace every generated secret."),
  domain: hostName.describe("The name users reach it under."),
  images: z.record(identifier, imageReference).default({}).describe("Overrides of the images table."),
  services: z.record(identifier, service).describe("Size of each service of the shape."),
  database: storedResources
    .extend({ readReplicas: z.int().min(0).max(15).default(0) })
    .describe("Size of PostgreSQL."),
  cache: resources.extend({ replicas: z.int().min(0).max(5).default(0) }).describe("Size of Redis."),
  edge: edge.describe("Size of the proxy in front, and where users come in."),
  monitoring: monitoring.describe("Size of each part of the monitoring stack."),
  backups: resources.extend({ bucket }).describe("Size of the backup runner, and where backups are kept."),
  receivers: receivers.prefault({}),
  variables: z.record(variableName, stackValue).default({}).describe("Values of the app's variables."),
};

const docker = z.strictObject({
  platform: z.literal("docker").describe("What the environment runs on."),
  host: z
    .strictObject({
      address: z
        .string()
        .regex(/^(unix|ssh|tcp):\/\/\S+$/, {
          error: 'a Docker host such as "unix:///var/run/docker.sock" or "ssh://ops@host"',
        })
        .default("unix:///var/run/docker.sock"),
      memoryMiB: z.int().min(1024),
      cpus: z.number().min(1),
      diskGiB: z.int().min(10),
    })
    .describe("The machine everything runs on; all that is declared has to fit."),
  ...common,
});

/** Everything under `mainstay:scale`. */
export const scale = z.discriminatedUnion("platform", [docker]);

export type Scale = z.output<typeof scale>;
export type Receiver = z.output<typeof receiver>;

/** `mainstay:secrets`: values given by people, each encrypted by `pulumi config set --secret --path`. */
export const secrets = z
  .record(variableName, z.string().min(1, { error: "a text that is not empty" }))
  .default({});
