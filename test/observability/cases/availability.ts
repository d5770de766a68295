import { JOBS } from "../../../observability/metrics";
import { BACK_AS_IT_WAS, BEGUN_ANEW, counter, gauge, type Case, type Inputs } from "../support/case";

const API_1 = { job: "api", instance: "api-1:8000" };
const up = (job: string, instance: string) => `up{job="${job}",instance="${instance}"}`;
const ready = (instance: string) => `app_ready{job="api",instance="${instance}"}`;
const started = 'process_start_time_seconds{job="api",instance="api-1:8000"}';
const lines = (level: string) => `app_log_lines_total{job="api",instance="api-1:8000",level="${level}"}`;
const exceptions = 'app_unhandled_exceptions_total{job="api",instance="api-1:8000"}';
const build = (version: string, instance: string) =>
  `app_build_info{job="api",instance="${instance}",service="api",version="${version}"}`;

/** All jobs answer from the start; redis does so for a while only. */
const missing = (steps: number) =>
  Object.fromEntries(
    JOBS.map((job) => [
      up(job, `${job}-1`),
      job === "redis" ? gauge([5, 1], [steps, NaN], [15, 1]) : gauge([60, 1]),
    ]),
  );

/** Other services are as they should be; of one that is scraped by nobody at all, that is told. */
const beside = (courses: Inputs): Inputs => ({
  [up("web", "web-1:8000")]: gauge([65, 1]),
  [up("worker", "worker-1:8001")]: gauge([65, 1]),
  ...courses,
});
/** The series ends, and nobody marks its end. */
const ENDED = beside({ [up("api", "api-1:8000")]: gauge([5, 1]) });

/** Somebody was scraped all the time, and a series was not there for a while. */
const scraped = { [up("redis", "cache-exporter:9121")]: gauge([60, 1]) };
const appearing = (series: string, value: number): Inputs => ({
  ...scraped,
  [series]: gauge([30, NaN], [30, value]),
});
const back = (series: string): Inputs => ({ ...scraped, [series]: BACK_AS_IT_WAS });
/** There from the start, as Prometheus is. */
const found = (series: string): Inputs => ({
  [up("api", "api-1:8000")]: gauge([60, 1]),
  [series]: gauge([60, 7]),
});

export const availability: readonly Case[] = [
  {
    alert: "ServiceDown",
    level: "critical",
    series: beside({
      [up("api", "api-1:8000")]: gauge([5, 1], [10, 0], [50, 1]),
      [up("api", "api-2:8000")]: gauge([3, 1], [12, 0], [50, 1]),
    }),
    fires: 6,
    ends: 15,
    labels: { job: "api" },
    description: "No copy of api answers Prometheus.",
    also: [{ series: ENDED, at: 8, description: "No copy of api answers Prometheus." }],
    near: [
      {
        series: beside({
          [up("api", "api-1:8000")]: gauge([20, 0]),
          [up("api", "api-2:8000")]: gauge([20, 1]),
        }),
        at: 15,
      },
      { series: ENDED, at: 6 },
    ],
    firesBy: "absence",
  },
  {
    alert: "InstanceDown",
    level: "warning",
    series: { [up("api", "api-1:8000")]: gauge([5, 1], [10, 0], [50, 1]) },
    fires: 8,
    ends: 15,
    labels: API_1,
    description: "api-1:8000 of api does not answer Prometheus.",
    near: [
      { series: { [up("redis", "cache-exporter:9121")]: gauge([20, 0]) }, at: 15 },
      // What does not answer because it ends, as with a release, and of which nothing is seen then.
      { series: { [up("api", "api-1:8000")]: gauge([5, 1], [1, 0]) }, at: 9 },
    ],
  },
  {
    alert: "ServiceNotReady",
    level: "critical",
    series: {
      [ready("api-1:8000")]: gauge([5, 1], [10, 0], [50, 1]),
      [ready("api-2:8000")]: gauge([3, 1], [12, 0], [50, 1]),
    },
    fires: 8,
    ends: 15,
    labels: { job: "api" },
    description: "No copy of api that answers is ready.",
    near: [
      { series: { [ready("api-1:8000")]: gauge([20, 0]), [ready("api-2:8000")]: gauge([20, 1]) }, at: 15 },
      { series: { [ready("api-1:8000")]: gauge([5, 1], [1, 0]) }, at: 9 },
    ],
  },
  {
    alert: "InstanceNotReady",
    level: "warning",
    series: {
      [ready("api-1:8000")]: gauge([5, 1], [10, 0], [50, 1]),
      [ready("api-2:8000")]: gauge([65, 1]),
    },
    fires: 9,
    ends: 15,
    labels: API_1,
    description: "api-1:8000 of api answers, but is not ready.",
    near: [
      { series: { [ready("api-1:8000")]: gauge([20, 1]) }, at: 15 },
      { series: { [ready("api-1:8000")]: gauge([5, 1], [1, 0]) }, at: 9 },
    ],
  },
  {
    alert: "TargetDown",
    level: "warning",
    series: { [up("redis", "cache-exporter:9121")]: gauge([5, 1], [10, 0], [50, 1]) },
    fires: 10,
    ends: 15,
    labels: { job: "redis", instance: "cache-exporter:9121" },
    description: "redis on cache-exporter:9121 does not answer Prometheus.",
    near: [{ series: { [up("api", "api-1:8000")]: gauge([20, 0]) }, at: 15 }],
  },
  {
    alert: "TargetMissing",
    level: "critical",
    series: missing(10),
    fires: 10,
    ends: 16,
    labels: { job: "redis" },
    description: "Nothing is scraped as redis.",
    near: [{ series: missing(4), at: 20 }],
    firesBy: "absence",
  },
  {
    alert: "ServiceRestarting",
    level: "critical",
    series: { [started]: gauge([10, 1], [1, 2], [1, 3], [1, 4], [1, 5], [60, 6]) },
    fires: 14,
    ends: 50,
    labels: API_1,
    description: "api-1:8000 of api started 5 times within 30 minutes.",
    near: [{ series: { [started]: gauge([10, 1], [1, 2], [1, 3], [1, 4], [60, 5]) }, at: 20 }],
  },
  {
    alert: "ServiceRestarting",
    level: "warning",
    series: { [started]: gauge([10, 1], [5, 2], [60, 3]) },
    fires: 15,
    ends: 50,
    labels: API_1,
    description: "api-1:8000 of api started 2 times within 30 minutes.",
    near: [{ series: { [started]: gauge([10, 1], [60, 2]) }, at: 20 }],
  },
  {
    alert: "UnhandledExceptions",
    level: "warning",
    series: { [exceptions]: counter([20, 0], [5, 1], [60, 0]) },
    fires: 23,
    ends: 40,
    exact: { series: { [exceptions]: counter([30, 0.05]) }, at: 20 },
    labels: { job: "api" },
    description: "api met about 500m unexpected exceptions within 10 minutes.",
    also: [
      {
        series: appearing(exceptions, 3),
        at: 35,
        description: "api met about 3 unexpected exceptions within 10 minutes.",
      },
      {
        series: { ...scraped, [exceptions]: BEGUN_ANEW },
        at: 35,
        description: "api met about 2 unexpected exceptions within 10 minutes.",
      },
    ],
    near: [
      { series: { [exceptions]: counter([30, 0]) }, at: 20 },
      { series: appearing(exceptions, 3), at: 41 },
      { series: back(exceptions), at: 35 },
      { series: found(exceptions), at: 5 },
    ],
  },
  {
    alert: "ErrorLogLines",
    level: "info",
    series: { [lines("error")]: counter([20, 0.5], [5, 40], [60, 0]) },
    fires: 23,
    ends: 40,
    exact: { series: { [lines("error")]: counter([30, 1.05]) }, at: 20 },
    labels: { job: "api" },
    description: "api wrote about 10.5 error log lines within 10 minutes.",
    near: [{ series: { [lines("error")]: counter([30, 1]) }, at: 20 }],
  },
  {
    alert: "DeploymentUnfinished",
    level: "info",
    step: 10,
    series: {
      [build("1.0.0", "api-1:8000")]: gauge([40, 1]),
      [build("1.1.0", "api-2:8000")]: gauge([5, NaN], [20, 1]),
    },
    fires: 17,
    ends: 27,
    labels: { job: "api" },
    description: "api runs in 2 versions.",
    near: [
      {
        series: {
          [build("1.0.0", "api-1:8000")]: gauge([40, 1]),
          [build("1.0.0", "api-2:8000")]: gauge([40, 1]),
        },
        at: 30,
      },
    ],
  },
];
