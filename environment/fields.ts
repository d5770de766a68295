import { X509Certificate } from "node:crypto";
import { z } from "zod";
import { longestGapDays, longestGapMinutes } from "./cron";

/** The small vocabulary the schema is written in: each field knows how to say what it allows. */

const matching = (pattern: RegExp, allowed: string) =>
  z.string({ error: allowed }).regex(pattern, { error: allowed, abort: true });

/** The name of a service, image or receiver: it becomes part of host names, so it follows their rules. */
export const identifier = matching(
  /^[a-z][a-z0-9-]{0,19}$/,
  "lower-case letters, digits and hyphens, a letter first, at most 20 characters",
);

const CERTIFICATE = 'a certificate as PEM, from "-----BEGIN CERTIFICATE-----" on';

/** The first certificate of a text; undefined where it begins with none. */
export function certificateOf(text: string): X509Certificate | undefined {
  try {
    return new X509Certificate(text);
  } catch {
    return undefined;
  }
}

/** A certificate, or several one after the other, as PEM. */
export const certificateText = matching(/^-----BEGIN CERTIFICATE-----\n/, CERTIFICATE).refine(
  (text) => certificateOf(text) !== undefined,
  {
    error: CERTIFICATE,
  },
);

/** The name of an environment variable. */
export const variableName = matching(
  /^[A-Z][A-Z0-9_]{0,63}$/,
  "upper-case letters, digits and underscores, a letter first, at most 64 characters",
);

const SQL_NAME =
  'lower-case letters, digits and underscores, a letter first, at most 31 characters, no "pg_" at the beginning';

/** The name of a database that is not there yet: PostgreSQL and RDS have some of their own. */
export const databaseName = matching(
  /^(?!pg_|(postgres|rdsadmin|template[01])$)[a-z][a-z0-9_]{0,30}$/,
  `${SQL_NAME}, and none of postgres, rdsadmin, template0, template1`,
);

/** The name of a schema that an app can own. */
export const schemaName = matching(
  /^(?!pg_|information_schema$)[a-z][a-z0-9_]{0,30}$/,
  `${SQL_NAME}, and not information_schema`,
);

/** The name of an extension of PostgreSQL. */
export const extensionName = matching(
  /^[a-z][a-z0-9_-]{0,62}$/,
  'an extension such as "pg_trgm" or "uuid-ossp"',
);

/** A table of the app, as its migrations call it. */
export const tableName = matching(
  /^[a-z_][a-z0-9_]{0,62}\.[a-z_][a-z0-9_]{0,62}$/,
  'a table such as "app.events"',
);

/** A port a process without privileges can listen on. */
export const unprivilegedPort = z.int().min(1024).max(65535);

/** A port of the host. */
export const hostPort = z.int().min(1).max(65535);

/** An absolute path of a URL. */
export const urlPath = matching(/^\/[A-Za-z0-9._~/-]*$/, 'a path that starts with "/"');

const LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
const HOST_NAME = `${LABEL}(\\.${LABEL})*`;

/** A DNS name, in lower case. */
export const hostName = matching(
  new RegExp(`^(?=.{1,253}$)${HOST_NAME}$`),
  'a lower-case host name, such as "api.example.com"',
);

const origin = matching(
  new RegExp(`^(\\*|https?://(?=[^:]{1,253}(:|$))${HOST_NAME}(:\\d{1,5})?)$`),
  'an origin such as "https://app.example.com", or "*"',
);

/** Web origins, as browsers send them: scheme, host and port, no path. */
export const origins = z
  .array(origin)
  .superRefine((all, { addIssue }) => {
    for (const [index, one] of all.entries())
      if (all.indexOf(one) < index) addIssue({ code: "custom", path: [index], message: "each origin once" });
  })
  .meta({ uniqueItems: true });

export const WEB_ADDRESS = "an http or https URL with no user or password in it";

/** The address of what is posted to: Alertmanager and the messenger on AWS have to take it, and neither logs in. */
export const webAddress = matching(
  /^https?:\/\/([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?([/?]([A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?$/,
  WEB_ADDRESS,
);

/** An address range in CIDR form. */
export const cidr = z.cidrv4({ error: 'an address range such as "10.0.0.0/8"' });

/** A DNS name and port of another machine. */
export const hostAndPort = matching(
  /^[a-z0-9][a-z0-9.-]*:\d{1,5}$/,
  'a host and port such as "smtp.example.com:587"',
);

/** An AWS account. */
export const accountId = matching(/^\d{12}$/, "an account id: a text of 12 digits");

/** A registry of images, as it stands at the beginning of their references. */
export const registryHost = matching(
  /^[a-z0-9][a-z0-9.-]*(:\d{1,5})?$/,
  'a registry such as "ghcr.io" or "registry.example.com:5000"',
);

/** An AWS region. */
export const region = matching(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a region such as "eu-west-1"');

/** Lowest and highest value of the fields of a schedule: minute, hour, day, month, day of the week. */
const CRON_FIELDS = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
] as const;
const CRON = 'five cron fields in UTC, such as "0 2 * * *"';

/** A schedule: five cron fields, in UTC. */
const schedule = matching(/^[0-9*][0-9,/*-]*( [0-9*][0-9,/*-]*){4}$/, CRON).refine(
  (text) => text.split(" ").every((field, index) => isCronField(field, CRON_FIELDS[index] ?? [0, 0])),
  { error: CRON },
);

/** A schedule that keeps a bound, judged where it is one. */
const scheduleWith = (keeps: (text: string) => boolean, bound: string) =>
  schedule.refine(keeps, { error: `${CRON}, ${bound}`, when: ({ issues }) => issues.length === 0 });

/** Longest quarter of a year, in days. */
const QUARTER_DAYS = 92;

/** A schedule of what a year must not go by without. */
export const quarterlySchedule = scheduleWith(
  (text) => longestGapDays(text) <= QUARTER_DAYS,
  `that come at least once in ${QUARTER_DAYS} days`,
);

/**
 * A schedule whose moments lie no further apart than this.
 *
 * @param reason why, for whoever would have it otherwise
 */
export const scheduleWithin = (minutes: number, reason: string) =>
  scheduleWith(
    (text) => longestGapMinutes(text) <= minutes,
    `never more than ${minutes} minutes apart: ${reason}`,
  );

function isCronField(field: string, [lowest, highest]: readonly [number, number]): boolean {
  return field.split(",").every((part) => {
    const [, range = "", step = "1"] = /^(\*|\d+|\d+-\d+)(?:\/(\d+))?$/.exec(part) ?? [];
    const [from = NaN, to = from] = range === "*" ? [lowest, highest] : range.split("-").map(Number);
    return from >= lowest && from <= to && to <= highest && Number(step) >= 1 && Number(step) <= highest;
  });
}

const REPOSITORY = "(?:[a-z0-9.-]+(?::\\d+)?/)?[a-z0-9]+(?:[._/-]+[a-z0-9]+)*";
const TAG = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}";
const EXACT = "(?=[^@]*\\d\\.\\d)";

/**
 * An image reference that always means the same image: an exact version or a digest.
 * `latest`, `stable`, a bare major or no tag at all would change under a running environment.
 */
export const imageReference = matching(
  new RegExp(`^${REPOSITORY}(?::${EXACT}${TAG}|(?::${TAG})?@sha256:[0-9a-f]{64})$`),
  'an image with an exact version or digest, such as "redis:7.4.5-bookworm", never "latest" or a major version alone',
);

/** How much of the machine one container may take. */
export const resources = z.strictObject({
  memoryMiB: z.int().min(16).max(1_048_576).describe("Memory limit in MiB; swap is never given on top."),
  cpus: z.number().min(0.01).max(128).describe("CPU limit in cores."),
});

/** Resources of something that keeps data. */
export const storedResources = resources.extend({
  storageGiB: z.int().min(1).max(65_536).describe("Disk the data may take, in GiB."),
});

/** Resources of what restores backups to prove them. */
export const drillingResources = resources.extend({
  drillGiB: z
    .int()
    .min(1)
    .max(65_536)
    .describe("Disk a restore drill may take, in GiB: room for the database's data and their indexes."),
});
