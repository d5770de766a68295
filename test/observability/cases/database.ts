import { counter, gauge, type Case, type Course, type Inputs } from "../support/case";

const INSTANCE = { instance: "database-exporter:9187" };
const SELF = 'job="postgres",instance="database-exporter:9187"';
const IN_APP = { ...INSTANCE, datname: "app" };
const GIB = 1024 ** 3;
const metric = (name: string) => `pg_${name}{${SELF}}`;
const ofApp = (name: string) => `pg_stat_database_${name}{${SELF},datid="16384",datname="app"}`;
const transaction = (state: string) =>
  `pg_stat_activity_max_tx_duration{${SELF},datname="app",state="${state}"}`;
const size = `pg_database_size_bytes{${SELF},datname="app"}`;

const connections = (course: Course): Inputs => ({
  [ofApp("numbackends")]: course,
  [metric("settings_max_connections")]: gauge([75, 110]),
  [metric("settings_superuser_reserved_connections")]: gauge([75, 10]),
});
const locks = (course: Course): Inputs => ({
  [`pg_locks_count{${SELF},datname="app",mode="accesssharelock"}`]: course,
  [metric("settings_max_locks_per_transaction")]: gauge([75, 64]),
  [metric("settings_max_connections")]: gauge([75, 100]),
});
const transactions = (committed: number, rolledBack: number): Inputs => ({
  [ofApp("xact_commit")]: counter([40, committed]),
  [ofApp("xact_rollback")]: counter([40, rolledBack]),
});
const blocks = (hit: number, read: number): Inputs => ({
  [ofApp("blks_hit")]: counter([60, hit]),
  [ofApp("blks_read")]: counter([60, read]),
});

const checkpoints = (timed: Course, requested: Course): Inputs => ({
  [metric("stat_checkpointer_num_timed_total")]: timed,
  [metric("stat_checkpointer_num_requested_total")]: requested,
});
const rows = (live: Course, dead: Course): Inputs => {
  const ofTable = (state: string) =>
    metric(`stat_user_tables_n_${state}_tup`).replace(
      "}",
      ',datname="app",schemaname="app",relname="events"}',
    );
  return { [ofTable("live")]: live, [ofTable("dead")]: dead };
};
const started = metric("postmaster_start_time_seconds");

const connectionsHigh = (level: "critical" | "warning", used: number, fires: number): Case => ({
  alert: "DatabaseConnectionsHigh",
  level,
  series: connections(gauge([5, 10], [30, used], [40, 10])),
  fires,
  ends: 35,
  labels: INSTANCE,
  description: `${used}% of the connections are in use.`,
  near: [{ series: connections(gauge([40, used - 2])), at: 35 }],
});
const volumeFull = (level: "critical" | "warning", percent: number, fires: number): Case => ({
  alert: "DatabaseVolumeFull",
  level,
  series: { [size]: gauge([5, GIB], [30, (percent / 10) * GIB], [40, GIB]) },
  fires,
  ends: 35,
  labels: INSTANCE,
  description: `The databases take ${percent}% of the storage that is set aside for them.`,
  near: [{ series: { [size]: gauge([40, ((percent - 2) / 10) * GIB]) }, at: 35 }],
});

/** Ids are used up for days, and vacuum comes at last. */
const wraparound = (level: "critical" | "warning", bound: number, minutes: number, used: string): Case => {
  const ids = metric("transaction_ids_used");
  return {
    alert: "DatabaseWraparound",
    level,
    series: { [ids]: gauge([5, bound / 2], [minutes + 10, bound + 1e8], [30, 1e8]) },
    fires: 5 + minutes,
    ends: 15 + minutes,
    exact: { series: { [ids]: gauge([150, bound + 1e8 * (level === "critical" ? 1 : 0.4)]) }, at: 140 },
    labels: INSTANCE,
    description: `The oldest rows are ${used} transactions old; at 2.1 thousand million writes end.`,
    near: [{ series: { [ids]: gauge([150, bound * 0.99]) }, at: 140 }],
  };
};

export const database: readonly Case[] = [
  {
    alert: "DatabaseDown",
    level: "critical",
    series: { [metric("up")]: gauge([5, 1], [10, 0], [50, 1]) },
    fires: 6,
    ends: 15,
    // A scrape that is missed now and then changes nothing.
    exact: { series: { [metric("up")]: gauge([5, 1], [1, 0], [1, NaN], [1, 0], [1, NaN], [10, 0]) }, at: 8 },
    labels: { job: "postgres", ...INSTANCE },
    description: "PostgreSQL does not answer its exporter database-exporter:9187.",
    near: [{ series: { [metric("up")]: gauge([20, 1]) }, at: 10 }],
  },
  {
    alert: "DatabaseRestarted",
    level: "info",
    series: { [started]: gauge([20, 1000], [40, 2200]) },
    fires: 22,
    ends: 30,
    labels: INSTANCE,
    description: "Starts of PostgreSQL within 10 minutes: 1. Connections were broken off.",
    // An environment that is new has not started afresh.
    near: [{ series: { [started]: gauge([20, NaN], [40, 2200]) }, at: 23 }],
  },
  {
    alert: "DatabaseExporterFailing",
    level: "warning",
    series: { [metric("exporter_last_scrape_error")]: gauge([5, 0], [25, 1], [40, 0]) },
    fires: 15,
    ends: 30,
    labels: { job: "postgres", ...INSTANCE },
    description: "Figures of PostgreSQL are missing: queries of database-exporter:9187 fail.",
    near: [{ series: { [metric("exporter_last_scrape_error")]: gauge([20, 0]) }, at: 18 }],
  },
  connectionsHigh("critical", 96, 7),
  connectionsHigh("warning", 81, 15),
  {
    alert: "DatabaseTransactionOld",
    level: "warning",
    series: { [transaction("active")]: gauge([5, 10], [30, 3700], [40, 0]) },
    fires: 6,
    ends: 35,
    labels: IN_APP,
    description: "The oldest transaction in app has been open for 1h 1m 40s.",
    near: [{ series: { [transaction("active")]: gauge([40, 3500]) }, at: 30 }],
  },
  {
    alert: "DatabaseTransactionIdle",
    level: "warning",
    series: { [transaction("idle in transaction (aborted)")]: gauge([5, 10], [30, 320], [40, 0]) },
    fires: 6,
    ends: 35,
    labels: IN_APP,
    description: "A transaction in app has been idle for 5m 20s.",
    near: [
      { series: { [transaction("idle in transaction")]: gauge([40, 280]) }, at: 30 },
      { series: { [transaction("active")]: gauge([40, 900]) }, at: 30 },
    ],
  },
  {
    alert: "DatabaseDeadlocks",
    level: "warning",
    series: { [ofApp("deadlocks")]: counter([20, 0], [5, 1], [60, 0]) },
    fires: 20,
    ends: 45,
    exact: { series: { [ofApp("deadlocks")]: counter([40, 0.04]) }, at: 30 },
    labels: IN_APP,
    description: "About 600m deadlocks in app within 15 minutes.",
    near: [{ series: { [ofApp("deadlocks")]: counter([40, 0]) }, at: 30 }],
  },
  {
    alert: "DatabaseRollbacksHigh",
    level: "warning",
    step: 3,
    series: {
      [ofApp("xact_commit")]: counter([20, 100], [15, 50], [40, 100]),
      [ofApp("xact_rollback")]: counter([20, 0], [15, 90], [40, 0]),
    },
    fires: 22,
    ends: 45,
    exact: { series: transactions(35, 4.1), at: 30 },
    labels: IN_APP,
    description: "10.49% of the transactions in app are rolled back.",
    near: [
      { series: transactions(90.5, 10), at: 30 },
      { series: transactions(10, 3.8), at: 30 },
    ],
  },
  {
    alert: "DatabaseCacheHitsLow",
    level: "info",
    step: 3,
    series: {
      [ofApp("blks_hit")]: counter([20, 20000], [20, 1000], [40, 20000]),
      [ofApp("blks_read")]: counter([20, 10], [20, 90000], [40, 10]),
    },
    fires: 30,
    ends: 60,
    exact: { series: blocks(7000, 1020), at: 40 },
    labels: IN_APP,
    description: "87.28% of the blocks of app are found in memory.",
    near: [
      { series: blocks(9900, 1050), at: 40 },
      { series: blocks(1000, 950), at: 40 },
    ],
  },
  {
    alert: "DatabaseLocksHigh",
    level: "warning",
    series: locks(gauge([5, 50], [20, 1344], [40, 50])),
    fires: 10,
    ends: 25,
    labels: INSTANCE,
    description: "21% of the lock table is in use.",
    near: [{ series: locks(gauge([40, 1216])), at: 30 }],
  },
  {
    alert: "DatabaseCheckpointsHigh",
    level: "warning",
    step: 5,
    series: checkpoints(counter([20, 1], [30, 0], [40, 1]), counter([20, 0], [30, 2], [40, 0])),
    fires: 26,
    ends: 58,
    exact: { series: checkpoints(counter([50, 0.49]), counter([50, 0.5])), at: 40 },
    labels: INSTANCE,
    description: "50.51% of the checkpoints of an hour were forced.",
    near: [
      { series: checkpoints(counter([50, 0.51]), counter([50, 0.5])), at: 40 },
      // Little is written.
      { series: checkpoints(counter([50, 0]), counter([50, 0.49])), at: 40 },
    ],
  },
  {
    alert: "DatabaseDeadTuples",
    level: "warning",
    step: 10,
    series: rows(gauge([60, 90000]), gauge([5, 100], [20, 60000], [35, 100])),
    fires: 11,
    ends: 25,
    exact: { series: rows(gauge([40, 29000]), gauge([40, 10000])), at: 30 },
    labels: { ...IN_APP, schemaname: "app", relname: "events" },
    description: "25.64% of the rows of app.events in app are dead.",
    near: [
      { series: rows(gauge([40, 31000]), gauge([40, 10000])), at: 30 },
      { series: rows(gauge([40, 100]), gauge([40, 9990])), at: 30 },
    ],
  },
  wraparound("critical", 1.5e9, 10, "1.6G"),
  wraparound("warning", 5e8, 60, "540M"),
  {
    alert: "DatabaseArchivingFails",
    level: "warning",
    series: { [metric("stat_archiver_failed_count")]: counter([20, 0], [5, 1], [60, 0]) },
    fires: 20,
    ends: 45,
    exact: { series: { [metric("stat_archiver_failed_count")]: counter([40, 0.04]) }, at: 30 },
    labels: INSTANCE,
    description: "About 600m attempts to archive a log segment failed within 15 minutes.",
    near: [{ series: { [metric("stat_archiver_failed_count")]: counter([40, 0]) }, at: 30 }],
  },
  volumeFull("critical", 96, 10),
  volumeFull("warning", 86, 20),
  {
    alert: "DatabaseVolumeForecast",
    level: "warning",
    step: 60,
    series: { [size]: gauge([80, GIB], [60, GIB, 0.1 * GIB], [120, GIB]) },
    fires: 122,
    ends: 150,
    exact: { series: { [size]: gauge([100, 0, (10.5 * GIB) / 176]) }, at: 80 },
    labels: INSTANCE,
    description: "At its present growth it will take 105% of its storage in four days.",
    near: [{ series: { [size]: gauge([100, 0, (9.5 * GIB) / 176]) }, at: 80 }],
  },
];
