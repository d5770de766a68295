import { exportedBy, type Metric } from "./metric";

/** What blackbox_exporter finds when it comes in the way users do. */
const probe = exportedBy("blackbox_exporter 0.23 and 0.28", ["probe"]);
const way = ["probe"];

export const PROBE: readonly Metric[] = probe.gauges([
  ["probe_success", "state", way, "1 if the answer was what it should be"],
  ["probe_duration_seconds", "seconds", way, "Time from the look-up to the end of the answer"],
  ["probe_http_status_code", "state", way, "Status of the answer, 0 if there was none"],
  ["probe_http_duration_seconds", "seconds", [...way, "phase"], "Time by phase of the request"],
  ["probe_ssl_earliest_cert_expiry", "timestamp", way, "When the first certificate of the chain ends"],
]);
