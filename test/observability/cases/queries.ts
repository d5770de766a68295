import { counter, gauge, type Case, type Course, type Inputs } from "../support/case";

const API_1 = { job: "api", instance: "api-1:8000" };
const SELF = 'job="api",instance="api-1:8000"';
const pool = (what: string) => `db_pool_${what}{${SELF}}`;
const used = (active: Course): Inputs => ({ [pool("active")]: active, [pool("max")]: gauge([75, 100]) });
const errors = (type: string) => `app_errors_total{${SELF},component="database",type="${type}"}`;
const bucket = (le: string, operation = "document.find") =>
  `db_query_duration_seconds_bucket{le="${le}",${SELF},operation="${operation}"}`;

const BOUNDS = ["0.025", "0.05", "0.1", "0.2", "1", "2", "+Inf"] as const;
/** Queries a step, by bound. */
const queries = (operation: string, ...upTo: readonly Course[]): Inputs =>
  Object.fromEntries(BOUNDS.map((le, index) => [bucket(le, operation), upTo[index] ?? counter()]));
const steady = (operation: string, ...upTo: readonly number[]) =>
  queries(operation, ...upTo.map((pace) => counter([40, pace])));
const quickThen = (slow: readonly number[], quick: readonly number[], before = 20, during = 25, after = 40) =>
  BOUNDS.map((_, index) =>
    counter([before, quick[index] ?? 0], [during, slow[index] ?? 0], [after, quick[index] ?? 0]),
  );
const QUICK = [60, 60, 60, 60, 60, 60, 60];

/** Health checks and looks at the queue: quick, and more than anything else. */
const OF_NOBODY: Inputs = Object.assign(
  {},
  ...["ping", "job.claim", "job.queue", "job.sweep"].map((one) =>
    queries(one, ...BOUNDS.map(() => counter([80, 5000]))),
  ),
);

/** Some hours' queries, which stand for a day, with a known 95th percentile, and then a tenth of them, slower. */
const day = (ordinary: readonly number[], lately: readonly number[]) =>
  queries(
    "document.find",
    ...quickThen(
      lately.map((pace) => pace / 10),
      ordinary,
      50,
      6,
      20,
    ),
  );
const AT_25_MS = [15.3, 16, 16, 16, 16, 16, 16];

const busy = (level: "critical" | "warning" | "info", percent: number, fires: number): Case => ({
  alert: "DatabasePoolBusy",
  level,
  series: used(gauge([5, 10], [20, percent], [50, 10])),
  fires,
  ends: 25,
  labels: API_1,
  description: `api-1:8000 of api uses ${percent}% of its database connections.`,
  near: [
    { series: used(gauge([40, percent - 2])), at: 30 },
    { series: { [pool("active")]: gauge([40, 0]), [pool("max")]: gauge([40, 0]) }, at: 30 },
  ],
});

export const queriesCases: readonly Case[] = [
  busy("critical", 96, 6),
  busy("warning", 81, 10),
  busy("info", 71, 15),
  {
    alert: "DatabasePoolWaiting",
    level: "warning",
    series: { [pool("waiting")]: gauge([5, 0], [10, 1], [50, 0]) },
    fires: 7,
    ends: 15,
    labels: API_1,
    description: "1 callers in api-1:8000 wait for a database connection.",
    near: [{ series: { [pool("waiting")]: gauge([20, 0]) }, at: 10 }],
  },
  {
    alert: "DatabaseUnreachable",
    level: "critical",
    series: { [errors("unavailable")]: counter([20, 0], [10, 60], [40, 0]) },
    fires: 22,
    ends: 40,
    exact: { series: { [errors("unavailable")]: counter([40, 2]) }, at: 30 },
    labels: { job: "api" },
    description: "api failed about 10 times to reach the database in 5 minutes.",
    near: [
      { series: { [errors("unavailable")]: counter([40, 1.9]) }, at: 30 },
      { series: { [errors("timeout")]: counter([40, 60]) }, at: 30 },
    ],
  },
  {
    alert: "StatementTimeouts",
    level: "warning",
    step: 2,
    series: { [errors("timeout")]: counter([20, 0], [10, 20], [40, 0]) },
    fires: 21,
    ends: 40,
    exact: { series: { [errors("timeout")]: counter([40, 1]) }, at: 30 },
    labels: { job: "api" },
    description: "About 5 statements of api were ended within 10 minutes.",
    near: [
      { series: { [errors("timeout")]: counter([40, 0.9]) }, at: 30 },
      { series: { [errors("failed")]: counter([40, 60]) }, at: 30 },
    ],
  },
  {
    alert: "QueryTimeHigh",
    level: "warning",
    series: queries("document.find", ...quickThen([0, 0, 0, 0, 0, 60, 60], QUICK)),
    fires: 25,
    ends: 55,
    exact: { series: { ...steady("document.find", 0, 0, 0, 0, 34, 36, 36), ...OF_NOBODY }, at: 30 },
    labels: { job: "api" },
    description: "Of 100 queries of api, 95 are answered within 1.1s only.",
    near: [{ series: steady("document.find", 0, 0, 0, 0, 36, 36, 36), at: 30 }],
  },
  {
    alert: "QueryTimeSpike",
    level: "warning",
    step: 5,
    series: day(AT_25_MS, [0, 0, 0, 16, 16, 16, 16]),
    fires: 52,
    ends: 62,
    exact: { series: { ...day(AT_25_MS, [0, 0, 18, 19, 19, 19, 19]), ...OF_NOBODY }, at: 54 },
    labels: { job: "api" },
    description: "95 of 100 queries of api take up to 105ms, several times a day's usual.",
    near: [
      { series: day([14, 16, 16, 16, 16, 16, 16], [0, 0, 18, 19, 19, 19, 19]), at: 54 },
      { series: day([16, 16, 16, 16, 16, 16, 16], [0, 8, 16, 16, 16, 16, 16]), at: 54 },
    ],
  },
  {
    alert: "NetworkLatencyHigh",
    level: "warning",
    series: queries("ping", ...quickThen([0, 0, 0, 60, 60, 60, 60], QUICK)),
    fires: 30,
    ends: 65,
    exact: { series: steady("ping", 0, 0, 18, 19, 19, 19, 19), at: 30 },
    labels: { job: "api" },
    description: "A bare round trip from api to the database takes 105ms.",
    near: [
      { series: steady("ping", 0, 0, 19, 19, 19, 19, 19), at: 30 },
      { series: steady("document.find", 0, 0, 0, 0, 0, 60, 60), at: 30 },
    ],
  },
];
