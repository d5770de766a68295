import { type Context, inScale, inSecrets, OPAQUE, PLAIN_TEXT, SHAPE_KEY } from "./context";
import type { DockerEnvironment, Environment } from "./environment";
import { WEB_ADDRESS, webAddress } from "./fields";
import { receiverLists } from "./names";
import { describe, type Problem, type Undecided } from "./problems";
import { secretsOfReceivers } from "./scale-common";

/** Series of one copy of the app once all its endpoints and queries were used: about 1,700 were counted. */
const SERIES_OF_COPY = 2000;
/** Series of all other targets and of the rules. */
const SERIES_OF_THE_REST = 8000;
/** "An average of only 1-2 bytes per sample": Prometheus' own documentation of its storage. */
const BYTES_OF_SAMPLE = 2;
/** Prometheus cuts its history at nine tenths of its disk: `--storage.tsdb.retention.size`. */
export const HISTORY_SHARE = 0.9;

/** The disk Prometheus needs for its retention time, in GiB. */
function historyGiB({ services, monitoring }: DockerEnvironment): number {
  const { retentionDays } = monitoring.prometheus;
  const copies = services.reduce((sum, one) => sum + one.replicas + (one.candidate?.replicas ?? 0), 0);
  const samples = (copies * SERIES_OF_COPY + SERIES_OF_THE_REST) / monitoring.scrapeSeconds;
  const bytes = samples * BYTES_OF_SAMPLE * retentionDays * 86_400;
  return Math.ceil(bytes / 1024 ** 3 / HISTORY_SHARE);
}

/** On a disk that is too small Prometheus drops history early, and objectives need thirty days of it. */
export function checkHistory(context: Context, environment: DockerEnvironment): Problem[] {
  const { storageGiB, retentionDays } = environment.monitoring.prometheus;
  const needed = historyGiB(environment);
  if (storageGiB >= needed) return [];
  return [
    {
      ...inScale(context, "monitoring.prometheus.storageGiB"),
      found: String(storageGiB),
      allowed: `at least ${needed} for ${retentionDays} days of metrics, or fewer days`,
    },
  ];
}

/**
 * In production somebody has to be paged, and has to notice when alerts no longer get out. On AWS an alarm of CloudWatch
 * watches for that; on a host only a watchdog receiver can.
 */
export function checkReceivers(
  context: Context,
  { production, platform, receivers }: Environment,
): Problem[] {
  if (!production) return [];
  const wanted = platform === "aws" ? (["critical"] as const) : (["critical", "watchdog"] as const);
  const reason = {
    critical: "nobody would be paged",
    watchdog: "nobody would notice that alerts no longer get out",
  };
  return wanted
    .filter((name) => receivers[name].length === 0)
    .map((name) => ({
      ...inScale(context, `receivers.${name}`),
      found: "an empty list",
      allowed: `at least one receiver in production: without one, ${reason[name]}`,
    }));
}

/** Webhooks with their places in the scale. */
const webhooks = (receivers: Environment["receivers"]) =>
  receiverLists(receivers).flatMap(([who, list]) =>
    list.flatMap((one, index) =>
      one.kind === "webhook" ? [{ ...one, key: `receivers.${who}[${index}]` }] : [],
    ),
  );

/** Names of the secrets that are addresses. */
const secretAddresses = (receivers: Environment["receivers"]) => secretsOfReceivers(webhooks(receivers));

const HTTPS = "an https URL in production";

/** Alerts of production are sent encrypted only. */
export function checkWebhooks(context: Context, { production, receivers }: Environment): Problem[] {
  const open = webhooks(receivers).filter(({ url }) => production && url?.startsWith("http://"));
  const refused = secretAddresses(receivers).filter((name) => {
    const address = context.secrets[name];
    if (address === undefined || [OPAQUE, PLAIN_TEXT].includes(address)) return false;
    return !webAddress.safeParse(address).success || (production && !address.startsWith("https://"));
  });
  return [
    ...open.map(({ key }) => ({ ...inScale(context, `${key}.url`), found: "an http URL", allowed: HTTPS })),
    ...refused.map((name) => ({
      ...inSecrets(context, name),
      found: "a secret that is no address of a webhook (not shown)",
      allowed: production ? `${WEB_ADDRESS}, and ${HTTPS}` : WEB_ADDRESS,
    })),
  ];
}

/** What cannot be checked of addresses that are encrypted here. */
export const undecidedWebhooks = (context: Context): Undecided[] =>
  secretAddresses(context.scale.receivers)
    .filter((name) => context.secrets[name] === OPAQUE)
    .map((name) => ({
      ...inSecrets(context, name),
      rule: "that it is an address of a webhook: it is encrypted here",
    }));

/** Whoever is paged reads the alert on a phone, where a path of the repository leads nowhere. */
export function checkRunbooks({ files }: Context, { production, monitoring }: Environment): Problem[] {
  if (!production || monitoring.runbooks.startsWith("https://")) return [];
  return [
    {
      file: files.project,
      key: `${SHAPE_KEY}.monitoring.runbooks`,
      found: describe(monitoring.runbooks),
      allowed:
        "an https URL in production: the folder as it is published, such as the repository's own pages",
    },
  ];
}
