import { counter, gauge, type Case, type Inputs, type Phases } from "../support/case";

const PROMETHEUS = { job: "prometheus", instance: "prometheus:9090" };
const SELF = 'job="prometheus",instance="prometheus:9090"';
const own = (name: string, more = "") => `prometheus_${name}{${SELF}${more}}`;
const ALERTMANAGER = { job: "alertmanager", instance: "alertmanager:9093" };
const manager = (name: string, more = "") =>
  `alertmanager_${name}{job="alertmanager",instance="alertmanager:9093"${more}}`;
const managerStarted = 'process_start_time_seconds{job="alertmanager",instance="alertmanager:9093"}';

const took = (...phases: Phases): Inputs => ({
  [own("rule_group_last_duration_seconds", ',rule_group="requests"')]: gauge(...phases),
  [own("rule_group_interval_seconds", ',rule_group="requests"')]: gauge([75, 60]),
});
const history = (limit: number, ...phases: Phases): Inputs => ({
  [own("tsdb_storage_blocks_bytes")]: gauge(...phases),
  [own("tsdb_retention_limit_bytes")]: gauge([75, limit]),
});
const sent = (failed: number, all = 1000): Inputs => ({
  [manager("notifications_failed_total", ',integration="webhook"')]: counter([60, failed]),
  [manager("notifications_total", ',integration="webhook"')]: counter([60, all]),
});

/** Something of Prometheus's own that only ever goes up when something is wrong. */
const counted = (
  alert: string,
  level: "critical" | "warning",
  series: string,
  rest: Partial<Case>,
): Case => ({
  alert,
  level,
  series: { [series]: counter([20, 0], [10, 1], [60, 0]) },
  fires: 20,
  labels: { instance: PROMETHEUS.instance },
  description: "",
  near: [{ series: { [series]: counter([40, 0]) }, at: 30 }],
  ...rest,
});
const storage = (compactions: Phases, reloads: Phases, corruptions: Phases): Inputs => ({
  [own("tsdb_compactions_failed_total")]: counter(...compactions),
  [own("tsdb_reloads_failures_total")]: counter(...reloads),
  [own("tsdb_wal_corruptions_total")]: counter(...corruptions),
});

const rejected = (alert: string, series: string, labels: Readonly<Record<string, string>>): Case => ({
  alert,
  level: "warning",
  series: { [series]: gauge([5, 1], [10, 0], [50, 1]) },
  fires: 10,
  ends: 15,
  labels,
  description: `${labels["instance"] ?? ""} runs with an older configuration.`,
  near: [{ series: { [series]: gauge([20, 1]) }, at: 15 }],
});

const failures = own("rule_evaluation_failures_total", ',rule_group="requests"');
const dropped = own("notifications_dropped_total");

export const monitoring: readonly Case[] = [
  {
    alert: "Watchdog",
    level: "none",
    series: {},
    fires: 0,
    description: "This alert always fires. Its absence is the alarm.",
    near: [],
    firesBy: "absence",
  },
  rejected("PrometheusConfigRejected", own("config_last_reload_successful"), PROMETHEUS),
  counted("PrometheusRulesFailing", "critical", failures, {
    series: { [failures]: counter([20, 0], [20, 1], [60, 0]) },
    fires: 30,
    ends: 45,
    exact: { series: { [failures]: counter([40, 0.1]) }, at: 30 },
    description: "About 500m evaluations of rules failed within 5 minutes.",
    // A query that took too long, once.
    near: [{ series: { [failures]: counter([20, 0], [1, 3], [40, 0]) }, at: 30 }],
  }),
  {
    alert: "PrometheusRulesLate",
    level: "warning",
    series: took([5, 1], [30, 75], [40, 1]),
    fires: 20,
    ends: 35,
    labels: { ...PROMETHEUS, rule_group: "requests" },
    description: "requests takes 125% of its interval.",
    near: [{ series: took([60, 60]), at: 40 }],
  },
  counted("PrometheusAlertsDropped", "critical", dropped, {
    series: { [dropped]: counter([20, 0], [20, 1], [60, 0]) },
    fires: 30,
    ends: 45,
    exact: { series: { [dropped]: counter([40, 0.1]) }, at: 30 },
    description: "About 500m alerts were given up within 5 minutes.",
    // One reading of the configuration.
    near: [{ series: { [dropped]: counter([20, 0], [1, 3], [40, 0]) }, at: 30 }],
  }),
  counted("PrometheusStorageFailing", "warning", "", {
    step: 20,
    series: storage(
      [
        [20, 0],
        [5, 1],
        [60, 0],
      ],
      [[85, 0]],
      [[85, 0]],
    ),
    ends: 45,
    exact: { series: storage([[40, 0.02]], [[40, 0.03]], [[40, 0.04]]), at: 30 },
    description: "About 810m failures of the storage within 3 hours.",
    near: [{ series: storage([[40, 0]], [[40, 0]], [[40, 0]]), at: 30 }],
  }),
  {
    alert: "PrometheusHistoryCut",
    level: "info",
    step: 10,
    series: history(1000, [5, 100], [20, 920], [40, 100]),
    fires: 11,
    ends: 25,
    // One byte is the least limit there is.
    exact: { series: history(1, [60, 0.92]), at: 40 },
    labels: PROMETHEUS,
    description: "The history on disk takes 92% of what it may.",
    near: [
      { series: history(1000, [60, 880]), at: 40 },
      { series: history(0, [60, 920]), at: 40 },
    ],
  },
  {
    alert: "PrometheusSeriesGrowing",
    level: "warning",
    step: 60,
    series: { [own("tsdb_head_series")]: gauge([30, 25_000], [30, 52_500]) },
    fires: 31,
    ends: 55,
    labels: PROMETHEUS,
    description: "There are 2.1 times as many series as a day ago.",
    near: [
      { series: { [own("tsdb_head_series")]: gauge([30, 30_000], [30, 60_000]) }, at: 35 },
      { series: { [own("tsdb_head_series")]: gauge([30, 20_000], [30, 48_000]) }, at: 35 },
    ],
  },
  rejected("AlertmanagerConfigRejected", manager("config_last_reload_successful"), ALERTMANAGER),
  {
    alert: "MonitoringRestarting",
    level: "warning",
    series: { [managerStarted]: gauge([10, 1], [5, 2], [60, 3]) },
    fires: 15,
    ends: 50,
    labels: ALERTMANAGER,
    description: "alertmanager:9093 of alertmanager started 2 times within 30 minutes.",
    also: ["postgres", "redis", "prometheus", "host", "blackbox"].map((job) => ({
      series: {
        [`process_start_time_seconds{job="${job}",instance="${job}:1"}`]: gauge([10, 1], [5, 2], [60, 3]),
      },
      at: 16,
      labels: { job, instance: `${job}:1` },
      description: `${job}:1 of ${job} started 2 times within 30 minutes.`,
    })),
    near: [
      { series: { [managerStarted]: gauge([10, 1], [60, 2]) }, at: 20 },
      // Services, and what makes backups, have an alert of their own.
      ...["api", "worker", "web", "backup"].map((job) => ({
        series: {
          [`process_start_time_seconds{job="${job}",instance="${job}:1"}`]: gauge([10, 1], [5, 2], [60, 3]),
        },
        at: 16,
      })),
    ],
  },
  {
    alert: "NotificationsFailing",
    level: "critical",
    series: {
      [manager("notifications_failed_total", ',integration="webhook"')]: counter([20, 0], [15, 9], [60, 0]),
      [manager("notifications_total", ',integration="webhook"')]: counter([95, 9]),
    },
    fires: 32,
    ends: 50,
    exact: { series: sent(10.4), at: 30 },
    labels: { instance: ALERTMANAGER.instance, integration: "webhook" },
    description: "1.04% of the notifications by webhook fail.",
    near: [
      { series: sent(9.6), at: 30 },
      // One that failed, of one a minute.
      {
        series: {
          [manager("notifications_failed_total", ',integration="webhook"')]: counter(
            [20, 0],
            [1, 1],
            [60, 0],
          ),
          [manager("notifications_total", ',integration="webhook"')]: counter([81, 1]),
        },
        at: 29,
      },
    ],
  },
];
