/** The kinds of value a variable may hold, as zod schemas whose messages say what was wrong and what is allowed. */
import { readFileSync, statSync } from "node:fs";
import { isAbsolute } from "node:path";
import * as z from "zod";
import { readSecret } from "./secrets";

export const MIN_PASSWORD = 16;

/** A string; `what` says what belongs there when it is missing. */
export function text(what: string) {
  return z.string({ error: `missing; ${what}` });
}

/** A whole number of this range. Digits only: an exponent or a fraction is a mistake here. */
export function integer(min: number, max: number) {
  return z.string().transform((value, context) => {
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
    if (number >= min && number <= max) return number;
    context.addIssue(`"${value}" is not a whole number from ${min} to ${max}`);
    return z.NEVER;
  });
}

/** Values separated by commas. */
export function list<T extends z.ZodType<string, string>>(item: T) {
  return z
    .string()
    .transform((value) =>
      value
        .split(",")
        .map((part) => part.trim())
        .filter((part) => part !== ""),
    )
    .pipe(z.array(item).min(1, "holds no value"));
}

/** An absolute path to a directory that is there. */
export function directory() {
  return z.string().superRefine((path, context) => {
    if (!isAbsolute(path)) context.addIssue(`"${path}" is not an absolute path`);
    else if (!statSync(path, { throwIfNoEntry: false })?.isDirectory())
      context.addIssue(`"${path}" is not a directory`);
  });
}

/** The path of a file that can be read. */
export function readableFile(what: string) {
  return text(what).superRefine((path, context) => {
    attempt(context, path, () => readFileSync(path));
  });
}

/** The path of a file with a secret, whose content passes `check`; `check` throws what is wrong with it. */
export function secretFile(what: string, check: (secret: string) => unknown) {
  return text(what).superRefine((path, context) => {
    const secret = attempt(context, path, () => readSecret(path));
    if (secret === undefined) return;
    try {
      if (secret === "") throw new Error("is empty");
      check(secret);
    } catch (error) {
      context.addIssue(`${path} ${(error as Error).message}`);
    }
  });
}

function attempt<T>(context: z.RefinementCtx, path: string, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    context.addIssue(`${path} cannot be read (${(error as NodeJS.ErrnoException).code})`);
    return undefined;
  }
}
