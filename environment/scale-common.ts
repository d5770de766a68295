import { z } from "zod";
import {
  hostAndPort,
  hostName,
  identifier,
  imageReference,
  resources,
  storedResources,
  variableName,
  WEB_ADDRESS,
  webAddress,
} from "./fields";
import { stackValue } from "./variables";

/** What every environment says of its scale, whatever platform it runs on. */

/** Objectives add up 30 days; a day more, because history is thrown away in pieces. */
export const LEAST_RETENTION_DAYS = 31;

const METRICS_RETENTION = `a whole number from ${LEAST_RETENTION_DAYS} to 400: objectives add up 30 days`;
export const metricsRetention = z
  .int({ error: METRICS_RETENTION })
  .min(LEAST_RETENTION_DAYS, { error: METRICS_RETENTION })
  .max(400, { error: METRICS_RETENTION })
  .describe("How long metrics are kept.");

const webhook = z
  .strictObject({
    kind: z.literal("webhook"),
    url: webAddress.optional(),
    secret: variableName
      .optional()
      .describe("In the place of `url`, where whoever knows the address may write there."),
  })
  .refine(({ url, secret }) => (url === undefined) !== (secret === undefined), {
    path: ["url"],
    error: `either ${WEB_ADDRESS}, or under \`secret\` the name of a secret that is one`,
  })
  .meta({ oneOf: [{ required: ["url"] }, { required: ["secret"] }] });

const receiver = z.discriminatedUnion("kind", [
  webhook,
  z.strictObject({
    kind: z.literal("slack"),
    channel: z.string().regex(/^#\S+$/, { error: 'a channel such as "#alerts"' }),
    secret: variableName,
  }),
  z.strictObject({ kind: z.literal("pagerduty"), secret: variableName }),
  z.strictObject({
    kind: z.literal("email"),
    to: z.email({ error: "an e-mail address" }),
    from: z.email({ error: "an e-mail address" }),
    smarthost: hostAndPort,
    username: z.string(),
    secret: variableName,
  }),
]);

/** The roles that look into an alert first. */
export const OWNERS = ["app", "data", "platform"] as const;

const ofOwner = z.strictObject({
  critical: z.array(receiver).default([]),
  warning: z.array(receiver).default([]),
  info: z.array(receiver).default([]),
});

const receivers = z
  .strictObject({
    critical: z.array(receiver).default([]).describe("Paged."),
    warning: z.array(receiver).default([]).describe("Notified."),
    info: z.array(receiver).default([]).describe("Filed."),
    escalation: z
      .array(receiver)
      .default([])
      .describe("Told of what stays critical for half an hour. None: everybody named for a level."),
    watchdog: z
      .array(receiver)
      .default([])
      .describe("Told every minute that alerts get out, and raises the alarm when it hears nothing."),
    owners: z
      .strictObject({
        app: ofOwner.optional().describe("The services."),
        data: ofOwner.optional().describe("Database, cache, backups."),
        platform: ofOwner.optional().describe("Everything else."),
      } satisfies Record<(typeof OWNERS)[number], z.ZodType>)
      .default({})
      .describe(
        "Who hears of an owner's alerts instead, at the levels that are named. None: the same as all others.",
      ),
  })
  .describe("Who hears of alerts, by level. `secret` names a key of mainstay:secrets.");

export const common = {
  production: z.boolean().describe("Whether real users depend on it: turns the production rules on."),
  follows: z
    .array(z.string().min(1))
    .optional()
    .describe(
      "Stacks it has to be like, by the rules about parity. Default: every production stack that follows none itself; " +
        "and production follows none. A stack that stands in for another names it; one that is like nothing says [].",
    ),
  protectData: z
    .boolean()
    .default(true)
    .describe("Whether data outlives a mistaken `down` of the environment."),
  secretGeneration: z
    .int()
    .min(1)
    .default(1)
    .describe("Raised by one, and never lowered, to replace every generated secret."),
  domain: hostName.describe("The name users reach it under."),
  images: z.record(identifier, imageReference).default({}).describe("Overrides of the images table."),
  database: storedResources
    .extend({ readReplicas: z.int().min(0).max(15).default(0) })
    .describe("Size of PostgreSQL."),
  cache: resources.extend({ replicas: z.int().min(0).max(5).default(0) }).describe("Size of Redis."),
  receivers: receivers.prefault({}),
  variables: z.record(variableName, stackValue).default({}).describe("Values of the app's variables."),
};

export type Receiver = z.output<typeof receiver>;

/** The secret a receiver names, if it names one. */
export const secretOf = (one: Receiver): string | undefined => ("secret" in one ? one.secret : undefined);
/** Each secret that any of the receivers names, once and by name. */
export const secretsOfReceivers = (all: readonly Receiver[]): string[] =>
  [...new Set(all.flatMap((one) => secretOf(one) ?? []))].sort();
