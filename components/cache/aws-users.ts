import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "../aws/context";
import { physicalName } from "../aws/names";
import type { Overlapping } from "../secrets";
import { accessString } from "./settings";

/** The engine of the cache and of all that goes with it. */
export const ENGINE = "valkey";

/** Users beside those of the app's services. The default one has to be in a group; it is off. */
export const CACHE_USERS = ["exporter", "default"] as const;

/**
 * The cache's users, with the rights they have on Docker, in a group.
 *
 * @param passwords by user; `default`'s is known to nobody and of no use
 */
export function userGroup(
  { prefix }: AwsContext,
  name: string,
  passwords: Readonly<Record<string, Overlapping>>,
  parent: pulumi.Resource,
): aws.elasticache.UserGroup {
  const kind = (user: string) => CACHE_USERS.find((fixed) => fixed === user) ?? "service";
  const users = Object.entries(passwords).map(
    ([user, { current, previous }]) =>
      new aws.elasticache.User(
        `${name}-${user}`,
        {
          // Unique in the account, unlike the name it logs in with.
          userId: physicalName("cacheUser", prefix, user),
          userName: user,
          engine: ENGINE,
          accessString: accessString(kind(user)),
          authenticationMode: { type: "password", passwords: [current, previous] },
        },
        { parent },
      ),
  );
  return new aws.elasticache.UserGroup(
    name,
    {
      userGroupId: physicalName("cacheUser", prefix, name),
      engine: ENGINE,
      userIds: users.map(({ userId }) => userId),
    },
    { parent },
  );
}
