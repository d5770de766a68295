import { z } from "zod";
import {
  accountId,
  certificateText,
  drillingResources,
  hostPort,
  identifier,
  imageReference,
  origins,
  region,
  registryHost,
  resources,
  storedResources,
  variableName,
} from "./fields";
import { common, metricsRetention } from "./scale-common";
import type { Shape } from "./shape";

/** The scale of an environment on one Docker host. */

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

const monitoring = z.strictObject({
  prometheus: storedResources.extend({ retentionDays: metricsRetention.default(35) }),
  alertmanager: storedResources,
  grafana: resources,
  jaeger: resources,
  loki: storedResources.extend({ retentionDays: z.int().min(1).max(400).default(15) }),
  shipper: resources.describe("What hands the lines of all containers to Loki."),
  exporter: resources.describe("For each of the exporters."),
});

const bucket = z.discriminatedUnion("kind", [
  z
    .strictObject({
      kind: z.literal("volume"),
      storageGiB: z.int().min(1).max(65_536).default(10).describe("Disk the backups may take, in GiB."),
    })
    .describe("A volume on the host: for machines whose loss costs nothing."),
  z
    .strictObject({
      kind: z.literal("s3"),
      accountId: accountId.describe("The only account this stack may ever change."),
      region: region.describe("Where the bucket is: best far from the host."),
    })
    .describe("An S3 bucket, encrypted, versioned and locked, and another that holds who read and wrote it."),
]);

const edge = resources.extend({
  address: z
    .ipv4({ error: 'an IPv4 address of the host, such as "127.0.0.1"' })
    .default("0.0.0.0")
    .describe("Host address users come in on."),
  httpPort: hostPort.default(80),
  httpsPort: hostPort.default(443),
  corsOrigins: origins.default([]),
  certificate: z
    .discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("internal") }).describe("Signed by the environment's own authority."),
      z
        .strictObject({
          kind: z.literal("provided"),
          chainSecret: variableName,
          keySecret: variableName,
          authority: certificateText
            .optional()
            .describe("PEM of the authority that signed it, where it is none of the public ones. No secret."),
        })
        .describe("PEM texts from mainstay:secrets."),
    ])
    .default({ kind: "internal" }),
});

const operatorPorts = z
  .strictObject({
    database: hostPort,
    cache: hostPort,
    api: hostPort,
    prometheus: hostPort,
    grafana: hostPort,
    alertmanager: hostPort,
    jaeger: hostPort,
    logs: hostPort,
  } satisfies Record<keyof Shape["operatorPorts"], typeof hostPort>)
  .partial()
  .describe(
    "Instead of the shape's, where this host has those taken: by another environment or another program.",
  );

export const dockerScale = z.strictObject({
  platform: z.literal("docker").describe("What the environment runs on."),
  host: z
    .strictObject({
      address: z
        .string()
        .regex(/^(unix|ssh|tcp):\/\/\S+$/, {
          error: 'a Docker host such as "unix:///var/run/docker.sock" or "ssh://ops@host"',
        })
        .default("unix:///var/run/docker.sock")
        .describe("Where its Docker daemon answers; DOCKER_HOST is not looked at."),
      memoryMiB: z
        .int()
        .min(1024)
        .describe(
          "Its memory. The limits of all containers together have to fit in it; what it needs itself comes out of " +
            "what they leave unused.",
        ),
      cpus: z.number().min(1),
      diskGiB: z.int().min(10),
      registries: z
        .array(registryHost)
        .default([])
        .describe(
          "Registries it pulls private images from, with the `docker login` of whoever runs `up`; Docker Hub is registry-1.docker.io.",
        ),
    })
    .describe("The machine everything runs on; all that is declared has to fit."),
  ...common,
  services: z.record(identifier, service).describe("Size of each service of the shape."),
  edge: edge.describe("Size of the proxy in front, and where users come in."),
  operatorPorts: operatorPorts.default({}),
  monitoring: monitoring.describe("Size of each part of the monitoring stack."),
  backups: drillingResources
    .extend({ bucket })
    .describe("Size of the backup runner, and where backups are kept."),
});
