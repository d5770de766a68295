/** Values of variables, and what production asks for. */
import { production, drop, set } from "../support/configuration";
import { inProduction, KEY, type Mistake } from "./mistake";

export const OF_VALUES: readonly Mistake[] = [
  // values of variables
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
    changes: [set("shape.variables.DEFAULT_TENANT.minLength", 1), set("scale.variables.DEFAULT_TENANT", "")],
    says: [
      'Pulumi.local.yaml: mainstay:scale.variables.DEFAULT_TENANT: found ""; allowed: a text that is not empty',
    ],
  },
  {
    kind: "a text that does not look as it has to",
    changes: [
      set("scale.variables.DEFAULT_TENANT", "Acme Corp"),
      set("scale.variables.TENANT_HEADER", "X-T"),
    ],
    says: [
      'Pulumi.local.yaml: mainstay:scale.variables.DEFAULT_TENANT: found "Acme Corp"; allowed: lower-case letters, digits and hyphens, at most 63',
      'Pulumi.local.yaml: mainstay:scale.variables.TENANT_HEADER: found "X-T"; allowed: a header name in lower case',
    ],
  },
  {
    kind: "a pattern that matches only a part of a text",
    changes: [set("scale.variables.DEFAULT_TENANT", "acme\n"), set("scale.variables.JWT_ISSUER", "a|b c")],
    says: [
      'Pulumi.local.yaml: mainstay:scale.variables.DEFAULT_TENANT: found "acme\\n"; allowed: lower-case letters, digits and hyphens, at most 63',
      'Pulumi.local.yaml: mainstay:scale.variables.JWT_ISSUER: found "a|b c"; allowed: 1 to 200 characters without spaces',
    ],
  },
  {
    kind: "a pattern that is no regular expression",
    changes: [set("shape.variables.DEFAULT_TENANT.format.pattern", "[a-z")],
    says: [
      'Pulumi.yaml: mainstay:shape.variables.DEFAULT_TENANT.format.pattern: found "[a-z"; allowed: a regular expression',
    ],
  },
  {
    kind: "a stack the app's own rules have no name for",
    changes: [(draft) => (draft.stack = "my_stack")],
    says: [
      'Pulumi.my_stack.yaml: the stack\'s name: found "my_stack" for ENVIRONMENT; allowed: lower-case letters, digits and hyphens, at most 32, and a letter first',
    ],
  },
  {
    kind: "a longer grace than a service has to stop",
    changes: [set("scale.variables.SHUTDOWN_GRACE_SECONDS", 30)],
    says: [
      "Pulumi.local.yaml: mainstay:scale.variables.SHUTDOWN_GRACE_SECONDS: found 30, and api is killed after 30; allowed: at most 29, or a higher stopSeconds of api",
      "Pulumi.local.yaml: mainstay:scale.variables.SHUTDOWN_GRACE_SECONDS: found 30, and web is killed after 15; allowed: at most 14, or a higher stopSeconds of web",
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

  // production
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
];
