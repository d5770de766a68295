import type { Owner } from "../alerts";
import type { BoardUid } from "../boards/uids";
import type { Job } from "../metrics";

/** Rules of objectives are evaluated this often; a slice of time is as long. */
export const STEP_SECONDS = 60;

/** A look back: in seconds, and as PromQL writes it. */
export const WINDOWS = {
  "5m": 300,
  "30m": 1800,
  "1h": 3600,
  "2h": 7200,
  "6h": 21_600,
  "1d": 86_400,
  "3d": 259_200,
  "30d": 2_592_000,
} as const;
export type Window = keyof typeof WINDOWS;

/**
 * The four ways a budget burns too fast: the factor by which errors exceed what a steady use of the budget
 * allows, over a long window, and still now, over a twelfth of it.
 */
export const BURNS = {
  "1h": { factor: 14.4, short: "5m", level: "critical" },
  "6h": { factor: 6, short: "30m", level: "critical" },
  "1d": { factor: 3, short: "2h", level: "warning" },
  "3d": { factor: 1, short: "6h", level: "warning" },
} as const satisfies Partial<
  Record<Window, { factor: number; short: Window; level: "critical" | "warning" }>
>;
export type Burn = keyof typeof BURNS;
export const ALL_BURNS = Object.keys(BURNS) as Burn[];
type BurnLevel = (typeof BURNS)[Burn]["level"];

/** What is counted. */
export type Indicator =
  /** Events, of which some are bad: two per-second rates over five minutes. */
  | { readonly kind: "events"; readonly bad: string; readonly all: string }
  /** Events slower than a threshold, read off a histogram: the threshold has to be one of its buckets. */
  | {
      readonly kind: "latency";
      readonly histogram: string;
      readonly matchers: string;
      readonly seconds: number;
    }
  /** Slices of time, bad while the first expression is true; counted always, or while the second has a value. */
  | {
      readonly kind: "slices";
      readonly bad: string;
      readonly present?: string;
      /** What makes a slice bad as well, where this job is scraped. */
      readonly seenBy?: { readonly job: Job; readonly bad: string };
    };

export interface Objective {
  readonly name: string;
  readonly title: string;
  /** What is promised, in one sentence. */
  readonly promise: string;
  /** The share that has to be good, from 0 to 1. */
  readonly target: number;
  /** Rolling. The rules add up this many days, and no others. */
  readonly periodDays: 30;
  readonly indicator: Indicator;
  readonly owner: Owner;
  readonly board: BoardUid;
  /** Whose metrics it is counted from, where not every platform has them: without, it is not counted. */
  readonly scrapedBy?: Job;
  /** The burns that raise an alert. */
  readonly burns: readonly Burn[];
  /** Fewer bad events (or bad minutes) than this in the long window prove nothing: to page, or to notify. */
  readonly leastBad: Readonly<Record<BurnLevel, number>>;
  /** What is done when the budget is gone. */
  readonly policy: string;
}

/** The share that may be bad. Rounded: 1 - 0.999 is not 0.001 in binary. */
export const budgetOf = ({ target }: Pick<Objective, "target">): number => round(1 - target);

/** The share of bad events above which a burn's alert fires. */
export const thresholdOf = (objective: Pick<Objective, "target">, burn: Burn): number =>
  round(BURNS[burn].factor * budgetOf(objective));

/** The budget of a period in slices of time. */
export const budgetSlices = (objective: Pick<Objective, "target" | "periodDays">): number =>
  round((budgetOf(objective) * objective.periodDays * 86_400) / STEP_SECONDS);

/** How many bad events, or slices, in its long window a burn's alert waits for. */
export const leastBadOf = ({ leastBad }: Pick<Objective, "leastBad">, burn: Burn): number =>
  leastBad[BURNS[burn].level];

/** Minutes until somebody is paged when nothing is good any more; undefined where nobody is. */
export function minutesToPage(objective: Objective): number | undefined {
  const minutes = objective.burns
    .filter((burn) => BURNS[burn].level === "critical")
    .map((burn) =>
      Math.max(
        (thresholdOf(objective, burn) * WINDOWS[burn]) / 60,
        objective.indicator.kind === "slices" ? leastBadOf(objective, burn) : 0,
      ),
    );
  return minutes.length > 0 ? round(Math.min(...minutes)) : undefined;
}

/** How long the whole budget lasts at a burn's pace. */
export const exhaustionHours = (periodDays: number, burn: Burn): number =>
  (periodDays * 24) / BURNS[burn].factor;

const round = (value: number): number => Number(value.toPrecision(12));
