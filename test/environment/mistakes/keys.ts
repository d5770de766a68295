/** Keys that do not exist, choices and ranges. */
import { drop, rename, set } from "../support/configuration";
import { type Mistake } from "./mistake";

export const OF_KEYS: readonly Mistake[] = [
  // misspelt keys
  {
    kind: "a misspelt section",
    changes: [rename("scale.database", "databse")],
    says: [
      "Pulumi.local.yaml: mainstay:scale.database: found nothing; allowed: an object with memoryMiB, cpus, storageGiB",
      "Pulumi.local.yaml: mainstay:scale.databse: found a key that does not exist here; allowed: one of platform, host, production, follows, protectData, secretGeneration, domain, images, database, cache, receivers, variables, services, edge, operatorPorts, monitoring, backups",
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
      'Pulumi.local.yaml: mainstay:scale.host["a\\nb"]: found a key that does not exist here; allowed: one of address, memoryMiB, cpus, diskGiB, registries',
    ],
  },
  {
    kind: "a key of another bucket",
    changes: [set("scale.backups.bucket.region", "eu-west-1")],
    says: [
      "Pulumi.local.yaml: mainstay:scale.backups.bucket.region: found a key that does not exist here; allowed: one of kind, storageGiB",
    ],
  },

  // choices
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
      'Pulumi.yaml: mainstay:shape.rules[1].kind: found "below"; allowed: one of "atLeastOne", "notAbove", "withinStop"',
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

  // ranges
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
    kind: "a limit nginx does not take",
    changes: [set("shape.edge.requestsPerMinute", 1)],
    says: [
      "Pulumi.yaml: mainstay:shape.edge.requestsPerMinute: found 1; allowed: a whole number from 2 to 100000",
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
];
