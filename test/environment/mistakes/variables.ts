/** Names and declarations of variables. */
import { drop, rename, set } from "../support/configuration";
import { inProduction, KEY, type Mistake } from "./mistake";

export const OF_VARIABLES: readonly Mistake[] = [
  // names of variables
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

  // declarations of variables
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
    kind: "alerts of production that travel in plain text, by level and by owner",
    changes: [
      ...inProduction,
      set("scale.receivers.warning", [
        { kind: "webhook", url: "https://alerts.example.com" },
        { kind: "webhook", url: "http://alerts.example.com/token" },
      ]),
      set("scale.receivers.owners", {
        data: { info: [{ kind: "webhook", url: "http://alerts.example.com" }] },
        app: { info: [{ kind: "webhook", secret: "HOOK_URL" }] },
      }),
      set("secrets.HOOK_URL", "http://alerts.example.com/0f1e"),
    ],
    says: [
      "Pulumi.local.yaml: mainstay:scale.receivers.warning[1].url: found an http URL; allowed: an https URL in production",
      "Pulumi.local.yaml: mainstay:scale.receivers.owners.data.info[0].url: found an http URL; allowed: an https URL in production",
      "Pulumi.local.yaml: mainstay:secrets.HOOK_URL: found a secret that is no address of a webhook (not shown); allowed: an http or https URL with no user or password in it, and an https URL in production",
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
