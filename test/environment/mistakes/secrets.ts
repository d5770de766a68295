/** Secrets. */
import { OPAQUE, PLAIN_TEXT } from "../../../environment/context";
import { set } from "../support/configuration";
import { KEY, SHORT, type Mistake } from "./mistake";

export const OF_SECRETS: readonly Mistake[] = [
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
    kind: "days a secret was given that are none",
    changes: [
      set("secrets.ANTHROPIC_API_KEY", KEY),
      set("secrets.GEMINI_API_KEY", KEY),
      set("secretsGiven.ANTHROPIC_API_KEY", "26 November"),
      set("secretsGiven.GEMINI_API_KEY", "2026-02-30"),
    ],
    says: [
      'Pulumi.local.yaml: mainstay:secretsGiven.ANTHROPIC_API_KEY: found a value (not shown); allowed: a day such as "2026-11-26", in quotation marks',
      'Pulumi.local.yaml: mainstay:secretsGiven.GEMINI_API_KEY: found a value (not shown); allowed: a day such as "2026-11-26", in quotation marks',
    ],
  },
  {
    kind: "a day a secret was given as a number",
    changes: [set("secrets.ANTHROPIC_API_KEY", KEY), set("secretsGiven.ANTHROPIC_API_KEY", 20261126)],
    says: [
      'Pulumi.local.yaml: mainstay:secretsGiven.ANTHROPIC_API_KEY: found a value (not shown); allowed: a day such as "2026-11-26", in quotation marks',
    ],
  },
  {
    kind: "a day yet to come as the one a secret was given",
    changes: [set("secrets.ANTHROPIC_API_KEY", KEY), set("secretsGiven.ANTHROPIC_API_KEY", "2999-01-01")],
    says: [
      'Pulumi.local.yaml: mainstay:secretsGiven.ANTHROPIC_API_KEY: found "2999-01-01", which is yet to come; allowed: today, by UTC, or a day before',
    ],
  },
  {
    kind: "the day of a secret that is not there",
    changes: [set("secretsGiven.ANTHROPIC_API_KEY", "2026-01-01")],
    says: [
      "Pulumi.local.yaml: mainstay:secretsGiven.ANTHROPIC_API_KEY: found the name ANTHROPIC_API_KEY, which mainstay:secrets does not have; allowed: a secret that is given",
    ],
  },
  {
    kind: "a day that is encrypted",
    changes: [set("secrets.ANTHROPIC_API_KEY", OPAQUE), set("secretsGiven.ANTHROPIC_API_KEY", OPAQUE)],
    says: [
      "Pulumi.local.yaml: mainstay:secretsGiven.ANTHROPIC_API_KEY: found an encrypted value; allowed: plain values: what is encrypted stands at mainstay:secrets",
    ],
  },
  {
    kind: "a text for the days",
    changes: [(c) => (c.secretsGiven = "2026-01-01")],
    says: ["Pulumi.local.yaml: mainstay:secretsGiven: found a text; allowed: an object"],
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
    kind: "a secret given and in plain text",
    changes: [set("secrets.OPENAI_API_KEY", KEY), set("scale.variables.OPENAI_API_KEY", SHORT)],
    says: [
      "Pulumi.local.yaml: mainstay:scale.variables.OPENAI_API_KEY: found a secret in plain text (not shown); allowed: nothing: the secret is given at mainstay:secrets.OPENAI_API_KEY",
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
];
