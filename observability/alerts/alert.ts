import type { OWNERS } from "../../environment/scale-common";
import type { BoardUid } from "../boards/uids";
import type { Figures } from "../figures";
import { oneLine } from "../promql";

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
   * How long after its end it still inhibits its symptoms: longer than they look back, or they would fire for what is
   * over.
   */
  readonly inhibitsFor?: string;
}

/** A group whose alerts have an owner and a board in common. */
export function group(
  name: string,
  common: Pick<Alert, "owner" | "board">,
  conditions: readonly Condition[],
): AlertGroup {
  const alerts = conditions.flatMap(({ levels, expr, inhibitsFor, ...rest }): Alert[] => {
    const leveled = LEVELS.flatMap((level) => {
      const bound = levels[level];
      if (!bound) return [];
      const [threshold, holds] = bound;
      return [{ ...rest, ...common, level, threshold, expr: oneLine(expr(threshold)), for: holds }];
    });
    const [gravest] = leveled;
    return inhibitsFor && gravest ? [...leveled, aftermath(gravest, inhibitsFor)] : leveled;
  });
  return { name, alerts };
}

/**
 * A second alert that fires while a cause does and for a time after, and is sent to nobody: it inhibits the symptoms
 * that look back on the cause, while the cause itself is resolved as soon as it is over.
 */
function aftermath(cause: Alert, range: string): Alert {
  const firing = `ALERTS{alertname="${cause.name}",severity="${cause.level}",escalated="",alertstate="firing"}`;
  return {
    ...cause,
    level: "none",
    expr: `max without (alertstate, severity) (max_over_time(${firing}[${range}]))`,
    for: "0m",
    description: `${cause.name} fires, or did within ${range}: what follows from it is held back.`,
  };
}

/** A group of alerts whose expressions depend on the environment's figures. */
export type AlertsFor = (figures: Figures) => AlertGroup;
