import { exportedBy, type Metric } from "./metric";

/** What the log shipper counts of the edge's lines. */
const edge = exportedBy("Vector, by its configuration", ["shipper"]);

export const EDGE: readonly Metric[] = [
  ...edge.counters([
    [
      "edge_requests_total",
      "count",
      ["status_code", "answered_by"],
      "Requests at the edge, answered by a `service` or by the `edge` itself",
    ],
  ]),
  ...edge.gauges([
    [
      "edge_requests_in_progress",
      "count",
      [],
      "Requests the edge still worked on when its newest one had been answered",
    ],
  ]),
];
