/** Waivers: violations that are accepted for a time, by somebody, for a reason. They are data, and judged, too. */
import { z } from "zod";
import type { Severity } from "./rule";

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MS_PER_DAY = 86_400_000;

const AS_DAY = "a day as YYYY-MM-DD";
const day = z
  .string({ error: AS_DAY })
  .regex(DAY, AS_DAY)
  .refine(
    (text) => !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text),
    "a day that exists",
  );

const A_URN = 'a URN, which starts with "urn:pulumi:"';

const text = (wanted: string, least: number) => z.string({ error: wanted }).min(least, wanted);

export const waiverSchema = z.strictObject({
  rule: text("the name of a rule", 1),
  /** An exact URN, or one in whose name `*` stands for anything. */
  resource: z.string({ error: A_URN }).startsWith("urn:pulumi:", A_URN),
  reason: text("a reason of 20 characters or more", 20),
  /** The role in the team that answers for it. */
  owner: text("who answers for it, in 3 characters or more", 3),
  granted: day,
  /** The last day it holds. */
  until: day,
});

export type Waiver = z.output<typeof waiverSchema>;

/** What is wrong with one waiver. */
export interface WaiverProblem {
  readonly kind: "expired" | "malformed" | "unused" | "too-broad" | "too-long";
  readonly resource: string | undefined;
  readonly message: string;
}

/** How long a violation may be put up with, in days. */
export const LONGEST_LIFE: Readonly<Record<Severity, number>> = {
  critical: 30,
  high: 90,
  medium: 180,
  low: 365,
};

/** Letters of a name that a pattern must at least spell out. */
const LEAST_LITERAL = 3;

export interface ReadWaivers {
  readonly waivers: readonly Waiver[];
  readonly problems: readonly WaiverProblem[];
}

/**
 * Tells the waivers that hold from those that do not. One that does not hold waives nothing.
 *
 * @param data what the waiver file holds
 * @param severities of the rules, by name
 * @param today `YYYY-MM-DD`
 */
export function readWaivers(
  data: unknown,
  severities: ReadonlyMap<string, Severity>,
  today: string,
): ReadWaivers {
  if (!Array.isArray(data)) {
    return { waivers: [], problems: [malformed(undefined, "the waiver file is no list of waivers")] };
  }
  const read = data.map((raw: unknown, index) => readOne(raw, index, severities, today));
  return {
    waivers: read.flatMap((one) => ("rule" in one ? [one] : [])),
    problems: read.flatMap((one) => ("kind" in one ? [one] : [])),
  };
}

function readOne(
  raw: unknown,
  index: number,
  severities: ReadonlyMap<string, Severity>,
  today: string,
): Waiver | WaiverProblem {
  const parsed = waiverSchema.safeParse(raw);
  if (!parsed.success) {
    const told = parsed.error.issues.map(({ path, message }) =>
      path.length === 0 ? message : `${path.join(".")}: ${message}`,
    );
    return malformed(undefined, `waiver ${index + 1}, ${told.join("; ")}`);
  }
  const waiver = parsed.data;
  const severity = severities.get(waiver.rule);
  if (severity === undefined)
    return malformed(
      waiver.resource,
      `waiver ${index + 1} names the rule ${waiver.rule}, which does not exist`,
    );
  if (waiver.granted > today)
    return malformed(
      waiver.resource,
      `the waiver of ${waiver.rule} is granted on ${waiver.granted}, which is yet to come`,
    );
  if (!isNarrow(waiver.resource)) {
    const message = `the waiver of ${waiver.rule} matches more than it should; allowed is a URN with * only in its name, beside ${LEAST_LITERAL} letters or more`;
    return { kind: "too-broad", resource: waiver.resource, message };
  }
  const life = (Date.parse(waiver.until) - Date.parse(waiver.granted)) / MS_PER_DAY;
  const longest = LONGEST_LIFE[severity];
  if (life > longest) {
    const message = `the waiver of ${waiver.rule} holds for ${life} days; allowed for ${severity} is ${longest} or less`;
    return { kind: "too-long", resource: waiver.resource, message };
  }
  if (waiver.until < today) {
    const message = `the waiver of ${waiver.rule} ended on ${waiver.until}`;
    return { kind: "expired", resource: waiver.resource, message };
  }
  return waiver;
}

const malformed = (resource: string | undefined, message: string): WaiverProblem => ({
  kind: "malformed",
  resource,
  message,
});

/** Stack, project and types are spelt out; of the name enough to tell what is meant. */
function isNarrow(urn: string): boolean {
  const [head = "", project = "", types = "", ...rest] = urn.split("::");
  const name = rest.join("::");
  const literal = name.replaceAll("*", "").length;
  return (
    ![head, project, types].some((part) => part === "" || part.includes("*")) &&
    (name === "" ? false : !name.includes("*") || literal >= LEAST_LITERAL)
  );
}

/** Whether a waiver speaks of a resource. */
export function covers({ resource }: Pick<Waiver, "resource">, urn: string): boolean {
  if (!resource.includes("*")) return resource === urn;
  const pattern = resource
    .split("*")
    .map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&"))
    .join(".*");
  return new RegExp(`^${pattern}$`).test(urn);
}

/** The stack a waiver is about. */
export const stackOf = ({ resource }: Pick<Waiver, "resource">) =>
  resource.split("::")[0]?.slice("urn:pulumi:".length) ?? "";
