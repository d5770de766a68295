import type { OWNERS } from "../../environment/scale-common";
import type { BoardUid } from "../boards/uids";
import type { Figures } from "../figures";

/** From a page, over a notice, to a ticket. `none` is for what must never reach anybody by itself. */
export const LEVELS = ["critical", "warning", "info"] as const;
export type Level = (typeof LEVELS)[number];

/** The role that looks into it first. */
export type Owner = (typeof OWNERS)[number];

export interface Alert {
  /** Stable, and shared by the levels of one condition: so a graver one can silence a lesser. */
  readonly name: string;
  readonly level: Level | "none";
  readonly expr: string;
  /** Where it begins, as it stands in the expression. What is always on has none. */
  readonly threshold?: number;
  /** How long it has to hold: covers a restart, one failed scrape, a short spike. */
  readonly for: string;
  /** The same for every instance: what a person reads first. */
  readonly summary: string;
  /** Of one instance, with the value. */
  readonly description: string;
  readonly owner: Owner;
  readonly board: BoardUid;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Alerts that have a page of the runbooks in common: docs/runbooks/<name>.md. */
export interface AlertGroup {
  readonly name: string;
  readonly alerts: readonly Alert[];
}

type Bound = readonly [threshold: number, holds: string];
/** What may be wrong, at one or several levels. */
export interface Condition extends Omit<Alert, "level" | "expr" | "threshold" | "for" | "owner" | "board"> {
  readonly levels: Readonly<Partial<Record<Level, Bound>>>;
  /** What is absent needs no threshold. */
  readonly expr: (threshold: number) => string;
  /**
   * How long after its end it still keeps others from being told of: longer than those look back, or what is over
   * would be told by its symptoms.
   */
  readonly keeps?: string;
}

/** A group whose alerts have an owner and a board in common. */
export function group(
  name: string,
  common: Pick<Alert, "owner" | "board">,
  conditions: readonly Condition[],
): AlertGroup {
  const alerts = conditions.flatMap(({ levels, expr, keeps, ...rest }): Alert[] => {
    const told = LEVELS.flatMap((level) => {
      const bound = levels[level];
      if (!bound) return [];
      const [threshold, holds] = bound;
      return [{ ...rest, ...common, level, threshold, expr: oneLine(expr(threshold)), for: holds }];
    });
    const [gravest] = told;
    return keeps && gravest ? [...told, aftermath(gravest, keeps)] : told;
  });
  return { name, alerts };
}

/**
 * Fires while a cause does and for a time after, and is sent to nobody: it holds back what looks back on the cause.
 * The cause itself is told to be over at once, and is not counted as unresolved for longer than it was.
 */
function aftermath(cause: Alert, keeps: string): Alert {
  const firing = `ALERTS{alertname="${cause.name}",severity="${cause.level}",escalated="",alertstate="firing"}`;
  return {
    ...cause,
    level: "none",
    expr: `max without (alertstate, severity) (max_over_time(${firing}[${keeps}]))`,
    for: "0m",
    description: `${cause.name} fires, or did within ${keeps}: what follows from it is held back.`,
  };
}

export const oneLine = (text: string): string => text.trim().replace(/\s+/g, " ");

/** Jobs as a regular expression for a label matcher. */
export const anyOf = (jobs: readonly string[]): string => jobs.join("|");

/**
 * A state as it was last seen within a minute, for which there are two scrapes at least. Read at a moment, it would be
 * seen for five minutes: a task on AWS is scraped from within, and nobody is left to say that its series have ended.
 *
 * @param gauge with its matchers
 */
export const lastSeen = (gauge: string): string => `last_over_time(${gauge}[1m])`;

/**
 * How often something rare happened, event by event. What a series has when it first appears is no increase of it: the
 * first event of a new label, or of a process before its first scrape, would be lost. So a series that was not there in
 * the day before counts as a whole, and so does one that was away for a while and has begun anew. One that goes on as it
 * was, only not scraped for a while, does not; nor do all of them where Prometheus itself is new.
 *
 * @param counter with its matchers
 */
export const counted = (counter: string, range: string, by: string): string => `
  sum by (${by}) (
    (${counter} unless ${counter} >= last_over_time(${counter}[1d] offset ${range})
      unless ${counter} offset ${range} and on () group(up offset ${range}))
    or increase(${counter}[${range}]))`;

/** A group of alerts whose expressions depend on the environment's figures. */
export type AlertsFor = (figures: Figures) => AlertGroup;
