/** Forms of texts, and receivers. */
import { drop, rename, set } from "../support/configuration";
import { KEY, type Mistake } from "./mistake";

export const OF_FORMATS: readonly Mistake[] = [
  // formats
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
  ...["0 2 * * 0", "0 2 * * 1-5", "0 2 */2 * *", "0 2 31 2 *"].map((schedule) => ({
    kind: `full backups too seldom for what is promised of them: ${schedule}`,
    changes: [set("shape.backups.fullSchedule", schedule)],
    says: [
      `Pulumi.yaml: mainstay:shape.backups.fullSchedule: found "${schedule}"; allowed: five cron fields in UTC, such as "0 2 * * *", never more than 1440 minutes apart: a full backup is promised to be younger than 26 hours`,
    ],
  })),
  ...["0 */4 * * *", "0 8-18 * * *", "0 * * * 1-5", "0 2 * * *"].map((schedule) => ({
    kind: `backups of the events too seldom for their alerts: ${schedule}`,
    changes: [set("shape.backups.eventsSchedule", schedule)],
    says: [
      `Pulumi.yaml: mainstay:shape.backups.eventsSchedule: found "${schedule}"; allowed: five cron fields in UTC, such as "0 2 * * *", never more than 60 minutes apart: a backup of the events that is older than two hours is told of`,
    ],
  })),
  {
    kind: "drills of a cron field too few",
    changes: [set("shape.backups.drillSchedule", "0 4 * *")],
    says: [
      'Pulumi.yaml: mainstay:shape.backups.drillSchedule: found "0 4 * *"; allowed: five cron fields in UTC, such as "0 2 * * *"',
    ],
  },
  {
    kind: "drills every half year",
    changes: [set("shape.backups.drillSchedule", "0 4 1 1,7 *")],
    says: [
      'Pulumi.yaml: mainstay:shape.backups.drillSchedule: found "0 4 1 1,7 *"; allowed: five cron fields in UTC, such as "0 2 * * *", that come at least once in 92 days',
    ],
  },
  {
    kind: "drills on a day no month has",
    changes: [set("shape.backups.drillSchedule", "0 4 31 2 *")],
    says: [
      'Pulumi.yaml: mainstay:shape.backups.drillSchedule: found "0 4 31 2 *"; allowed: five cron fields in UTC, such as "0 2 * * *", that come at least once in 92 days',
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
    kind: "an origin longer than names may be",
    changes: [set("scale.edge.corsOrigins.0", `https://${"a.".repeat(126)}aa`)],
    says: [
      `Pulumi.local.yaml: mainstay:scale.edge.corsOrigins[0]: found "https://${"a.".repeat(25)}a…"; allowed: an origin such as "https://app.example.com", or "*"`,
    ],
  },
  {
    kind: "an origin that stands there twice",
    changes: [
      set("scale.edge.corsOrigins", [
        "https://a.example.com",
        "https://b.example.com",
        "https://a.example.com",
      ]),
    ],
    says: [
      'Pulumi.local.yaml: mainstay:scale.edge.corsOrigins[2]: found "https://a.example.com"; allowed: each origin once',
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
      'Pulumi.yaml: mainstay:shape.database.name: found "My App"; allowed: lower-case letters, digits and underscores, a letter first, at most 31 characters, no "pg_" at the beginning, and none of postgres, rdsadmin, template0, template1',
    ],
  },
  ...["pg_app", "postgres", "template1"].map((name) => ({
    kind: `a database of PostgreSQL's own: ${name}`,
    changes: [set("shape.database.name", name)],
    says: [
      `Pulumi.yaml: mainstay:shape.database.name: found "${name}"; allowed: lower-case letters, digits and underscores, a letter first, at most 31 characters, no "pg_" at the beginning, and none of postgres, rdsadmin, template0, template1`,
    ],
  })),
  ...["pg_app", "information_schema"].map((name) => ({
    kind: `a schema of PostgreSQL's own: ${name}`,
    changes: [set("shape.database.schema", name)],
    says: [
      `Pulumi.yaml: mainstay:shape.database.schema: found "${name}"; allowed: lower-case letters, digits and underscores, a letter first, at most 31 characters, no "pg_" at the beginning, and not information_schema`,
    ],
  })),
  {
    kind: "an extension that cannot be",
    changes: [set("shape.database.extensions", ['uuid"ossp'])],
    says: [
      'Pulumi.yaml: mainstay:shape.database.extensions[0]: found "uuid\\"ossp"; allowed: an extension such as "pg_trgm" or "uuid-ossp"',
    ],
  },
  {
    kind: "a region that is none",
    changes: [set("scale.backups.bucket", { kind: "s3", accountId: "123456789012", region: "Ireland" })],
    says: [
      'Pulumi.local.yaml: mainstay:scale.backups.bucket.region: found "Ireland"; allowed: a region such as "eu-west-1"',
    ],
  },

  // receivers
  {
    kind: "a receiver's URL that is none",
    changes: [set("scale.receivers.info", [{ kind: "webhook", url: "alerts.example.com" }])],
    says: [
      'Pulumi.local.yaml: mainstay:scale.receivers.info[0].url: found "alerts.example.com"; allowed: an http or https URL with no user or password in it',
    ],
  },
  {
    kind: "a receiver's URL with a password",
    changes: [
      set("scale.receivers.info", [{ kind: "webhook", url: `https://ops:${KEY}@alerts.example.com/` }]),
    ],
    says: [
      'Pulumi.local.yaml: mainstay:scale.receivers.info[0].url: found "https://…@alerts.example.com/"; allowed: an http or https URL with no user or password in it',
    ],
  },
  {
    kind: "a webhook without an address, and one with two",
    changes: [
      set("secrets.HOOK_URL", "https://alerts.example.com/0f1e"),
      set("scale.receivers.info", [
        { kind: "webhook" },
        { kind: "webhook", url: "https://alerts.example.com", secret: "HOOK_URL" },
      ]),
    ],
    says: [
      "Pulumi.local.yaml: mainstay:scale.receivers.info[0].url: found nothing; allowed: either an http or https URL with no user or password in it, or under `secret` the name of a secret that is one",
      'Pulumi.local.yaml: mainstay:scale.receivers.info[1].url: found "https://alerts.example.com"; allowed: either an http or https URL with no user or password in it, or under `secret` the name of a secret that is one',
    ],
  },
  {
    kind: "a webhook's secret that is no address",
    changes: [
      set("secrets.HOOK_URL", KEY),
      set("scale.receivers.info", [{ kind: "webhook", secret: "HOOK_URL" }]),
    ],
    says: [
      "Pulumi.local.yaml: mainstay:secrets.HOOK_URL: found a secret that is no address of a webhook (not shown); allowed: an http or https URL with no user or password in it",
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
    kind: "an authority that is no certificate",
    changes: [
      set("scale.edge.certificate", {
        kind: "provided",
        chainSecret: "TLS_CHAIN",
        keySecret: "TLS_KEY",
        authority: "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
      }),
    ],
    says: [
      'Pulumi.local.yaml: mainstay:scale.edge.certificate.authority: found "-----BEGIN CERTIFICATE-----\\nMIIB\\n-----END CERTIFICATE-----\\n"; allowed: a certificate as PEM, from "-----BEGIN CERTIFICATE-----" on',
      "Pulumi.local.yaml: mainstay:scale.edge.certificate.chainSecret: found the name TLS_CHAIN, which mainstay:secrets does not have; allowed: a secret given with: npm run mainstay -- secret set local TLS_CHAIN",
      "Pulumi.local.yaml: mainstay:scale.edge.certificate.keySecret: found the name TLS_KEY, which mainstay:secrets does not have; allowed: a secret given with: npm run mainstay -- secret set local TLS_KEY",
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
];
