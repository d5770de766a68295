import { createHash } from "node:crypto";
import type { Environment } from "../../environment/environment";

/** Redis's configuration: data in memory only, bounded, every client with a user of its own. */
export function redisConf({ cache }: Environment): string {
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
    ["maxmemory-policy", cache.maxMemoryPolicy],
    ["maxclients", "1000"],
    ["timeout", "300"],
    ["tcp-keepalive", "60"],
    ["slowlog-log-slower-than", "10000"],
    ["slowlog-max-len", "256"],
    ["latency-monitor-threshold", "100"],
    ["lazyfree-lazy-eviction", "yes"],
    ["lazyfree-lazy-expire", "yes"],
  ];
  return settings.map(([name, value]) => `${name} ${value}\n`).join("");
}

/** What each kind of user may do. A service may use every key, and no command that runs or shows the server. */
const RIGHTS = {
  service: "~* &* +@all -@admin -@dangerous",
  exporter:
    "+@connection -@dangerous +client|list +info +config|get +slowlog|get +slowlog|len +latency|latest +latency|histogram +dbsize",
  health: "+ping",
} as const;
export type CacheUserKind = keyof typeof RIGHTS;

/**
 * Redis's access list. It holds digests only: a 40-character random password cannot be found from its own.
 */
export function accessList(
  users: readonly { name: string; kind: CacheUserKind; password: string }[],
): string {
  const line = ({ name, kind, password }: (typeof users)[number]) =>
    `user ${name} on #${createHash("sha256").update(password).digest("hex")} resetchannels -@all ${RIGHTS[kind]}\n`;
  return ["user default off\n", ...users.map(line)].join("");
}
