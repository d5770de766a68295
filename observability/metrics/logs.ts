import { exportedBy, type Metric } from "./metric";

/** What the log shipper counts of all lines. */
const lines = exportedBy("Vector, by its configuration", ["shipper"]);
/** What it says of its own work: `named` takes the lines of the environment, `store` is the way to Loki. */
const vector = exportedBy("Vector 0.58", ["shipper"]);

export const CRITICAL_LINES: readonly Metric[] = lines.counters([
  [
    "log_critical_lines_total",
    "count",
    ["container"],
    "Lines in which a container says that it cannot go on; it lives on here when its process does not",
  ],
]);

export const LOGS: readonly Metric[] = [
  ...CRITICAL_LINES,
  ...vector.counters([
    ["vector_component_sent_events_total", "count", ["component_id"], "Lines a part of Vector handed on"],
  ]),
];
