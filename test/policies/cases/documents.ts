/** Cases of policies: one statement in the place of all. */
import type { Json } from "../../../graph/resource";
import { document } from "../support/aws-stack/parts";
import type { Case } from "../support/cases";

export const statement = (
  rule: string,
  at: string,
  path: string,
  change: Json | readonly Json[],
  says: string,
  also: readonly string[] = [],
): Case => ({
  rule,
  at,
  path,
  bad: document(...(Array.isArray(change) ? (change as Json[]) : [change as Json])),
  absent: "pass",
  says: `${path} is ${says}`,
  also,
});

export const allow = (Action: Json, Resource: Json, Condition?: Json) => ({
  Sid: "X",
  Effect: "Allow",
  Action,
  Resource,
  ...(Condition === undefined ? {} : { Condition }),
});

export const NAMED = "allowed: named actions on named resources.";
