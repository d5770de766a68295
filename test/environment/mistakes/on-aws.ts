import { awsStack } from "../../components/support/aws-stack";
import { rename, set, type Change, type Json } from "../support/configuration";
import type { Mistake } from "./mistake";

const { config } = awsStack({ production: false });
const DIGEST = `sha256:${"a".repeat(64)}`;

/** Puts the valid environment on AWS in the place of the one on a laptop. */
export const onAws: Change = (draft) => {
  draft.stack = "staging";
  draft.scale = JSON.parse(config["mainstay:scale"] ?? "{}") as Json;
};

const OWN_IMAGES = Object.keys((JSON.parse(config["mainstay:scale"] ?? "{}") as { images: object }).images);

/** The images are where such a stack's would be. */
const ownImages = (region: string, stack: string): Change[] =>
  OWN_IMAGES.map((name) =>
    set(
      `scale.images.${name}`,
      `123456789012.dkr.ecr.${region}.amazonaws.com/mainstay-${stack}/${name}@${DIGEST}`,
    ),
  );

/** A service that neither needs the database nor is told of it. */
const withoutDatabase =
  (name: string): Change =>
  (draft) => {
    const { services } = draft.shape as { services: Record<string, Record<"needs" | "variables", string[]>> };
    const service = services[name];
    if (!service) throw new Error(`there is no service ${name}`);
    service.needs = service.needs.filter((need) => need !== "database");
    service.variables = service.variables.filter((variable) => !variable.startsWith("DATABASE_"));
  };

const file = "Pulumi.staging.yaml: mainstay:scale";
const POSTGRES = 'an image whose tag begins with a major version RDS has, 15 to 18: "postgres:17.11"';
const project = "Pulumi.yaml: mainstay:shape";

/** What only an environment on AWS can be mistaken in. */
export const MISTAKES_ON_AWS: readonly Mistake[] = [
  {
    kind: "an account id of too few digits",
    changes: [set("scale.aws.accountId", "12345")],
    says: [`${file}.aws.accountId: found "12345"; allowed: an account id: a text of 12 digits`],
  },
  {
    kind: "an account id as a number",
    changes: [set("scale.aws.accountId", 123456789012)],
    says: [`${file}.aws.accountId: found 123456789012; allowed: an account id: a text of 12 digits`],
  },
  {
    kind: "a zone of another region",
    changes: [set("scale.aws.zones", ["eu-west-1a", "eu-west-1b", "eu-west-2c"])],
    says: [`${file}.aws.zones[2]: found "eu-west-2c"; allowed: a zone of the region eu-west-1`],
  },
  {
    kind: "a zone twice",
    changes: [set("scale.aws.zones", ["eu-west-1a", "eu-west-1b", "eu-west-1a"])],
    says: [`${file}.aws.zones[2]: found "eu-west-1a" again; allowed: three different zones`],
  },
  {
    kind: "two zones",
    changes: [set("scale.aws.zones", ["eu-west-1a", "eu-west-1b"])],
    says: [`${file}.aws.zones: found a list; allowed: a list of at least 3 entries`],
  },
  {
    kind: "a region nobody knows the databases' authority of",
    changes: [
      set("scale.aws.region", "eu-north-9"),
      set("scale.aws.zones", ["eu-north-9a", "eu-north-9b", "eu-north-9c"]),
      ...ownImages("eu-north-9", "staging"),
    ],
    says: [
      `${file}.aws.region: found "eu-north-9", whose databases' authority is not known; allowed: a region with RDS`,
    ],
  },
  {
    kind: "copies beside their originals",
    changes: [set("scale.aws.copyRegion", "eu-west-1")],
    says: [
      `${file}.aws.copyRegion: found "eu-west-1"; allowed: another region: a copy beside its original is lost with it`,
    ],
  },
  {
    kind: "a network that is too small",
    changes: [set("scale.aws.network", { cidr: "10.20.0.0/24" })],
    says: [
      `${file}.aws.network.cidr: found "10.20.0.0/24"; allowed: a range of 65,536 addresses, such as "10.20.0.0/16"`,
    ],
  },
  {
    kind: "a repository without an owner",
    changes: [set("scale.aws.repository", "platform")],
    says: [`${file}.aws.repository: found "platform"; allowed: a GitHub repository such as "acme/platform"`],
  },
  {
    kind: "no budget",
    changes: [set("scale.aws.monthlyBudgetUsd", 0)],
    says: [`${file}.aws.monthlyBudgetUsd: found 0; allowed: a whole number, at least 1`],
  },
  {
    kind: "a key only a Docker host has",
    changes: [
      set("scale.host", { address: "unix:///var/run/docker.sock", memoryMiB: 1024, cpus: 1, diskGiB: 9 }),
    ],
    says: [
      `${file}.host: found a key that does not exist here; allowed: one of platform, aws, production, follows, protectData, secretGeneration, domain, images, database, cache, receivers, variables, services, edge, monitoring, backups`,
    ],
  },
  {
    kind: "fewer tasks at most than at least",
    changes: [set("scale.services.api.maxReplicas", 1)],
    says: [`${file}.services.api.maxReplicas: found 1; allowed: at least its 2 replicas`],
  },
  {
    kind: "a service no task is large enough for",
    changes: [set("scale.services.api.memoryMiB", 131_072)],
    says: [
      `${file}.services.api: found 131072 MiB and 0.2 cores; allowed: with the collector beside it at most 16 cores and 120 GiB, in Fargate's steps`,
    ],
  },
  {
    kind: "a database no instance is large enough for",
    changes: [set("scale.database.memoryMiB", 524_288)],
    says: [`${file}.database: found 524288 MiB and 2 cores; allowed: at most 64 cores and 256 GiB`],
  },
  {
    kind: "a cache no node is large enough for",
    changes: [set("scale.cache.memoryMiB", 524_288)],
    says: [`${file}.cache: found 524288 MiB and 1 cores; allowed: at most 64 cores and 209 GiB`],
  },
  {
    kind: "too little disk for RDS",
    changes: [set("scale.database.storageGiB", 19)],
    says: [`${file}.database.storageGiB: found 19; allowed: 20 to 32768 GiB on platform aws`],
  },
  {
    kind: "a disk that could not grow",
    changes: [set("scale.database.storageGiB", 32_769)],
    says: [`${file}.database.storageGiB: found 32769; allowed: 20 to 32768 GiB on platform aws`],
  },
  {
    kind: "a PostgreSQL that RDS does not have",
    changes: [set("scale.images.postgres", `postgres:14.22@${DIGEST}`)],
    says: [`${file}.images.postgres: found "postgres:14.22@sha256:${"a".repeat(37)}…"; allowed: ${POSTGRES}`],
  },
  {
    kind: "a PostgreSQL of no known version",
    changes: [set("scale.images.postgres", `example.com:5000/postgres@${DIGEST}`)],
    says: [
      `${file}.images.postgres: found "example.com:5000/postgres@sha256:${"a".repeat(26)}…"; allowed: ${POSTGRES}`,
    ],
  },
  {
    kind: "more connections than the database has memory for",
    changes: [set("scale.database.memoryMiB", 1024), set("shape.database.maxConnections", 113)],
    says: [
      `${project}.database.maxConnections: found 113, with 1024 MiB in Pulumi.staging.yaml; allowed: at most 112 on platform aws, or more memory for the database`,
    ],
  },
  {
    kind: "pools that fill the database while a release takes over",
    changes: [set("scale.services.api.maxReplicas", 4), set("scale.variables.DATABASE_POOL_MAX", 10)],
    says: [
      `${file}.variables.DATABASE_POOL_MAX: found 10 connections for each of 10 processes, 100 in all; allowed: at most 8 each, 80 in all: 100 less 20 reserved`,
    ],
  },
  {
    kind: "an own image that nobody publishes",
    changes: [set("scale.images.app", "mainstay/app:0.1.0")],
    says: [
      `${file}.images.app: found "mainstay/app:0.1.0"; allowed: an image of the account's own registry with its digest: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/mainstay-staging/app@sha256:…`,
    ],
  },
  {
    kind: "an own image under another environment's name",
    changes: [
      set("scale.images.app", `123456789012.dkr.ecr.eu-west-1.amazonaws.com/mainstay-prod/app@${DIGEST}`),
    ],
    says: [
      `${file}.images.app: found "123456789012.dkr.ecr.eu-west-1.amazonaws.com/mainstay-prod/…"; allowed: an image of the account's own registry with its digest: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/mainstay-staging/app@sha256:…`,
    ],
  },
  {
    kind: "another's image by its tag alone",
    changes: [set("scale.images.redis-exporter", "oliver006/redis_exporter:v1.93.0-alpine")],
    says: [
      `${file}.images.redis-exporter: found "oliver006/redis_exporter:v1.93.0-alpine"; allowed: an image with its digest: name:tag@sha256:…`,
    ],
  },
  {
    kind: "more routes than one rule of a load balancer holds",
    changes: [set("shape.services.api.routes", ["/v1", "/b", "/c", "/d", "/e", "/f"])],
    says: [
      `${project}.services.api.routes: found 6 routes; allowed: at most 5 on platform aws: one rule of the load balancer holds them`,
    ],
  },
  {
    kind: "routes that no order of rules can tell apart",
    changes: [
      set("shape.services.api.routes", ["/v1", "/static/v1"]),
      set("shape.services.web.routes", ["/", "/v1/pages"]),
    ],
    says: [
      `${project}.services: found two services of which each has a route below one of the other's; allowed: routes of which one service's can all be tried first: on platform aws each service is one rule of the load balancer`,
    ],
  },
  {
    kind: "routes deeper than the load balancer has priorities for",
    changes: [
      set("shape.services.web.routes", ["/a/b/c/d/e/f/g/h/i/j/k/l"]),
      set("shape.services.web.probe.path", "/a/b/c/d/e/f/g/h/i/j/k/l"),
    ],
    says: [
      `${project}.services.web.routes: found routes 12 levels deep; allowed: at most 11 levels on platform aws: one for each name between the shortest one's slashes, and one above each service these lie below`,
    ],
  },
  {
    kind: "two services whose names give their rules one priority",
    changes: [rename("shape.services.web", "site-348"), rename("scale.services.web", "site-348")],
    says: [
      `${project}.services.site-348: found a name that gets the priority of api among the load balancer's rules; allowed: another name for one of the two on platform aws`,
    ],
  },
  {
    kind: "a lower rate than the firewall counts",
    changes: [set("shape.edge.requestsPerMinute", 9)],
    says: [
      `${project}.edge.requestsPerMinute: found 9; allowed: at least 10 on platform aws: its firewall counts no fewer`,
    ],
  },
  {
    kind: "metrics for the whole internet",
    changes: [set("shape.edge.metricsFrom", ["10.0.0.0/8", "0.0.0.0/0"])],
    says: [
      `${project}.edge.metricsFrom[1]: found "0.0.0.0/0"; allowed: a range of a part of all addresses on platform aws: /1 to /32`,
    ],
  },
  {
    kind: "a second release beside the first, which ECS makes itself",
    changes: [set("scale.services.api.candidate", { image: "mainstay/app:0.2.0" })],
    says: [
      `${file}.services.api.candidate: found a key that does not exist here; allowed: one of memoryMiB, cpus, replicas, maxReplicas`,
    ],
  },
  {
    kind: "backups that are kept longer than RDS can",
    changes: [set("shape.backups.retentionDays", 36)],
    says: [
      `${project}.backups.retentionDays: found 36; allowed: at most 35 on platform aws: continuous backups are kept no longer`,
    ],
  },
  {
    kind: "drills that need more disk than a task can have",
    changes: [set("scale.backups.drillGiB", 181)],
    says: [
      `${file}.backups.drillGiB: found 181; allowed: at most 180 on platform aws: a task has 200 GiB of disk, 20 of them for its image`,
    ],
  },
  {
    kind: "a schedule by days of the month and of the week",
    changes: [set("shape.backups.fullSchedule", "0 2 1-31 * 1")],
    says: [
      `${project}.backups.fullSchedule: found "0 2 1-31 * 1"; allowed: a schedule by days of the month or of the week, not both, on platform aws`,
    ],
  },
  {
    kind: "a stack whose name leaves no room in others",
    changes: [
      (draft) => (draft.stack = "a23456789-123456789-1"),
      ...ownImages("eu-west-1", "a23456789-123456789-1"),
    ],
    says: [
      `Pulumi.a23456789-123456789-1.yaml: the stack's name: found "a23456789-123456789-1"; allowed: at most 20 small letters and digits on platform aws, with single hyphens between them, and a letter first`,
    ],
  },
  ...["web-", "w--b"].map((name) => ({
    kind: `a service whose name no user of a cache could have: ${name}`,
    changes: [rename("shape.services.web", name), rename("scale.services.web", name)],
    says: [
      `${project}.services.${name}: found "${name}"; allowed: on platform aws single hyphens between letters and digits, and none at the end`,
    ],
  })),
  {
    kind: "a domain longer than a certificate can be for",
    changes: [set("scale.domain", `${"a".repeat(53)}.example.com`)],
    says: [
      `${file}.domain: found "${"a".repeat(53)}.examp…", 65 characters; allowed: at most 64 characters on platform aws: no certificate is for a longer one`,
    ],
  },
  {
    kind: "a stack whose name no bucket could have",
    changes: [(draft) => (draft.stack = "prod--two"), ...ownImages("eu-west-1", "prod--two")],
    says: [
      `Pulumi.prod--two.yaml: the stack's name: found "prod--two"; allowed: at most 20 small letters and digits on platform aws, with single hyphens between them, and a letter first`,
    ],
  },
  {
    kind: "production nobody is paged for",
    changes: [set("scale.production", true), set("scale.receivers", {})],
    says: [
      `${file}.receivers.critical: found an empty list; allowed: at least one receiver in production: without one, nobody would be paged`,
    ],
  },
  {
    kind: "metrics that are gone before an objective's month is over",
    changes: [set("scale.monitoring.prometheus.retentionDays", 30)],
    says: [
      `${file}.monitoring.prometheus.retentionDays: found 30; allowed: a whole number from 31 to 400: objectives add up 30 days`,
    ],
  },
  {
    kind: "no migration",
    changes: [set("shape.migration", null)],
    says: [
      `${project}.migration: found nothing; allowed: a migration on platform aws: the migration's task makes the database's users`,
    ],
  },
  {
    kind: "a database that no service needs",
    changes: [withoutDatabase("api"), withoutDatabase("worker")],
    says: [
      `${project}.services: found no service that needs the database; allowed: at least one on platform aws: the migration's task makes the database's users, and has its size`,
    ],
  },
];
