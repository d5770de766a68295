import { anyOf } from "../promql";
import { group, type Alert, type AlertsFor } from "./alert";

const sum = (metric: string, range: string, by = "instance") =>
  `sum by (${by}) (increase(${metric}[${range}]))`;

/** Always firing: whoever no longer hears of it knows that alerts do not get out. */
export const WATCHDOG: Alert = {
  name: "Watchdog",
  level: "none",
  expr: "vector(1)",
  for: "0m",
  summary: "Alerts get out",
  description: "This alert always fires. Its absence is the alarm.",
  owner: "platform",
  board: "mainstay-resources",
};

/** Prometheus and Alertmanager themselves. A managed Prometheus does not show these metrics. */
export const selfHosted: AlertsFor = ({ services }) =>
  group("monitoring", { owner: "platform", board: "mainstay-resources" }, [
    {
      name: "PrometheusConfigRejected",
      levels: { warning: [1, "5m"] },
      expr: (good) => `prometheus_config_last_reload_successful < ${good}`,
      summary: "Prometheus did not take its configuration",
      description: "{{ $labels.instance }} runs with an older configuration.",
    },
    {
      name: "PrometheusRulesFailing",
      // A query that took too long once has been asked again a minute later: only what keeps failing keeps silent.
      levels: { critical: [0, "10m"] },
      expr: (count) => `${sum("prometheus_rule_evaluation_failures_total", "5m")} > ${count}`,
      summary: "Rules cannot be evaluated: alerts may be missing",
      description: "About {{ $value | humanize }} evaluations of rules failed within 5 minutes.",
    },
    {
      name: "PrometheusRulesLate",
      levels: { warning: [1, "15m"] },
      expr: (share) =>
        `prometheus_rule_group_last_duration_seconds / prometheus_rule_group_interval_seconds > ${share}`,
      summary: "A group of rules takes longer than the pause between its evaluations",
      description: "{{ $labels.rule_group }} takes {{ $value | humanizePercentage }} of its interval.",
    },
    {
      name: "PrometheusAlertsDropped",
      // What still fires is sent again each minute, and each reading of the configuration leaves Prometheus without
      // Alertmanager for some seconds: only what is given up time and again has not been told.
      levels: { critical: [0, "10m"] },
      expr: (count) => `${sum("prometheus_notifications_dropped_total", "5m")} > ${count}`,
      summary: "Alerts are given up on the way to Alertmanager, again and again",
      description: "About {{ $value | humanize }} alerts were given up within 5 minutes.",
    },
    {
      name: "PrometheusStorageFailing",
      levels: { warning: [0, "0m"] },
      expr: (count) => `
        ${sum("prometheus_tsdb_compactions_failed_total", "3h")}
        + ${sum("prometheus_tsdb_reloads_failures_total", "3h")}
        + ${sum("prometheus_tsdb_wal_corruptions_total", "3h")} > ${count}`,
      summary: "Prometheus has trouble with its data on disk",
      description: "About {{ $value | humanize }} failures of the storage within 3 hours.",
    },
    {
      name: "PrometheusHistoryCut",
      levels: { info: [0.9, "1h"] },
      expr: (share) =>
        `prometheus_tsdb_storage_blocks_bytes / (prometheus_tsdb_retention_limit_bytes > 0) > ${share}`,
      summary: "History is about to be cut for want of space, before its time",
      description: "The history on disk takes {{ $value | humanizePercentage }} of what it may.",
    },
    {
      name: "PrometheusSeriesGrowing",
      levels: { warning: [2, "1h"] },
      expr: (times) =>
        `prometheus_tsdb_head_series / (prometheus_tsdb_head_series offset 1d) > ${times} and prometheus_tsdb_head_series > 50000`,
      summary: "The number of series has multiplied within a day",
      description: "There are {{ $value | humanize }} times as many series as a day ago.",
    },
    {
      name: "AlertmanagerConfigRejected",
      levels: { warning: [1, "5m"] },
      expr: (good) => `alertmanager_config_last_reload_successful < ${good}`,
      summary: "Alertmanager did not take its configuration",
      description: "{{ $labels.instance }} runs with an older configuration.",
    },
    {
      name: "MonitoringRestarting",
      // An update starts each of them once. Between two starts it answers, so that nothing is down for long.
      levels: { warning: [1, "0m"] },
      expr: (times) =>
        `changes(process_start_time_seconds{job!~"${anyOf([...services, "backup"])}"}[30m]) > ${times}`,
      summary: "A part of the monitoring keeps restarting",
      description:
        "{{ $labels.instance }} of {{ $labels.job }} started {{ $value }} times within 30 minutes.",
    },
    {
      name: "NotificationsFailing",
      // Longer than one failure is looked back on: a receiver that does not answer for some seconds has missed a sign of
      // life, which comes again a minute later. What goes on missing is tried again every five minutes, and fails again.
      levels: { critical: [0.01, "12m"] },
      expr: (share) => `
        ${sum("alertmanager_notifications_failed_total", "10m", "instance, integration")}
        / ${sum("alertmanager_notifications_total", "10m", "instance, integration")} > ${share}`,
      summary: "Notifications do not reach their receivers",
      description:
        "{{ $value | humanizePercentage }} of the notifications by {{ $labels.integration }} fail.",
    },
  ]);
