/** Waivers: violations that are accepted for a time, by somebody, for a reason. They are data, and judged, too. */
import { z } from "zod";
import { withStars } from "./pattern";
import type { Severity } from "./rule";

const MS_PER_DAY = 86_400_000;

const day = z.iso.date({ error: "a day that exists, as YYYY-MM-DD" });

const A_REASON = "a reason of 20 characters or more, in words";

const A_URN = 'a URN, which starts with "urn:pulumi:"';

/** Blanks say nothing, however many. */
const text = (wanted: string, least: number) => z.string({ error: wanted }).trim().min(least, wanted);
/** Words, and not one letter after the other. */
const REASON = /^(?=.{20})(\S+\s+){3}\S/su;

export const waiverSchema = z.strictObject({
  rule: text("the name of a rule", 1),
  /** An exact URN, or one in whose name `*` stands for anything. */
  resource: z.string({ error: A_URN }).startsWith("urn:pulumi:", A_URN),
  /** The one input it is about, as a report names it. Default: whatever the rule finds at the resource, also later. */
  property: text("the path of an input", 1).optional(),
  reason: z.string({ error: A_REASON }).trim().regex(REASON, A_REASON),
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

/** What waivers are judged by. */
interface Measure {
  /** Severities of the rules, by name. */
  readonly severities: ReadonlyMap<string, Severity>;
  /** `YYYY-MM-DD` */
  readonly today: string;
  /** Names of the stacks there are; undefined where that is not known. */
  readonly stacks: readonly string[] | undefined;
}

export interface ReadWaivers {
  readonly waivers: readonly Waiver[];
  readonly problems: readonly WaiverProblem[];
}

/**
 * Tells the waivers that hold from those that do not. One that does not hold waives nothing.
 *
 * @param data what the waiver file holds
 */
export function readWaivers(data: unknown, measure: Measure): ReadWaivers {
  if (!Array.isArray(data)) {
    return { waivers: [], problems: [malformed(undefined, "the waiver file is no list of waivers")] };
  }
  const read = data.map((raw: unknown, index) => readOne(raw, index, measure));
  return {
    waivers: read.flatMap((one) => ("rule" in one ? [one] : [])),
    problems: read.flatMap((one) => ("kind" in one ? [one] : [])),
  };
}

function readOne(
  raw: unknown,
  index: number,
  { severities, today, stacks }: Measure,
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
  const stack = stackOf(waiver);
  // No stack would ever tell that this waiver is not used, so each tells that it is not one's.
  if (stacks && !stacks.includes(stack))
    return malformed(
      undefined,
      `the waiver of ${waiver.rule} is for the stack ${stack}, which does not exist; allowed: ${stacks.join(", ")}`,
    );
  if (!isNarrow(waiver.resource)) {
    const message = `the waiver of ${waiver.rule} matches more than it should; allowed is a URN with one * in its name, after or before ${LEAST_LITERAL} letters or more`;
    return { kind: "too-broad", resource: waiver.resource, message };
  }
  const term = termProblem(waiver, severity, today);
  return term
    ? { kind: term.kind, resource: waiver.resource, message: `the waiver of ${waiver.rule} ${term.message}` }
    : waiver;
}

/** What is wrong with the time something is put up with; undefined where nothing is. */
export function termProblem(
  { granted, until }: Pick<Waiver, "granted" | "until">,
  severity: Severity,
  today: string,
): Pick<WaiverProblem, "kind" | "message"> | undefined {
  if (granted > today)
    return { kind: "malformed", message: `is granted on ${granted}, which is yet to come` };
  const life = (Date.parse(until) - Date.parse(granted)) / MS_PER_DAY;
  const longest = LONGEST_LIFE[severity];
  if (life > longest)
    return {
      kind: "too-long",
      message: `holds for ${life} days; allowed for ${severity} is ${longest} or less`,
    };
  return until < today ? { kind: "expired", message: `ended on ${until}` } : undefined;
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
  const parts = name.split("*");
  return (
    ![head, project, types].some((part) => part === "" || part.includes("*")) &&
    name !== "" &&
    (parts.length === 1 || (parts.length === 2 && parts.some(({ length }) => length >= LEAST_LITERAL)))
  );
}

/** Whether a waiver speaks of a resource. */
export function covers({ resource }: Pick<Waiver, "resource">, urn: string): boolean {
  if (!resource.includes("*")) return resource === urn;
  return new RegExp(`^${withStars(resource)}$`).test(urn);
}

/** Whether a waiver is about what a rule found. */
export const waives = (
  waiver: Waiver,
  { policy, urn, property }: { readonly policy: string; readonly urn: string; readonly property?: string },
): boolean =>
  waiver.rule === policy &&
  covers(waiver, urn) &&
  (waiver.property === undefined || waiver.property === property);

export const describeWaiver = ({ reason, owner, until }: Pick<Waiver, "reason" | "owner" | "until">) =>
  `${reason} (${owner}, until ${until})`;

/** The stack a waiver is about. */
export const stackOf = ({ resource }: Pick<Waiver, "resource">) =>
  resource.split("::")[0]?.slice("urn:pulumi:".length) ?? "";
