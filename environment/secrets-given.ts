import { z } from "zod";
import { SECRETS_GIVEN_KEY, SECRETS_KEY, type Context } from "./context";
import { variableName } from "./fields";
import { whereValid } from "./parse";
import type { Problem } from "./problems";

const DAY = 'a day such as "2026-11-26", in quotation marks';

/**
 * `mainstay:secretsGiven`: the day each secret was given, by UTC, written by `npm run mainstay -- secret set`. In
 * quotation marks, because Pulumi reads a bare date as a moment. A secret without one was given nobody knows when.
 */
export const secretsGiven = z.record(variableName, z.iso.date({ error: DAY })).default({});

/** A day as it is written, by UTC. */
export const dayOf = (moment: Date) => moment.toISOString().slice(0, 10);

/** Days that are still to come, and days of secrets that are not there. */
export function checkSecretsGiven(context: Context): Problem[] {
  const { files } = context;
  const today = dayOf(new Date());
  const names = whereValid(() => Object.keys(context.secretsGiven));
  return names.flatMap((name) =>
    whereValid(() => {
      const day = context.secretsGiven[name] ?? "";
      const problem = (found: string, allowed: string) => [
        { file: files.stack, key: `${SECRETS_GIVEN_KEY}.${name}`, found, allowed },
      ];
      if (!Object.hasOwn(context.secrets, name))
        return problem(`the name ${name}, which ${SECRETS_KEY} does not have`, "a secret that is given");
      if (day > today) return problem(`"${day}", which is yet to come`, "today, by UTC, or a day before");
      return [];
    }),
  );
}
