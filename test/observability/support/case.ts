import type { Level } from "../../../observability/alerts";

/** How a series goes, step by step: each phase has its length, a value, and what a gauge gains with each step. */
export interface Course {
  readonly kind: "gauge" | "counter";
  readonly phases: readonly (readonly [steps: number, value: number, slope?: number])[];
}

export type Phases = Course["phases"];

/** A gauge that has each value for so many steps. */
export const gauge = (...phases: Phases): Course => ({ kind: "gauge", phases });
/** A counter that grows so much with each step, for so many steps. */
export const counter = (...phases: Phases): Course => ({ kind: "counter", phases });

/** A counter that is back after twenty steps in which it was not scraped: as it was, or begun anew and grown since. */
export const BACK_AS_IT_WAS = gauge([10, 7], [20, NaN], [30, 7]);
export const BEGUN_ANEW = gauge([10, 7], [20, NaN], [30, 2]);

export type Inputs = Readonly<Record<string, Course>>;

/** Inputs at one step. */
export interface Moment {
  readonly series: Inputs;
  readonly at: number;
}

/** What shows that an alert does what it says. Times are steps from the start. */
export interface Case {
  readonly alert: string;
  readonly level: Level | "none";
  /** Tells the alerts of one objective apart. */
  readonly window?: string;
  /** Minutes of a step. @default 1 */
  readonly step?: number;
  /** It is calm, gets bad, and gets well again. */
  readonly series: Inputs;
  /** The first step it fires at: one step earlier it must not. */
  readonly fires: number;
  /** A step at which it no longer fires. Left out where it never ends. */
  readonly ends?: number;
  /** A course just outside the bounds, where labels and texts are compared. @default the series where it fires */
  readonly exact?: Moment;
  /** Other courses it fires in, with what it says then. `labels` take the place of the case's. */
  readonly also?: readonly (Moment & Pick<Case, "labels" | "description">)[];
  /** Labels of the alert beside those its definition gives. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly description: string;
  /** Courses just inside the bounds: it must not fire. */
  readonly near: readonly Moment[];
  /** Where being gone, or growing old, is what it is about, quiet courses cannot be made by rule. */
  readonly firesBy?: "absence" | "age";
}

/** The values of a course as promtool reads them; NaN stands for a series that is gone. */
export function valuesOf({ kind, phases }: Course): string {
  let total = 0;
  const values = phases.flatMap(([steps, value, slope = 0]) =>
    Array.from({ length: steps }, (_, step) => {
      if (kind === "gauge") return value + step * slope;
      total += value;
      return total;
    }),
  );
  return values.map((value) => (Number.isNaN(value) ? "stale" : String(value))).join(" ");
}

/** A counter's course at its calm pace, with the process started again in the middle of it. */
export function restarted({ kind, phases }: Course): string {
  const [, pace = 0] = phases[0] ?? [];
  if (kind === "gauge") return valuesOf(gauge([60, pace]));
  const half = valuesOf(counter([30, pace]));
  return `${half} ${half}`;
}

/** Nothing happens any more: counters stand still, gauges are as they were in calm times. */
export function idle({ kind, phases }: Course): string {
  const [, pace = 0] = phases[0] ?? [];
  return valuesOf(gauge([60, kind === "gauge" ? pace : 100]));
}
