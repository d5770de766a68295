import type { Bound } from "./thresholds";
import type { BoardUid } from "./uids";

/** How Grafana writes a value. */
export const UNITS = {
  count: "short",
  perSecond: "reqps",
  operations: "ops",
  seconds: "s",
  share: "percentunit",
  bytes: "bytes",
  bytesPerSecond: "Bps",
  time: "dateTimeFromNow",
  state: "short",
} as const;

interface Query {
  readonly expr: string;
  readonly legend: string;
}

type Unit = keyof typeof UNITS;

interface Shown {
  readonly title: string;
  /** What is seen, and what is good. */
  readonly description: string;
  /** Of the values; of a heatmap these are its cells. */
  readonly unit: Unit;
  readonly queries: readonly Query[];
  readonly bound?: Bound;
  /** Of 24 columns. @default 8, for a stat 4 */
  readonly width?: number;
}

type Plain = Shown & { readonly kind: "graph" | "stat" | "table" };
/** `buckets`: the unit of what was measured, which its vertical axis shows. */
type Heatmap = Shown & { readonly kind: "heatmap"; readonly buckets: Unit };
export type Panel = Plain | Heatmap;

export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

/** A board as data: what is on it, and which page of the runbooks goes with it. */
export interface Board {
  readonly uid: BoardUid;
  readonly description: string;
  readonly runbook: string;
  readonly rows: readonly Row[];
}

type Rest = Pick<Shown, "bound" | "width">;

const shown = (
  title: string,
  description: string,
  unit: Unit,
  queries: Readonly<Record<string, string>>,
  rest: Rest = {},
): Shown => ({
  title,
  description,
  unit,
  queries: Object.entries(queries).map(([legend, expr]) => ({ legend, expr })),
  ...rest,
});
const panel =
  (kind: Plain["kind"]) =>
  (...args: Parameters<typeof shown>): Plain => ({ kind, ...shown(...args) });

/** Lines over time; the queries by their legends. */
export const graph = panel("graph");
/** One figure. */
export const stat = panel("stat");
export const table = panel("table");
/** A histogram's buckets over time: what they measure, and then as the others. */
export const heatmap = (buckets: Unit, ...args: Parameters<typeof shown>): Heatmap => ({
  kind: "heatmap",
  buckets,
  ...shown(...args),
});

/** A rate over what Grafana thinks fits between two points. */
export const rate = (metric: string): string => `rate(${metric}[$__rate_interval])`;
/** A percentile of a histogram, by its labels. */
export const percentile = (quantile: number, histogram: string, by = "", matchers = ""): string =>
  `histogram_quantile(${quantile}, sum by (${[...(by ? [by] : []), "le"].join(", ")}) (${rate(`${histogram}_bucket${matchers}`)}))`;
