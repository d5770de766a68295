import { createHash } from "node:crypto";
import type { Environment } from "../../environment/environment";

/** Settings a cache has on every platform, by name: what happens at the limit, to idle clients, to slow commands. */
export const cacheSettings = ({ cache }: Environment): Readonly<Record<string, string>> => ({
  "maxmemory-policy": cache.maxMemoryPolicy,
  timeout: "300",
  "tcp-keepalive": "60",
  "slowlog-log-slower-than": "10000",
  "slowlog-max-len": "256",
  "lazyfree-lazy-eviction": "yes",
  "lazyfree-lazy-expire": "yes",
});

/** Redis's configuration: data in memory only, bounded, every client with a user of its own. */
export function redisConf(environment: Environment): string {
  const { cache } = environment;
  const maxMemoryMiB = Math.floor((cache.memoryMiB * cache.maxMemoryPercent) / 100);
  const settings: readonly (readonly [string, string])[] = [
    ["bind", "* -::*"],
    ["port", "6379"],
    // Every user has a password in the ACL file, and the default user is off.
    ["protected-mode", "no"],
    ["aclfile", "/run/secrets/users.acl"],
    ["dir", "/tmp"],
    ["save", '""'],
    ["appendonly", "no"],
    ["maxmemory", `${maxMemoryMiB}mb`],
    ...Object.entries(cacheSettings(environment)),
    ["maxclients", "1000"],
    ["latency-monitor-threshold", "100"],
  ];
  return settings.map(([name, value]) => `${name} ${value}\n`).join("");
}

/**
 * What each kind of user may do. A service may use every key, and no command that runs or shows the server: all
 * of @admin are @dangerous, too. Written as
 * Redis itself lists rights: keys, channels, then commands from +@all or -@all on. ElastiCache keeps that form, and what
 * it gives back in another would be a change in every preview.
 */
const RIGHTS = {
  service: "~* &* +@all -@dangerous",
  exporter:
    "-@all +@connection -@dangerous +client|list +info +slowlog|get +slowlog|len +latency|latest +latency|histogram +dbsize",
  health: "-@all +ping",
} as const;
export type CacheUserKind = keyof typeof RIGHTS;

/** The limit of clients is among the server's settings, which a managed cache shows to nobody. */
const EXPORTER_ON_OWN_SERVER = " +config|get";

/** A user's rights as ElastiCache takes them: no digests, and none of the commands it keeps to itself. */
export const accessString = (kind: CacheUserKind | "default") =>
  kind === "default" ? "off -@all" : `on ${RIGHTS[kind]}`;

/**
 * Redis's access list. It holds digests only: a 40-character random password cannot be found from its own.
 *
 * @param users each with all passwords it may log in with
 */
export function accessList(
  users: readonly { name: string; kind: CacheUserKind; passwords: readonly string[] }[],
): string {
  const line = ({ name, kind, passwords }: (typeof users)[number]) => {
    const digests = passwords.map((password) => `#${createHash("sha256").update(password).digest("hex")}`);
    const more = kind === "exporter" ? EXPORTER_ON_OWN_SERVER : "";
    return `user ${name} on ${digests.join(" ")} resetchannels ${RIGHTS[kind]}${more}\n`;
  };
  return ["user default off\n", ...users.map(line)].join("");
}
