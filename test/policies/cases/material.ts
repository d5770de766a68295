import { TOPICS } from "../../../policies/rules";
import { awsStack } from "../support/aws-stack";
import { topic, type Topic } from "../support/cases";

export const MATERIAL: Topic = topic(
  "Passwords, keys and certificates",
  awsStack,
  TOPICS["Passwords, keys and certificates"] ?? [],
  [
    {
      rule: "tls-authority-renewed",
      at: "authority",
      path: "validityPeriodHours",
      bad: 876_000,
      says: "validityPeriodHours is 876000; allowed: 87840 or less.",
    },
    {
      rule: "tls-authority-renewed",
      at: "authority",
      path: "allowedUses",
      bad: ["server_auth"],
      absent: "pass",
      says: 'allowedUses[0] is "server_auth"; allowed: cert_signing or crl_signing or digital_signature.',
    },
    {
      rule: "password-length",
      at: "password",
      path: "length",
      bad: 12,
      says: "length is 12; allowed: 24 or more.",
    },
    {
      rule: "password-alphabet",
      at: "password",
      path: "upper",
      bad: false,
      absent: "pass",
      says: "upper is false; allowed: true, or not set.",
    },
    {
      rule: "password-rotates",
      at: "password",
      path: "keepers.rotationDays",
      bad: "365",
      says: 'keepers.rotationDays is "365"; allowed: 90 or less.',
    },
    {
      rule: "no-random-string-secret",
      at: "databasePassword",
      bad: { type: "random:randomString", inputs: { length: 40 } },
      says: "It is named like a secret, and its result is plain text.",
    },
    {
      rule: "tls-key-strength",
      at: "privateKey",
      path: "ecdsaCurve",
      bad: "P224",
      says: 'ecdsaCurve is "P224"; allowed: P256 or P384 or P521.',
    },
    {
      rule: "tls-certificate-life",
      at: "signed",
      path: "validityPeriodHours",
      bad: 87_600,
      says: "validityPeriodHours is 87600; allowed: 9552 or less.",
    },
    {
      rule: "tls-server-only",
      at: "signed",
      path: "isCaCertificate",
      bad: true,
      absent: "pass",
      says: "isCaCertificate is true; allowed: false, or not set.",
    },
    {
      rule: "tls-authority-renewed",
      at: "authority",
      path: "earlyRenewalHours",
      bad: 1,
      says: "earlyRenewalHours is 1; allowed: 336 or more.",
    },
  ],
);
