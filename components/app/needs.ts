import type { Resource } from "@pulumi/pulumi";
import type { Service } from "../../environment/environment";
import type { Wired } from "../../environment/variables";
import type { Kind } from "../kind";
import type { AppArgs } from "./contract";

/** The components a service needs: they have to be there before it starts. */
export function neededBy<K extends Kind>({ needs }: Service, args: AppArgs<K>): Resource[] {
  const { database, cache, tracing } = args;
  const byName = { database, cache, tracing };
  return needs.flatMap((need) => (need === "internet" ? [] : [byName[need]]));
}

/**
 * The URL of a user of the database or the cache.
 *
 * @param from `database.url` or `cache.url`: the wired values that are secret
 * @param user a service, or a user every platform's database has
 */
export function wiredUrl<K extends Kind>(
  from: Wired,
  user: string,
  { database, cache }: Pick<AppArgs<K>, "database" | "cache">,
): K["secret"] {
  const url = { "database.url": database.urls[user], "cache.url": cache.urls[user] }[from as string];
  if (url === undefined) throw new Error(`${user} is given ${from}, but does not need its component`);
  return url;
}
