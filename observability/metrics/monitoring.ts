import { exportedBy, JOBS, type Metric } from "./metric";

/** What Prometheus and Alertmanager say of themselves, and Prometheus of each scrape. */
const scrape = exportedBy("Prometheus 2.42 and 3.13, for every target", JOBS);
const prometheus = exportedBy("Prometheus 2.42 and 3.13", ["prometheus"]);
const alertmanager = exportedBy("Alertmanager 0.25 and 0.34", ["alertmanager"]);

export const MONITORING: readonly Metric[] = [
  ...scrape.gauges([
    ["up", "state", [], "1 if the newest scrape worked"],
    ["scrape_duration_seconds", "seconds", [], "Time of the newest scrape"],
    ["scrape_samples_scraped", "count", [], "Samples in the newest scrape"],
    [
      "ALERTS",
      "state",
      ["alertname", "alertstate", "severity", "escalated"],
      "1 for every alert that is pending or firing",
    ],
  ]),
  ...prometheus.gauges([
    ["prometheus_config_last_reload_successful", "state", [], "1 if the newest configuration was taken"],
    [
      "prometheus_rule_group_last_duration_seconds",
      "seconds",
      ["rule_group"],
      "Time of a group's last evaluation",
    ],
    [
      "prometheus_rule_group_interval_seconds",
      "seconds",
      ["rule_group"],
      "Pause between a group's evaluations",
    ],
    ["prometheus_tsdb_head_series", "count", [], "Series in memory"],
    ["prometheus_tsdb_storage_blocks_bytes", "bytes", [], "History on disk"],
    ["prometheus_tsdb_retention_limit_bytes", "bytes", [], "Most history that is kept; 0 for no limit"],
  ]),
  ...prometheus.counters([
    [
      "prometheus_rule_evaluation_failures_total",
      "count",
      ["rule_group"],
      "Rules that could not be evaluated",
    ],
    ["prometheus_notifications_sent_total", "count", ["alertmanager"], "Alerts handed to Alertmanager"],
    ["prometheus_notifications_errors_total", "count", ["alertmanager"], "Alerts Alertmanager did not take"],
    ["prometheus_notifications_dropped_total", "count", [], "Alerts given up"],
    ["prometheus_tsdb_compactions_failed_total", "count", [], "Compactions that failed"],
    ["prometheus_tsdb_reloads_failures_total", "count", [], "Loads of blocks from disk that failed"],
    ["prometheus_tsdb_wal_corruptions_total", "count", [], "Corruptions of the write-ahead log"],
    ["prometheus_tsdb_head_samples_appended_total", "count", ["type"], "Samples taken in"],
  ]),
  ...alertmanager.gauges([
    ["alertmanager_config_last_reload_successful", "state", [], "1 if the newest configuration was taken"],
    ["alertmanager_alerts", "count", ["state"], "Alerts it holds"],
  ]),
  ...alertmanager.counters([
    ["alertmanager_notifications_total", "count", ["integration"], "Notifications attempted"],
    ["alertmanager_notifications_failed_total", "count", ["integration"], "Notifications that failed"],
  ]),
];
