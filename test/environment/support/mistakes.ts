import { OPAQUE, PLAIN_TEXT } from "../../../environment/context";
import { IMAGES } from "../../../environment/images";
import { production, drop, rename, set, type Change } from "./configuration";

/** A kind of mistake: how it comes about, and each line that is said of it. */
export interface Mistake {
  readonly kind: string;
  readonly changes: readonly Change[];
  readonly says: readonly string[];
}

/** Secret texts of the table: none of them may ever be said. */
export const SECRETS = ["sk-live-4f1d9c07a2b8", "hunter2"] as const;
const [KEY, SHORT] = SECRETS;

const inProduction = [production, drop("scale.variables.API_DOCS_ENABLED")];
const IMAGE_NAMES = Object.keys(IMAGES).join(", ");
const DIGEST = `sha256:${"a".repeat(64)}`;

export const MISTAKES: readonly Mistake[] = [
  // ------------------------------------------------------------------ types and missing keys
  {
    kind: "a text for a number",
    changes: [set("scale.services.api.memoryMiB", "224")],
    says: [
      'Pulumi.local.yaml: mainstay:scale.services.api.memoryMiB: found "224"; allowed: a whole number from 16 to 1048576',
    ],
  },
  {
    kind: "a fraction for a whole number",
    changes: [set("scale.services.api.memoryMiB", 224.5)],
    says: [
      "Pulumi.local.yaml: mainstay:scale.services.api.memoryMiB: found 224.5; allowed: a whole number from 16 to 1048576",
    ],
  },
  {
    kind: "a text for a yes or no",
    changes: [set("scale.production", "no")],
    says: ['Pulumi.local.yaml: mainstay:scale.production: found "no"; allowed: true or false'],
  },
  {
    kind: "a number for a text",
    changes: [set("scale.domain", 1)],
    says: [
      'Pulumi.local.yaml: mainstay:scale.domain: found 1; allowed: a lower-case host name, such as "api.example.com"',
    ],
  },
  {
    kind: "an object for a list",
    changes: [set("shape.services.api.routes", { v1: "/v1" })],
    says: ["Pulumi.yaml: mainstay:shape.services.api.routes: found an object; allowed: a list"],
  },
  {
    kind: "a list for an object",
    changes: [set("scale.services.api", [1])],
    says: [
      "Pulumi.local.yaml: mainstay:scale.services.api: found a list; allowed: an object with memoryMiB, cpus",
    ],
  },
  {
    kind: "a key without a value",
    changes: [set("scale.database", null)],
    says: [
      "Pulumi.local.yaml: mainstay:scale.database: found nothing; allowed: an object with memoryMiB, cpus, storageGiB",
    ],
  },
  {
    kind: "a missing section",
    changes: [drop("scale.database")],
    says: [
      "Pulumi.local.yaml: mainstay:scale.database: found nothing; allowed: an object with memoryMiB, cpus, storageGiB",
    ],
  },
  {
    kind: "a missing union section",
    changes: [drop("scale.backups.bucket")],
    says: ["Pulumi.local.yaml: mainstay:scale.backups.bucket: found nothing; allowed: an object with kind"],
  },
  {
    kind: "a missing size",
    changes: [drop("scale.services.api.memoryMiB")],
    says: [
      "Pulumi.local.yaml: mainstay:scale.services.api.memoryMiB: found nothing; allowed: a whole number from 16 to 1048576",
    ],
  },
  {
    kind: "a probe of what another service answers",
    changes: [set("shape.services.web.probe.path", "/v1/documents")],
    says: [
      'Pulumi.yaml: mainstay:shape.services.web.probe.path: found "/v1/documents", which api answers; allowed: a path below the service\'s own routes',
    ],
  },
  {
    kind: "a probe of a service nobody reaches from outside",
    changes: [
      set("shape.services.worker.probe", { path: "/health/live" }),
      drop("shape.services.web.routes"),
    ],
    says: [
      'Pulumi.yaml: mainstay:shape.services.web.probe.path: found "/", which no service answers; allowed: a path below the service\'s own routes',
      'Pulumi.yaml: mainstay:shape.services.worker.probe.path: found "/health/live", which api answers; allowed: a path below the service\'s own routes',
    ],
  },
  {
    kind: "a probe that expects a failure",
    changes: [set("shape.services.web.probe.status", 500)],
    says: [
      "Pulumi.yaml: mainstay:shape.services.web.probe.status: found 500; allowed: a whole number from 200 to 499",
    ],
  },
  {
    kind: "a missing health check",
    changes: [drop("shape.services.api.health.command")],
    says: ["Pulumi.yaml: mainstay:shape.services.api.health.command: found nothing; allowed: a list"],
  },
  {
    kind: "a missing description",
    changes: [drop("shape.variables.LOG_LEVEL.description")],
    says: ["Pulumi.yaml: mainstay:shape.variables.LOG_LEVEL.description: found nothing; allowed: a text"],
  },
  {
    kind: "no services",
    changes: [set("shape.services", {}), set("scale.services", {})],
    says: ["Pulumi.yaml: mainstay:shape.services: found an empty object; allowed: at least one service"],
  },
  {
    kind: "no scale",
    changes: [(c) => (c.scale = undefined as never)],
    says: [
      "Pulumi.local.yaml: mainstay:scale: found nothing; allowed: an object with platform, production, domain, database, cache, services, monitoring, backups",
    ],
  },
  {
    kind: "no shape",
    changes: [(c) => (c.shape = undefined as never)],
    says: [
      "Pulumi.yaml: mainstay:shape: found nothing; allowed: an object with services, variables, database, backups",
    ],
  },
  {
    kind: "a text for the shape",
    changes: [(c) => (c.shape = "services: {}")],
    says: [
      "Pulumi.yaml: mainstay:shape: found a text; allowed: an object with services, variables, database, backups",
    ],
  },
  {
    kind: "a list for the scale",
    changes: [(c) => (c.scale = [])],
    says: [
      "Pulumi.local.yaml: mainstay:scale: found an empty list; allowed: an object with platform, production, domain, database, cache, services, monitoring, backups",
    ],
  },
  {
    kind: "a text for the secrets",
    changes: [(c) => (c.secrets = SHORT)],
    says: ["Pulumi.local.yaml: mainstay:secrets: found a text; allowed: an object"],
  },
  {
    kind: "an empty command",
    changes: [set("shape.services.api.health.command", [])],
    says: [
      "Pulumi.yaml: mainstay:shape.services.api.health.command: found an empty list; allowed: a list of at least 1 entry",
    ],
  },
  {
    kind: "a text for all variables",
    changes: [set("scale.variables", `OPENAI_API_KEY=${KEY}`)],
    says: ["Pulumi.local.yaml: mainstay:scale.variables: found a text; allowed: an object"],
  },

  // ------------------------------------------------------------------ misspelt keys
  {
    kind: "a misspelt section",
    changes: [rename("scale.database", "databse")],
    says: [
      "Pulumi.local.yaml: mainstay:scale.database: found nothing; allowed: an object with memoryMiB, cpus, storageGiB",
      "Pulumi.local.yaml: mainstay:scale.databse: found a key that does not exist here; allowed: one of platform, host, production, protectData, secretGeneration, domain, images, database, cache, receivers, variables, services, edge, monitoring, backups",
    ],
  },
  {
    kind: "a misspelt key of a section",
    changes: [set("scale.edge.corsOrigin", ["https://a.example.com"])],
    says: [
      "Pulumi.local.yaml: mainstay:scale.edge.corsOrigin: found a key that does not exist here; allowed: one of memoryMiB, cpus, address, httpPort, httpsPort, corsOrigins, certificate",
    ],
  },
  {
    kind: "a misspelt key of a service",
    changes: [rename("scale.services.api.replicas", "replcas")],
    says: [
      "Pulumi.local.yaml: mainstay:scale.services.api.replcas: found a key that does not exist here; allowed: one of memoryMiB, cpus, replicas, candidate",
    ],
  },
  {
    kind: "a misspelt key of a variable",
    changes: [rename("shape.variables.JWT_LIFETIME_SECONDS.max", "maximum")],
    says: [
      "Pulumi.yaml: mainstay:shape.variables.JWT_LIFETIME_SECONDS.maximum: found a key that does not exist here; allowed: one of type, description, required, secret, from, generate, default, production, min, max",
    ],
  },
  {
    kind: "a misspelt key deep down",
    changes: [rename("scale.monitoring.prometheus.retentionDays", "retention")],
    says: [
      "Pulumi.local.yaml: mainstay:scale.monitoring.prometheus.retention: found a key that does not exist here; allowed: one of memoryMiB, cpus, storageGiB, retentionDays",
    ],
  },
  {
    kind: "a misspelt key of production",
    changes: [rename("shape.variables.LOG_FORMAT.production.equals", "equal")],
    says: [
      "Pulumi.yaml: mainstay:shape.variables.LOG_FORMAT.production.equal: found a key that does not exist here; allowed: one of minLength, forbid, equals",
    ],
  },
  {
    kind: "a key with a line break",
    changes: [set("scale.host.a\nb", 1)],
    says: [
      'Pulumi.local.yaml: mainstay:scale.host["a\\nb"]: found a key that does not exist here; allowed: one of address, memoryMiB, cpus, diskGiB',
    ],
  },
  {
    kind: "a key of another bucket",
    changes: [set("scale.backups.bucket.region", "eu-west-1")],
    says: [
      "Pulumi.local.yaml: mainstay:scale.backups.bucket.region: found a key that does not exist here; allowed: one of kind",
    ],
  },

  // ------------------------------------------------------------------ choices
  {
    kind: "an unknown platform",
    changes: [set("scale.platform", "kubernetes")],
    says: ['Pulumi.local.yaml: mainstay:scale.platform: found "kubernetes"; allowed: one of "docker", "aws"'],
  },
  {
    kind: "no platform, and more",
    changes: [drop("scale.platform"), set("scale.domain", "Example.com")],
    says: [
      'Pulumi.local.yaml: mainstay:scale.platform: found nothing; allowed: one of "docker", "aws"',
      'Pulumi.local.yaml: mainstay:scale.domain: found "Example.com"; allowed: a lower-case host name, such as "api.example.com"',
    ],
  },
  {
    kind: "an unknown need",
    changes: [set("shape.services.web.needs", ["databse"])],
    says: [
      'Pulumi.yaml: mainstay:shape.services.web.needs[0]: found "databse"; allowed: one of "database", "cache", "tracing", "internet"',
    ],
  },
  {
    kind: "an unknown type of a variable",
    changes: [set("shape.variables.LOG_LEVEL.type", "choice")],
    says: [
      'Pulumi.yaml: mainstay:shape.variables.LOG_LEVEL.type: found "choice"; allowed: one of "string", "integer", "number", "port", "boolean", "enum", "url", "path", "origins"',
    ],
  },
  {
    kind: "an unknown source of a variable",
    changes: [set("shape.variables.PUBLIC_URL.from", "edge.link")],
    says: [
      'Pulumi.yaml: mainstay:shape.variables.PUBLIC_URL.from: found "edge.link"; allowed: one of "environment.name", "service.port", "edge.url", "edge.corsOrigins", "edge.uploadMaxMiB", "edge.timeoutMs", "database.url", "database.caFile", "database.statementTimeoutMs", "cache.url", "tracing.endpoint"',
    ],
  },
  {
    kind: "an unknown rule",
    changes: [set("shape.rules.1.kind", "below")],
    says: [
      'Pulumi.yaml: mainstay:shape.rules[1].kind: found "below"; allowed: one of "atLeastOne", "notAbove"',
    ],
  },
  {
    kind: "an unknown kind of receiver",
    changes: [set("scale.receivers.info", [{ kind: "sms" }])],
    says: [
      'Pulumi.local.yaml: mainstay:scale.receivers.info[0].kind: found "sms"; allowed: one of "webhook", "slack", "pagerduty", "email"',
    ],
  },
  {
    kind: "an unknown bucket",
    changes: [set("scale.backups.bucket.kind", "gcs")],
    says: [
      'Pulumi.local.yaml: mainstay:scale.backups.bucket.kind: found "gcs"; allowed: one of "volume", "s3"',
    ],
  },
  {
    kind: "an unknown memory policy",
    changes: [set("shape.cache.maxMemoryPolicy", "lru")],
    says: [
      'Pulumi.yaml: mainstay:shape.cache.maxMemoryPolicy: found "lru"; allowed: one of "allkeys-lru", "allkeys-lfu", "volatile-lru", "volatile-lfu", "volatile-ttl", "noeviction"',
    ],
  },

  // ------------------------------------------------------------------ ranges
  {
    kind: "no replicas",
    changes: [set("scale.services.api.replicas", 0)],
    says: [
      "Pulumi.local.yaml: mainstay:scale.services.api.replicas: found 0; allowed: a whole number from 1 to 20",
    ],
  },
  {
    kind: "too many replicas",
    changes: [set("scale.services.web.replicas", 21)],
    says: [
      "Pulumi.local.yaml: mainstay:scale.services.web.replicas: found 21; allowed: a whole number from 1 to 20",
    ],
  },
  {
    kind: "too little CPU",
    changes: [set("scale.cache.cpus", 0)],
    says: ["Pulumi.local.yaml: mainstay:scale.cache.cpus: found 0; allowed: a number from 0.01 to 128"],
  },
  {
    kind: "a port of the superuser",
    changes: [set("shape.services.api.port", 80)],
    says: [
      "Pulumi.yaml: mainstay:shape.services.api.port: found 80; allowed: a whole number from 1024 to 65535",
    ],
  },
  {
    kind: "a port that cannot be",
    changes: [set("shape.operatorPorts.grafana", 70_000)],
    says: [
      "Pulumi.yaml: mainstay:shape.operatorPorts.grafana: found 70000; allowed: a whole number from 1 to 65535",
    ],
  },
  {
    kind: "a host too small for anything",
    changes: [set("scale.host.memoryMiB", 512)],
    says: [
      "Pulumi.local.yaml: mainstay:scale.host.memoryMiB: found 512; allowed: a whole number, at least 1024",
    ],
  },
  {
    kind: "a negative generation",
    changes: [set("scale.secretGeneration", -1)],
    says: [
      "Pulumi.local.yaml: mainstay:scale.secretGeneration: found -1; allowed: a whole number, at least 1",
    ],
  },
  {
    kind: "secrets that are never replaced",
    changes: [set("shape.secretRotationDays", 1000)],
    says: [
      "Pulumi.yaml: mainstay:shape.secretRotationDays: found 1000; allowed: a whole number from 1 to 365",
    ],
  },
  {
    kind: "more than all requests to a candidate",
    changes: [set("scale.services.api.candidate", { image: "mainstay/app:0.2.0", weightPercent: 101 })],
    says: [
      "Pulumi.local.yaml: mainstay:scale.services.api.candidate.weightPercent: found 101; allowed: a whole number from 0 to 100",
    ],
  },

  // ------------------------------------------------------------------ formats
  {
    kind: "an upper-case domain",
    changes: [set("scale.domain", "Api.Example.com")],
    says: [
      'Pulumi.local.yaml: mainstay:scale.domain: found "Api.Example.com"; allowed: a lower-case host name, such as "api.example.com"',
    ],
  },
  {
    kind: "a domain with a path",
    changes: [set("scale.domain", "example.com/api")],
    says: [
      'Pulumi.local.yaml: mainstay:scale.domain: found "example.com/api"; allowed: a lower-case host name, such as "api.example.com"',
    ],
  },
  {
    kind: "an upper-case service",
    changes: [rename("shape.services.web", "Web"), drop("scale.services.web")],
    says: [
      "Pulumi.yaml: mainstay:shape.services.Web: found a name of another form; allowed: lower-case letters, digits and hyphens, a letter first, at most 20 characters",
    ],
  },
  {
    kind: "a lower-case variable",
    changes: [set("scale.variables.log_level", "info")],
    says: [
      "Pulumi.local.yaml: mainstay:scale.variables.log_level: found a name of another form; allowed: upper-case letters, digits and underscores, a letter first, at most 64 characters",
    ],
  },
  {
    kind: "a lower-case secret",
    changes: [set("secrets.openai", KEY)],
    says: [
      "Pulumi.local.yaml: mainstay:secrets.openai: found a name of another form; allowed: upper-case letters, digits and underscores, a letter first, at most 64 characters",
    ],
  },
  {
    kind: "a route without a slash",
    changes: [set("shape.services.web.routes", ["app"])],
    says: [
      'Pulumi.yaml: mainstay:shape.services.web.routes[0]: found "app"; allowed: a path that starts with "/"',
    ],
  },
  {
    kind: "a cron field too few",
    changes: [set("shape.backups.fullSchedule", "0 2 * *")],
    says: [
      'Pulumi.yaml: mainstay:shape.backups.fullSchedule: found "0 2 * *"; allowed: five cron fields in UTC, such as "0 2 * * *"',
    ],
  },
  {
    kind: "a cron hour that cannot be",
    changes: [set("shape.backups.fullSchedule", "0 25 * * *")],
    says: [
      'Pulumi.yaml: mainstay:shape.backups.fullSchedule: found "0 25 * * *"; allowed: five cron fields in UTC, such as "0 2 * * *"',
    ],
  },
  {
    kind: "a cron step of nothing",
    changes: [set("shape.backups.eventsSchedule", "*/0 * * * *")],
    says: [
      'Pulumi.yaml: mainstay:shape.backups.eventsSchedule: found "*/0 * * * *"; allowed: five cron fields in UTC, such as "0 2 * * *"',
    ],
  },
  {
    kind: "a cron word",
    changes: [set("shape.backups.eventsSchedule", "@hourly")],
    says: [
      'Pulumi.yaml: mainstay:shape.backups.eventsSchedule: found "@hourly"; allowed: five cron fields in UTC, such as "0 2 * * *"',
    ],
  },
  {
    kind: "an address range without a size",
    changes: [set("shape.edge.metricsFrom", ["10.0.0.0"])],
    says: [
      'Pulumi.yaml: mainstay:shape.edge.metricsFrom[0]: found "10.0.0.0"; allowed: an address range such as "10.0.0.0/8"',
    ],
  },
  {
    kind: "no address ranges",
    changes: [set("shape.edge.metricsFrom", [])],
    says: [
      "Pulumi.yaml: mainstay:shape.edge.metricsFrom: found an empty list; allowed: a list of at least 1 entry",
    ],
  },
  {
    kind: "a host address that is none",
    changes: [set("scale.edge.address", "localhost")],
    says: [
      'Pulumi.local.yaml: mainstay:scale.edge.address: found "localhost"; allowed: an IPv4 address of the host, such as "127.0.0.1"',
    ],
  },
  {
    kind: "a Docker host that is none",
    changes: [set("scale.host.address", "staging.example.com")],
    says: [
      'Pulumi.local.yaml: mainstay:scale.host.address: found "staging.example.com"; allowed: a Docker host such as "unix:///var/run/docker.sock" or "ssh://ops@host"',
    ],
  },
  {
    kind: "an origin with a path",
    changes: [set("scale.edge.corsOrigins.0", "https://app.example.com/")],
    says: [
      'Pulumi.local.yaml: mainstay:scale.edge.corsOrigins[0]: found "https://app.example.com/"; allowed: an origin such as "https://app.example.com", or "*"',
    ],
  },
  {
    kind: "a table without a schema",
    changes: [set("shape.backups.eventTables", ["events"])],
    says: [
      'Pulumi.yaml: mainstay:shape.backups.eventTables[0]: found "events"; allowed: a table such as "app.events"',
    ],
  },
  {
    kind: "a database name to be quoted",
    changes: [set("shape.database.name", "My App")],
    says: [
      'Pulumi.yaml: mainstay:shape.database.name: found "My App"; allowed: lower-case letters, digits and underscores, a letter first, at most 31 characters',
    ],
  },
  {
    kind: "a region that is none",
    changes: [set("scale.backups.bucket", { kind: "s3", region: "Ireland" })],
    says: [
      'Pulumi.local.yaml: mainstay:scale.backups.bucket.region: found "Ireland"; allowed: a region such as "eu-west-1"',
    ],
  },

  // ------------------------------------------------------------------ receivers
  {
    kind: "a receiver's URL that is none",
    changes: [set("scale.receivers.info", [{ kind: "webhook", url: "alerts.example.com" }])],
    says: [
      'Pulumi.local.yaml: mainstay:scale.receivers.info[0].url: found "alerts.example.com"; allowed: an http or https URL',
    ],
  },
  {
    kind: "a channel without #",
    changes: [
      set("secrets.SLACK_URL", "https://hooks.example.com/x"),
      set("scale.receivers.warning", [{ kind: "slack", channel: "alerts", secret: "SLACK_URL" }]),
    ],
    says: [
      'Pulumi.local.yaml: mainstay:scale.receivers.warning[0].channel: found "alerts"; allowed: a channel such as "#alerts"',
    ],
  },
  {
    kind: "an e-mail address and host that are none",
    changes: [
      set("secrets.MAIL_PASSWORD", KEY),
      set("scale.receivers.info", [
        {
          kind: "email",
          to: "ops",
          from: "mainstay@example.com",
          smarthost: "smtp.example.com",
          username: "ops",
          secret: "MAIL_PASSWORD",
        },
      ]),
    ],
    says: [
      'Pulumi.local.yaml: mainstay:scale.receivers.info[0].to: found "ops"; allowed: an e-mail address',
      'Pulumi.local.yaml: mainstay:scale.receivers.info[0].smarthost: found "smtp.example.com"; allowed: a host and port such as "smtp.example.com:587"',
    ],
  },
  {
    kind: "a receiver's secret that is not given",
    changes: [set("scale.receivers.critical", [{ kind: "pagerduty", secret: "PAGERDUTY_KEY" }])],
    says: [
      "Pulumi.local.yaml: mainstay:scale.receivers.critical[0].secret: found the name PAGERDUTY_KEY, which mainstay:secrets does not have; allowed: a secret given with: npm run mainstay -- secret set local PAGERDUTY_KEY",
    ],
  },
  {
    kind: "a secret in place of its name",
    changes: [set("scale.receivers.critical", [{ kind: "pagerduty", secret: KEY }])],
    says: [
      "Pulumi.local.yaml: mainstay:scale.receivers.critical[0].secret: found a value (not shown); allowed: upper-case letters, digits and underscores, a letter first, at most 64 characters",
    ],
  },
  {
    kind: "a certificate that is not given",
    changes: [
      set("scale.edge.certificate", { kind: "provided", chainSecret: "TLS_CHAIN", keySecret: "TLS_KEY" }),
    ],
    says: [
      "Pulumi.local.yaml: mainstay:scale.edge.certificate.chainSecret: found the name TLS_CHAIN, which mainstay:secrets does not have; allowed: a secret given with: npm run mainstay -- secret set local TLS_CHAIN",
      "Pulumi.local.yaml: mainstay:scale.edge.certificate.keySecret: found the name TLS_KEY, which mainstay:secrets does not have; allowed: a secret given with: npm run mainstay -- secret set local TLS_KEY",
    ],
  },

  // ------------------------------------------------------------------ images
  {
    kind: "the image latest",
    changes: [set("scale.images.redis", "redis:latest")],
    says: [
      'Pulumi.local.yaml: mainstay:scale.images.redis: found "redis:latest"; allowed: an image with an exact version or digest, such as "redis:7.4.5-bookworm", never "latest" or a major version alone',
    ],
  },
  {
    kind: "an image without a tag",
    changes: [set("scale.images.redis", "registry.example.com:5000/redis")],
    says: [
      'Pulumi.local.yaml: mainstay:scale.images.redis: found "registry.example.com:5000/redis"; allowed: an image with an exact version or digest, such as "redis:7.4.5-bookworm", never "latest" or a major version alone',
    ],
  },
  {
    kind: "an image of a major version",
    changes: [set("scale.images.redis", "redis:7")],
    says: [
      'Pulumi.local.yaml: mainstay:scale.images.redis: found "redis:7"; allowed: an image with an exact version or digest, such as "redis:7.4.5-bookworm", never "latest" or a major version alone',
    ],
  },
  {
    kind: "a short digest",
    changes: [set("scale.images.redis", "redis:7.4.5@sha256:abc")],
    says: [
      'Pulumi.local.yaml: mainstay:scale.images.redis: found "redis:7.4.5@sha256:abc"; allowed: an image with an exact version or digest, such as "redis:7.4.5-bookworm", never "latest" or a major version alone',
    ],
  },
  {
    kind: "an upper-case image",
    changes: [set("scale.images.redis", `Redis@${DIGEST}`)],
    says: [
      'Pulumi.local.yaml: mainstay:scale.images.redis: found "Redis@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…"; allowed: an image with an exact version or digest, such as "redis:7.4.5-bookworm", never "latest" or a major version alone',
    ],
  },
  {
    kind: "a candidate that floats",
    changes: [set("scale.services.api.candidate", { image: "mainstay/app:next", weightPercent: 10 })],
    says: [
      'Pulumi.local.yaml: mainstay:scale.services.api.candidate.image: found "mainstay/app:next"; allowed: an image with an exact version or digest, such as "redis:7.4.5-bookworm", never "latest" or a major version alone',
    ],
  },
  {
    kind: "an image nobody knows",
    changes: [set("shape.services.api.image", "ap")],
    says: [
      `Pulumi.yaml: mainstay:shape.services.api.image: found "ap"; allowed: one of ${IMAGE_NAMES}, or a name that mainstay:scale.images defines`,
    ],
  },
  {
    kind: "a migration's image nobody knows",
    changes: [set("shape.migration.image", "migrations")],
    says: [
      `Pulumi.yaml: mainstay:shape.migration.image: found "migrations"; allowed: one of ${IMAGE_NAMES}, or a name that mainstay:scale.images defines`,
    ],
  },
  {
    kind: "an image nothing uses",
    changes: [set("scale.images.rediss", `redis@${DIGEST}`)],
    says: [
      `Pulumi.local.yaml: mainstay:scale.images.rediss: found an image nothing uses; allowed: one of ${IMAGE_NAMES}`,
    ],
  },

  // ------------------------------------------------------------------ services
  {
    kind: "a service without a size",
    changes: [drop("scale.services.worker")],
    says: [
      "Pulumi.local.yaml: mainstay:scale.services.worker: found nothing; allowed: an object with memoryMiB, cpus",
    ],
  },
  {
    kind: "a size without a service",
    changes: [set("scale.services.reports", { memoryMiB: 64, cpus: 0.1 })],
    says: [
      "Pulumi.local.yaml: mainstay:scale.services.reports: found a service the shape does not have; allowed: one of api, web, worker",
    ],
  },
  {
    kind: "a misspelt service",
    changes: [rename("scale.services.worker", "workr")],
    says: [
      "Pulumi.local.yaml: mainstay:scale.services.workr: found a service the shape does not have; allowed: one of api, web, worker",
      "Pulumi.local.yaml: mainstay:scale.services.worker: found nothing; allowed: an object with memoryMiB, cpus",
    ],
  },
  {
    kind: "a candidate of a service that is not public",
    changes: [set("scale.services.worker.candidate", { image: "mainstay/app:0.2.0", weightPercent: 10 })],
    says: [
      "Pulumi.local.yaml: mainstay:scale.services.worker.candidate: found a candidate of a service without routes; allowed: no candidate, or routes at mainstay:shape.services.worker.routes",
    ],
  },
  {
    kind: "a route of two services",
    changes: [set("shape.services.web.routes", ["/", "/v1"])],
    says: [
      'Pulumi.yaml: mainstay:shape.services.web.routes[1]: found "/v1", which services.api.routes[0] has too; allowed: a route of its own',
    ],
  },
  {
    kind: "a service named like a container",
    changes: [rename("shape.services.web", "cache"), rename("scale.services.web", "cache")],
    says: [
      "Pulumi.yaml: mainstay:shape.services.cache: found a name the environment has a use for itself; allowed: anything but alertmanager, backups, cache, database, edge, grafana, jaeger, logs, log-shipper, migration, monitoring, prometheus, tracing, backup, default, exporter, health, mainstay, migrator, postgres, and what ends in -candidate or -exporter",
    ],
  },
  {
    kind: "a service named like a release",
    changes: [rename("shape.services.web", "api-candidate"), rename("scale.services.web", "api-candidate")],
    says: [
      "Pulumi.yaml: mainstay:shape.services.api-candidate: found a name the environment has a use for itself; allowed: anything but alertmanager, backups, cache, database, edge, grafana, jaeger, logs, log-shipper, migration, monitoring, prometheus, tracing, backup, default, exporter, health, mainstay, migrator, postgres, and what ends in -candidate or -exporter",
    ],
  },

  // ------------------------------------------------------------------ one host
  {
    kind: "too little memory",
    changes: [set("scale.host.memoryMiB", 3855)],
    says: [
      "Pulumi.local.yaml: mainstay:scale.host.memoryMiB: found 3855 MiB for limits of 3856 MiB (largest: database 768, monitoring.prometheus 512, services.api 448); allowed: a host with room for all limits, or smaller limits",
    ],
  },
  {
    kind: "too little disk",
    changes: [set("scale.host.diskGiB", 18)],
    says: [
      "Pulumi.local.yaml: mainstay:scale.host.diskGiB: found 18 GiB for storage of 22 GiB (largest: database 10, monitoring.prometheus 8, monitoring.loki 2); allowed: a host with room for all storage, or smaller storage",
    ],
  },
  {
    kind: "more CPU than there is",
    changes: [set("scale.database.cpus", 2.5)],
    says: ["Pulumi.local.yaml: mainstay:scale.database.cpus: found 2.5; allowed: at most the host's 2"],
  },
  {
    kind: "a read replica on one host",
    changes: [set("scale.database.readReplicas", 1)],
    says: [
      "Pulumi.local.yaml: mainstay:scale.database.readReplicas: found 1; allowed: 0 on platform docker: a copy on the same host would fail with it",
    ],
  },
  {
    kind: "a cache replica on one host",
    changes: [set("scale.cache.replicas", 2)],
    says: [
      "Pulumi.local.yaml: mainstay:scale.cache.replicas: found 2; allowed: 0 on platform docker: a copy on the same host would fail with it",
    ],
  },
  {
    kind: "one port for HTTP and HTTPS",
    changes: [set("scale.edge.httpPort", 8443)],
    says: [
      "Pulumi.local.yaml: mainstay:scale.edge.httpsPort: found 8443, which mainstay:scale.edge.httpPort has too; allowed: a port of its own",
    ],
  },
  {
    kind: "the edge on an operators' port",
    changes: [set("scale.edge.httpPort", 3002)],
    says: [
      "Pulumi.yaml: mainstay:shape.operatorPorts.grafana: found 3002, which mainstay:scale.edge.httpPort has too; allowed: a port of its own",
    ],
  },
  {
    kind: "two operators' ports alike",
    changes: [set("shape.operatorPorts", { jaeger: 3002 })],
    says: [
      "Pulumi.yaml: mainstay:shape.operatorPorts.jaeger: found 3002, which mainstay:shape.operatorPorts.grafana has too; allowed: a port of its own",
    ],
  },

  // ------------------------------------------------------------------ values of variables
  {
    kind: "a level that is not allowed",
    changes: [set("scale.variables.LOG_LEVEL", "loud")],
    says: [
      'Pulumi.local.yaml: mainstay:scale.variables.LOG_LEVEL: found "loud"; allowed: one of "trace", "debug", "info", "warn", "error"',
    ],
  },
  {
    kind: "a text for an integer",
    changes: [set("scale.variables.DATABASE_POOL_MAX", "10")],
    says: [
      'Pulumi.local.yaml: mainstay:scale.variables.DATABASE_POOL_MAX: found "10"; allowed: a whole number from 1 to 100',
    ],
  },
  {
    kind: "a number out of its range",
    changes: [set("scale.variables.JWT_LIFETIME_SECONDS", 5)],
    says: [
      "Pulumi.local.yaml: mainstay:scale.variables.JWT_LIFETIME_SECONDS: found 5; allowed: a whole number from 60 to 86400",
    ],
  },
  {
    kind: "a number above 1",
    changes: [set("scale.variables.OTEL_TRACES_SAMPLER_ARG", 100)],
    says: [
      "Pulumi.local.yaml: mainstay:scale.variables.OTEL_TRACES_SAMPLER_ARG: found 100; allowed: a number from 0 to 1",
    ],
  },
  {
    kind: "a text for true or false",
    changes: [set("scale.variables.API_DOCS_ENABLED", "true")],
    says: [
      'Pulumi.local.yaml: mainstay:scale.variables.API_DOCS_ENABLED: found "true"; allowed: true or false',
    ],
  },
  {
    kind: "an empty text",
    changes: [set("scale.variables.DEFAULT_TENANT", "")],
    says: [
      'Pulumi.local.yaml: mainstay:scale.variables.DEFAULT_TENANT: found ""; allowed: a text that is not empty',
    ],
  },
  {
    kind: "a number for a text variable",
    changes: [set("scale.variables.JWT_ISSUER", 7)],
    says: ["Pulumi.local.yaml: mainstay:scale.variables.JWT_ISSUER: found 7; allowed: a text"],
  },
  {
    kind: "a list for a variable",
    changes: [set("scale.variables.LOG_LEVEL", ["debug"])],
    says: [
      "Pulumi.local.yaml: mainstay:scale.variables.LOG_LEVEL: found a list; allowed: a text, a number, true or false, or {generate: LENGTH} for a secret",
    ],
  },
  {
    kind: "a required variable without a value",
    changes: [drop("shape.variables.JWT_ISSUER.default")],
    says: [
      "Pulumi.local.yaml: mainstay:scale.variables.JWT_ISSUER: found nothing; allowed: a value of type string",
    ],
  },
  {
    kind: "a required secret without a value",
    changes: [drop("shape.variables.JWT_SIGNING_KEY.generate")],
    says: [
      "Pulumi.local.yaml: mainstay:secrets.JWT_SIGNING_KEY: found nothing; allowed: a secret given with: npm run mainstay -- secret set local JWT_SIGNING_KEY",
    ],
  },
  {
    kind: "a pool's minimum above its maximum",
    changes: [set("scale.variables.DATABASE_POOL_MIN", 12)],
    says: [
      "Pulumi.local.yaml: mainstay:scale.variables.DATABASE_POOL_MIN: found 12, above DATABASE_POOL_MAX; allowed: at most 10, or a higher DATABASE_POOL_MAX",
    ],
  },
  {
    kind: "pools above the connections",
    changes: [set("scale.variables.DATABASE_POOL_MAX", 30)],
    says: [
      "Pulumi.local.yaml: mainstay:scale.variables.DATABASE_POOL_MAX: found 30 connections for each of 3 processes, 90 in all; allowed: at most 26 each, 80 in all: 100 less 20 reserved",
    ],
  },
  {
    kind: "no provider's key",
    changes: [drop("scale.variables.OPENAI_API_KEY")],
    says: [
      "Pulumi.local.yaml: mainstay:secrets: found none of OPENAI_API_KEY, ANTHROPIC_API_KEY, GEMINI_API_KEY (rule 1 of mainstay:shape.rules); allowed: at least one, given with: npm run mainstay -- secret set local NAME",
    ],
  },
  {
    kind: "a value for a wired variable",
    changes: [set("scale.variables.PORT", 9000)],
    says: [
      "Pulumi.local.yaml: mainstay:scale.variables.PORT: found a value; allowed: nothing: the environment hands it service.port",
    ],
  },
  {
    kind: "a value and a secret for a wired variable",
    changes: [set("scale.variables.DATABASE_URL", KEY), set("secrets.DATABASE_URL", KEY)],
    says: [
      "Pulumi.local.yaml: mainstay:scale.variables.DATABASE_URL: found a value; allowed: nothing: the environment hands it database.url",
      "Pulumi.local.yaml: mainstay:secrets.DATABASE_URL: found a value; allowed: nothing: the environment hands it database.url",
    ],
  },

  // ------------------------------------------------------------------ production
  {
    kind: "any origin in production",
    changes: [...inProduction, set("scale.edge.corsOrigins", ["https://app.example.com", "*"])],
    says: [
      'Pulumi.local.yaml: mainstay:scale.edge.corsOrigins: found "https://app.example.com,*" for CORS_ORIGINS; allowed: anything but "*" in production',
    ],
  },
  {
    kind: "documents in production",
    changes: [production],
    says: [
      "Pulumi.local.yaml: mainstay:scale.variables.API_DOCS_ENABLED: found true; allowed: false in production",
    ],
  },
  {
    kind: "a short generated key in production",
    changes: [...inProduction, set("scale.variables.SECRET_KEY", { generate: 31 })],
    says: [
      "Pulumi.local.yaml: mainstay:scale.variables.SECRET_KEY: found a generated text of 31 characters; allowed: at least 32 characters in production",
    ],
  },
  {
    kind: "a short generated key in the shape",
    changes: [...inProduction, set("shape.variables.SECRET_KEY.generate", 24)],
    says: [
      "Pulumi.yaml: mainstay:shape.variables.SECRET_KEY.generate: found a generated text of 24 characters; allowed: at least 32 characters in production",
    ],
  },
  {
    kind: "a short given key in production",
    changes: [...inProduction, set("secrets.SECRET_KEY", KEY)],
    says: [
      "Pulumi.local.yaml: mainstay:secrets.SECRET_KEY: found a secret that breaks its rule (not shown); allowed: at least 32 characters in production",
    ],
  },
  {
    kind: "logs for people in production",
    changes: [...inProduction, set("scale.variables.LOG_FORMAT", "pretty")],
    says: [
      'Pulumi.local.yaml: mainstay:scale.variables.LOG_FORMAT: found "pretty"; allowed: "json" in production',
    ],
  },
  {
    kind: "tenants by header in production",
    changes: [...inProduction, set("scale.variables.TENANCY_MODE", "header")],
    says: [
      'Pulumi.local.yaml: mainstay:scale.variables.TENANCY_MODE: found "header"; allowed: "token" in production',
    ],
  },

  // ------------------------------------------------------------------ secrets
  {
    kind: "a secret in plain text",
    changes: [set("scale.variables.OPENAI_API_KEY", KEY)],
    says: [
      "Pulumi.local.yaml: mainstay:scale.variables.OPENAI_API_KEY: found a secret in plain text (not shown); allowed: {generate: LENGTH}, or: npm run mainstay -- secret set local OPENAI_API_KEY",
    ],
  },
  {
    kind: "a secret in plain text where secrets stand",
    changes: [set("secrets.ANTHROPIC_API_KEY", PLAIN_TEXT)],
    says: [
      "Pulumi.local.yaml: mainstay:secrets.ANTHROPIC_API_KEY: found a secret in plain text (not shown); allowed: an encrypted value: npm run mainstay -- secret set local ANTHROPIC_API_KEY",
    ],
  },
  {
    kind: "a secret shorter than its rule",
    changes: [set("secrets.ANTHROPIC_API_KEY", SHORT)],
    says: [
      "Pulumi.local.yaml: mainstay:secrets.ANTHROPIC_API_KEY: found a secret that breaks its rule (not shown); allowed: at least 16 characters",
    ],
  },
  {
    kind: "an empty secret",
    changes: [set("secrets.ANTHROPIC_API_KEY", "")],
    says: [
      "Pulumi.local.yaml: mainstay:secrets.ANTHROPIC_API_KEY: found a value (not shown); allowed: a text that is not empty",
    ],
  },
  {
    kind: "a number for a secret",
    changes: [set("secrets.ANTHROPIC_API_KEY", 1234567890123456)],
    says: [
      "Pulumi.local.yaml: mainstay:secrets.ANTHROPIC_API_KEY: found a value (not shown); allowed: a text",
    ],
  },
  {
    kind: "a number for a secret that no name tells of",
    changes: [set("secrets.PIN", 123456)],
    says: [
      "Pulumi.local.yaml: mainstay:secrets.PIN: found a value (not shown); allowed: a text",
      "Pulumi.local.yaml: mainstay:secrets.PIN: found the name PIN; allowed: a variable declared at mainstay:shape.variables, or a secret that a receiver or certificate names",
    ],
  },
  {
    kind: "a secret given and generated",
    changes: [set("secrets.OPENAI_API_KEY", KEY)],
    says: [
      "Pulumi.local.yaml: mainstay:scale.variables.OPENAI_API_KEY: found {generate: …} beside a given secret; allowed: one of the two: it also stands at mainstay:secrets.OPENAI_API_KEY",
    ],
  },
  {
    kind: "a secret for a plain variable",
    changes: [set("secrets.LOG_LEVEL", "debug")],
    says: [
      "Pulumi.local.yaml: mainstay:secrets.LOG_LEVEL: found a secret for a variable that is not declared secret; allowed: `secret: true` at mainstay:shape.variables.LOG_LEVEL, or a plain value at mainstay:scale.variables.LOG_LEVEL",
    ],
  },
  {
    kind: "a generated plain variable",
    changes: [set("scale.variables.JWT_ISSUER", { generate: 20 })],
    says: [
      "Pulumi.local.yaml: mainstay:scale.variables.JWT_ISSUER: found {generate: …}; allowed: a plain value: only secrets are generated",
    ],
  },
  {
    kind: "a generated secret that is too short",
    changes: [set("scale.variables.OPENAI_API_KEY", { generate: 8 })],
    says: [
      "Pulumi.local.yaml: mainstay:scale.variables.OPENAI_API_KEY.generate: found 8; allowed: a whole number from 16 to 128",
    ],
  },
  {
    kind: "a misspelt generate",
    changes: [set("scale.variables.OPENAI_API_KEY", { genrate: 40 })],
    says: [
      "Pulumi.local.yaml: mainstay:scale.variables.OPENAI_API_KEY: found an object; allowed: a text, a number, true or false, or {generate: LENGTH} for a secret",
    ],
  },
  {
    kind: "a value encrypted in the wrong place",
    changes: [set("scale.variables.OPENAI_API_KEY", OPAQUE)],
    says: [
      "Pulumi.local.yaml: mainstay:scale.variables.OPENAI_API_KEY: found an encrypted value; allowed: plain values: what is encrypted stands at mainstay:secrets",
    ],
  },
  {
    kind: "a domain that is encrypted",
    changes: [set("scale.domain", OPAQUE)],
    says: [
      "Pulumi.local.yaml: mainstay:scale.domain: found an encrypted value; allowed: plain values: what is encrypted stands at mainstay:secrets",
    ],
  },
  {
    kind: "all secrets encrypted as one",
    changes: [(c) => (c.secrets = OPAQUE)],
    says: [
      "Pulumi.local.yaml: mainstay:secrets: found one encrypted value for all; allowed: names with an encrypted value each: npm run mainstay -- secret set local NAME",
    ],
  },

  // ------------------------------------------------------------------ names of variables
  {
    kind: "an unknown variable with a value",
    changes: [set("scale.variables.LOG_LEVLE", "debug")],
    says: [
      "Pulumi.local.yaml: mainstay:scale.variables.LOG_LEVLE: found the name LOG_LEVLE; allowed: a variable declared at mainstay:shape.variables",
    ],
  },
  {
    kind: "an unknown variable with a secret",
    changes: [set("secrets.OPENAI_KEY", KEY)],
    says: [
      "Pulumi.local.yaml: mainstay:secrets.OPENAI_KEY: found the name OPENAI_KEY; allowed: a variable declared at mainstay:shape.variables, or a secret that a receiver or certificate names",
    ],
  },
  {
    kind: "an unknown variable of a service",
    changes: [set("shape.services.web.variables", ["PORT", "PROT"])],
    says: [
      "Pulumi.yaml: mainstay:shape.services.web.variables[1]: found the name PROT; allowed: a variable declared at mainstay:shape.variables",
    ],
  },
  {
    kind: "an unknown variable of the migration",
    changes: [set("shape.migration.variables", ["DATABASE_URI"])],
    says: [
      "Pulumi.yaml: mainstay:shape.migration.variables[0]: found the name DATABASE_URI; allowed: a variable declared at mainstay:shape.variables",
    ],
  },
  {
    kind: "an unknown variable of a rule",
    changes: [set("shape.rules.0.of.2", "GEMINI_KEY")],
    says: [
      "Pulumi.yaml: mainstay:shape.rules[0].of[2]: found the name GEMINI_KEY; allowed: a variable declared at mainstay:shape.variables",
    ],
  },
  {
    kind: "an unknown variable of the pool",
    changes: [set("shape.database.poolVariable", "POOL_MAX")],
    says: [
      "Pulumi.yaml: mainstay:shape.database.poolVariable: found the name POOL_MAX; allowed: a variable declared at mainstay:shape.variables",
    ],
  },
  {
    kind: "a rule of numbers about a text",
    changes: [set("shape.rules.1.upper", "LOG_LEVEL")],
    says: [
      "Pulumi.yaml: mainstay:shape.rules[1].upper: found LOG_LEVEL, a variable of type enum; allowed: a variable of one of the types integer, number, port",
    ],
  },
  {
    kind: "a variable out of a service's reach",
    changes: [set("shape.services.web.variables", ["PORT", "REDIS_URL"])],
    says: [
      "Pulumi.yaml: mainstay:shape.services.web.variables[1]: found REDIS_URL, an address out of its reach (cache.url); allowed: no such variable, or cache among mainstay:shape.services.web.needs",
    ],
  },
  {
    kind: "a variable out of the migration's reach",
    changes: [set("shape.migration.variables", ["DATABASE_URL", "REDIS_URL"])],
    says: [
      "Pulumi.yaml: mainstay:shape.migration.variables[1]: found REDIS_URL, an address out of its reach (cache.url); allowed: no address but the database's",
    ],
  },

  // ------------------------------------------------------------------ declarations of variables
  {
    kind: "two sources of a value",
    changes: [set("shape.variables.PORT.default", 8000)],
    says: [
      "Pulumi.yaml: mainstay:shape.variables.PORT: found `from` together with `default` or `generate`; allowed: one source of its value",
    ],
  },
  {
    kind: "a provider's key that is not declared secret",
    changes: [drop("shape.variables.GEMINI_API_KEY.secret"), set("scale.variables.GEMINI_API_KEY", KEY)],
    says: [
      "Pulumi.yaml: mainstay:shape.variables.GEMINI_API_KEY: found a name that tells of a secret, without `secret: true`; allowed: `secret: true`, or another name",
    ],
  },
  {
    kind: "a size for a service named like a property of every object",
    changes: [rename("shape.services.web", "constructor"), drop("scale.services.web")],
    says: [
      "Pulumi.local.yaml: mainstay:scale.services.constructor: found nothing; allowed: an object with memoryMiB, cpus",
    ],
  },
  {
    kind: "a secret with a default",
    changes: [set("shape.variables.GEMINI_API_KEY.default", KEY)],
    says: [
      "Pulumi.yaml: mainstay:shape.variables.GEMINI_API_KEY: found a secret with a default; allowed: `generate`, or a value per stack",
    ],
  },
  {
    kind: "a generated variable that is no secret",
    changes: [set("shape.variables.JWT_SIGNING_KEY.secret", false)],
    says: [
      "Pulumi.yaml: mainstay:shape.variables.JWT_SIGNING_KEY: found `generate` without `secret: true`; allowed: `secret: true`",
    ],
  },
  {
    kind: "an address with a password that is no secret",
    changes: [set("shape.variables.DATABASE_URL.secret", false)],
    says: [
      "Pulumi.yaml: mainstay:shape.variables.DATABASE_URL: found `secret: false` for database.url, which holds a password; allowed: `secret: true`",
    ],
  },
  {
    kind: "a port that is a secret",
    changes: [set("shape.variables.PORT.secret", true)],
    says: [
      "Pulumi.yaml: mainstay:shape.variables.PORT: found `secret: true` for service.port, which holds no password; allowed: `secret: false`",
    ],
  },
  {
    kind: "a default that breaks its own rule",
    changes: [set("shape.variables.LOG_LEVEL.default", "verbose")],
    says: [
      'Pulumi.yaml: mainstay:shape.variables.LOG_LEVEL.default: found "verbose"; allowed: one of "trace", "debug", "info", "warn", "error"',
    ],
  },
  {
    kind: "a range without a number in it",
    changes: [set("shape.variables.UPLOAD_MAX_MIB.max", 0)],
    says: [
      "Pulumi.yaml: mainstay:shape.variables.UPLOAD_MAX_MIB: found min 1 above max 0; allowed: min at most max",
    ],
  },
  {
    kind: "an upload limit above the app's",
    changes: [set("shape.variables.UPLOAD_MAX_MIB.max", 25)],
    says: [
      "Pulumi.yaml: mainstay:shape.edge.uploadMaxMiB: found 50 for UPLOAD_MAX_MIB; allowed: a whole number from 1 to 25",
    ],
  },
  {
    kind: "an enum without values",
    changes: [set("shape.variables.LOG_LEVEL.values", [])],
    says: [
      "Pulumi.yaml: mainstay:shape.variables.LOG_LEVEL.values: found an empty list; allowed: a list of at least 1 entry",
    ],
  },
  {
    kind: "metrics that are gone before an objective's month is over",
    changes: [set("scale.monitoring.prometheus.retentionDays", 15)],
    says: [
      "Pulumi.local.yaml: mainstay:scale.monitoring.prometheus.retentionDays: found 15; allowed: a whole number from 31 to 400: objectives add up 30 days",
    ],
  },
  {
    kind: "a disk that holds less of the metrics than is to be kept",
    changes: [set("scale.monitoring.prometheus.retentionDays", 60)],
    says: [
      "Pulumi.local.yaml: mainstay:scale.monitoring.prometheus.storageGiB: found 8; allowed: at least 12 for 60 days of metrics, or fewer days",
    ],
  },
  {
    kind: "a secret of an owner's receiver that is not given",
    changes: [
      set("scale.receivers.owners", { data: { critical: [{ kind: "pagerduty", secret: "DATA_KEY" }] } }),
    ],
    says: [
      "Pulumi.local.yaml: mainstay:scale.receivers.owners.data.critical[0].secret: found the name DATA_KEY, which mainstay:secrets does not have; allowed: a secret given with: npm run mainstay -- secret set local DATA_KEY",
    ],
  },
  {
    kind: "an owner no alert has",
    changes: [set("scale.receivers.owners", { security: { critical: [] } })],
    says: [
      "Pulumi.local.yaml: mainstay:scale.receivers.owners.security: found a key that does not exist here; allowed: one of app, data, platform",
    ],
  },
  {
    kind: "production whose alerts lead nowhere",
    changes: [...inProduction, set("shape.monitoring.runbooks", "docs/runbooks")],
    says: [
      `Pulumi.yaml: mainstay:shape.monitoring.runbooks: found "docs/runbooks"; allowed: an https URL in production: the folder as it is published, such as the repository's own pages`,
    ],
  },
  {
    kind: "production nobody is paged for, and whose alerts may fall silent unnoticed",
    changes: [...inProduction, set("scale.receivers", {})],
    says: [
      "Pulumi.local.yaml: mainstay:scale.receivers.critical: found an empty list; allowed: at least one receiver in production: without one, nobody would be paged",
      "Pulumi.local.yaml: mainstay:scale.receivers.watchdog: found an empty list; allowed: at least one receiver in production: without one, nobody would notice that alerts no longer get out",
    ],
  },
];
