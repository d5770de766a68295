import { z } from "zod";
import { accountId, cidr, drillingResources, identifier, origins, region, resources } from "./fields";
import { common, metricsRetention } from "./scale-common";

/**
 * The scale of an environment on AWS. Sizes are said as on a Docker host, in MiB and cores; the smallest Fargate
 * size, instance class or node type that holds them is taken (`aws-sizes.ts`).
 */

const service = resources.extend({
  replicas: z.int().min(1).max(100).default(1).describe("Fewest tasks, and how many it starts with."),
  maxReplicas: z
    .int()
    .min(1)
    .max(1000)
    .optional()
    .describe("Most tasks when load rises. Default: as many as replicas; then it does not scale."),
});

const network = z.strictObject({
  cidr: cidr
    .refine((range) => range.endsWith("/16"), {
      error: 'a range of 65,536 addresses, such as "10.20.0.0/16"',
    })
    .default("10.20.0.0/16")
    .describe("Addresses of the environment's own network. Chosen once: a running environment cannot move."),
  natGateways: z
    .enum(["one", "per-zone"])
    .default("one")
    .describe("Ways out: one that all zones share, or one in each, so that none depends on another."),
});

const account = z
  .strictObject({
    accountId: accountId.describe("The only account this stack may ever change."),
    region: region.describe("Where everything runs."),
    zones: z
      .array(z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d[a-f]$/, { error: 'a zone such as "eu-west-1a"' }))
      .length(3, { error: "three availability zones of the region" })
      .describe("Availability zones of the region. Chosen once: a running environment cannot move."),
    hostedZoneId: z
      .string()
      .regex(/^Z[A-Z0-9]{1,31}$/, { error: 'the id of a Route 53 hosted zone, such as "Z0123456789ABC"' })
      .describe("Route 53 zone the domain stands in."),
    network: network.prefault({}),
    multiZone: z
      .boolean()
      .default(false)
      .describe("Whether database and cache have a stand-by in another zone, ready to take over."),
    allowMajorUpgrade: z
      .boolean()
      .default(false)
      .describe(
        "Whether an image of another major version of PostgreSQL upgrades the database, which stops it for a while and " +
          "cannot be taken back. RDS refuses it otherwise.",
      ),
    copyRegion: region.optional().describe("A second region that backups are copied to."),
    repository: z
      .string()
      .regex(/^[A-Za-z0-9-]+\/[A-Za-z0-9._-]+$/, { error: 'a GitHub repository such as "acme/platform"' })
      .describe("Whose workflows may preview and deploy this stack, without a key."),
    tokenSubjects: z
      .array(
        z.string().regex(/^repo:[A-Za-z0-9@_.-]+\/[A-Za-z0-9@_.-]+$/, {
          error: 'the start of a token\'s subject, such as "repo:acme/platform"',
        }),
      )
      .min(1)
      .max(2)
      .optional()
      .describe(
        "What the subject of the workflows' tokens starts with. Default: repo:REPOSITORY. Repositories made " +
          "since June 2026 have ids in it, too: GitHub's OIDC settings show it.",
      ),
    state: z
      .strictObject({
        bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, {
          error: 'the name of an S3 bucket, such as "acme-pulumi-state"',
        }),
        keyArn: z
          .string()
          .regex(/^arn:aws:kms:[a-z0-9-]+:\d{12}:key\/[0-9a-f-]+$/, { error: "the ARN of a KMS key" })
          .optional(),
      })
      .optional()
      .describe(
        "Where the state is that workflows read: a bucket, and the key that its secrets are encrypted with.",
      ),
    owns: z
      .array(z.enum(["github-provider", "cost-allocation-tags", "cost-anomalies"]))
      .default([])
      .describe(
        "What this stack makes that not every account may have, or only once: the provider of GitHub's tokens, and what " +
          "takes an account that pays for itself.",
      ),
    monthlyBudgetUsd: z.int().min(1).describe("Spending above this is reported; nothing is stopped."),
  })
  .describe("The account, and what only AWS has.");

export const awsScale = z.strictObject({
  platform: z.literal("aws").describe("What the environment runs on."),
  aws: account,
  ...common,
  services: z.record(identifier, service).describe("Size of each service of the shape."),
  edge: z
    .strictObject({ corsOrigins: origins.default([]) })
    .prefault({})
    .describe("Whose pages may call the app."),
  monitoring: z
    .strictObject({
      prometheus: z.strictObject({
        retentionDays: metricsRetention.default(150),
      }),
      grafana: resources,
      collector: resources.describe("For the collector of metrics and traces beside each task."),
      exporter: resources.describe("For each of the exporters."),
    })
    .describe("Size of each part of the monitoring stack that is not managed."),
  backups: drillingResources.describe("Size of the backup runner."),
});
