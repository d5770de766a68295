import { anyOf } from "../promql";
import { group, type AlertsFor, type Condition } from "./alert";

const DAY = 86_400;

/** Queries somebody waits for: health checks and the looks at the queue are many, and dilute what those take. */
export const ASKED_FOR_SOMEBODY = 'operation!~"ping|job.(claim|queue|sweep)"';

/** The app's way to the database: its pools, its queries, its errors. */
export const pool: AlertsFor = ({ services }) => {
  const own = anyOf(services);
  const seconds = (range: string, matchers: string) =>
    `histogram_quantile(0.95, sum by (job, le) (rate(db_query_duration_seconds_bucket{${matchers}}[${range}])))`;
  const asked = (range: string) => seconds(range, ASKED_FOR_SOMEBODY);
  return group("queries", { owner: "app", board: "mainstay-database" }, [
    {
      name: "DatabasePoolBusy",
      levels: { critical: [0.95, "1m"], warning: [0.8, "5m"], info: [0.7, "10m"] },
      // A service without a pool has 0 / 0, which no threshold is below.
      expr: (share) => `db_pool_active{job=~"${own}"} / db_pool_max{job=~"${own}"} > ${share}`,
      inhibitsFor: "12m",
      summary: "Most database connections of a process are in use",
      description:
        "{{ $labels.instance }} of {{ $labels.job }} uses {{ $value | humanizePercentage }} of its database connections.",
    },
    {
      name: "DatabasePoolWaiting",
      levels: { warning: [0, "2m"] },
      expr: (callers) => `db_pool_waiting{job=~"${own}"} > ${callers}`,
      summary: "Callers wait for a database connection",
      description: "{{ $value }} callers in {{ $labels.instance }} wait for a database connection.",
    },
    {
      name: "DatabaseUnreachable",
      // Longer than a database that is down takes to be told of: then that says it.
      levels: { critical: [10, "2m"] },
      expr: (errors) => `
        sum by (job) (increase(app_errors_total{component="database",type="unavailable"}[5m])) >= ${errors}`,
      inhibitsFor: "12m",
      summary: "A service cannot reach the database",
      description:
        "{{ $labels.job }} failed about {{ $value | humanize }} times to reach the database in 5 minutes.",
    },
    {
      name: "StatementTimeouts",
      levels: { warning: [5, "2m"] },
      expr: (count) => `
        sum by (job) (increase(app_errors_total{component="database",type="timeout"}[10m])) >= ${count}`,
      summary: "Statements are ended for taking too long",
      description:
        "About {{ $value | humanize }} statements of {{ $labels.job }} were ended within 10 minutes.",
    },
    {
      name: "QueryTimeHigh",
      levels: { warning: [1, "5m"] },
      expr: (limit) => `${asked("5m")} > ${limit}`,
      summary: "Database queries are slow",
      description:
        "Of 100 queries of {{ $labels.job }}, 95 are answered within {{ $value | humanizeDuration }} only.",
    },
    {
      name: "QueryTimeSpike",
      levels: { warning: [3, "10m"] },
      expr: (times) => `${asked("10m")} > ${times} * ${asked("1d")} and ${asked("10m")} > 0.1`,
      summary: "Database queries are much slower than on an ordinary day",
      description:
        "95 of 100 queries of {{ $labels.job }} take up to {{ $value | humanizeDuration }}, several times a day's usual.",
    },
    {
      name: "NetworkLatencyHigh",
      levels: { warning: [0.1, "10m"] },
      // The health check asks for nothing that takes PostgreSQL any time: what is left is the way there.
      expr: (limit) => `${seconds("10m", 'operation="ping"')} > ${limit}`,
      summary: "The way to the database is slow",
      description:
        "A bare round trip from {{ $labels.job }} to the database takes {{ $value | humanizeDuration }}.",
    },
  ]);
};

const sum = (metric: string, range: string, by = "instance, datname") =>
  `sum by (${by}) (increase(${metric}[${range}]))`;

const ofTable = (state: "dead" | "live") =>
  `max by (instance, datname, schemaname, relname) (pg_stat_user_tables_n_${state}_tup)`;

/** RDS archives its log all the time; on a host there is no archive: what is restored there is a dump. */
const ARCHIVING: Condition = {
  name: "DatabaseArchivingFails",
  levels: { warning: [0, "0m"] },
  expr: (count) => `${sum("pg_stat_archiver_failed_count", "15m", "instance")} > ${count}`,
  summary: "Log segments cannot be archived",
  description: "About {{ $value | humanize }} attempts to archive a log segment failed within 15 minutes.",
};

/** On RDS an alarm of CloudWatch says it: DatabaseIdsRunOut. */
const WRAPAROUND: Condition = {
  name: "DatabaseWraparound",
  levels: { critical: [1.5e9, "10m"], warning: [5e8, "1h"] },
  // Vacuum begins by itself at 200 million; at two thousand million less three PostgreSQL takes no more writes.
  expr: (ids) => `max by (instance) (pg_transaction_ids_used) > ${ids}`,
  summary: "PostgreSQL runs out of transaction ids",
  description:
    "The oldest rows are {{ $value | humanize }} transactions old; at 2.1 thousand million writes end.",
};

/** PostgreSQL itself. Sums leave out what only one version of the exporter has as a label. */
export const database: AlertsFor = ({ databaseBytes, platform }) => {
  const size = `sum by (instance) (pg_database_size_bytes) / ${databaseBytes}`;
  return group("database", { owner: "data", board: "mainstay-database" }, [
    {
      name: "DatabaseDown",
      levels: { critical: [1, "1m"] },
      // An exporter that waits for PostgreSQL may miss a scrape: what it said last still holds.
      expr: (up) => `last_over_time(pg_up[2m]) < ${up}`,
      inhibitsFor: "12m",
      summary: "PostgreSQL does not answer",
      description: "PostgreSQL does not answer its exporter {{ $labels.instance }}.",
    },
    {
      name: "DatabaseRestarted",
      levels: { info: [0, "2m"] },
      expr: (times) => `max by (instance) (changes(pg_postmaster_start_time_seconds[10m])) > ${times}`,
      summary: "PostgreSQL has started afresh",
      description: "Starts of PostgreSQL within 10 minutes: {{ $value }}. Connections were broken off.",
    },
    {
      name: "DatabaseExporterFailing",
      levels: { warning: [0, "10m"] },
      expr: (failed) => `pg_exporter_last_scrape_error > ${failed}`,
      summary: "The exporter's queries fail",
      description: "Figures of PostgreSQL are missing: queries of {{ $labels.instance }} fail.",
    },
    {
      name: "DatabaseConnectionsHigh",
      levels: { critical: [0.95, "2m"], warning: [0.8, "10m"] },
      expr: (share) => `
        sum by (instance) (pg_stat_database_numbackends)
        / (sum by (instance) (pg_settings_max_connections)
           - sum by (instance) (pg_settings_superuser_reserved_connections)) > ${share}`,
      summary: "PostgreSQL runs out of connections",
      description: "{{ $value | humanizePercentage }} of the connections are in use.",
    },
    {
      name: "DatabaseTransactionOld",
      levels: { warning: [3600, "1m"] },
      expr: (seconds) => `max by (instance, datname) (pg_stat_activity_max_tx_duration) > ${seconds}`,
      summary: "A transaction has been open for more than an hour",
      description:
        "The oldest transaction in {{ $labels.datname }} has been open for {{ $value | humanizeDuration }}.",
    },
    {
      name: "DatabaseTransactionIdle",
      levels: { warning: [300, "1m"] },
      expr: (seconds) => `
        max by (instance, datname) (pg_stat_activity_max_tx_duration{state=~"idle in transaction.*"}) > ${seconds}`,
      summary: "A transaction is open and does nothing",
      description:
        "A transaction in {{ $labels.datname }} has been idle for {{ $value | humanizeDuration }}.",
    },
    {
      name: "DatabaseDeadlocks",
      levels: { warning: [0, "0m"] },
      expr: (count) => `${sum("pg_stat_database_deadlocks", "15m")} > ${count}`,
      summary: "Transactions block one another",
      description: "About {{ $value | humanize }} deadlocks in {{ $labels.datname }} within 15 minutes.",
    },
    {
      name: "DatabaseRollbacksHigh",
      levels: { warning: [0.1, "5m"] },
      expr: (share) => `
        ${sum("pg_stat_database_xact_rollback", "15m")}
        / (${sum("pg_stat_database_xact_rollback", "15m")} + ${sum("pg_stat_database_xact_commit", "15m")}) > ${share}
        and ${sum("pg_stat_database_xact_rollback", "15m")} >= 20`,
      summary: "Many transactions are rolled back",
      description:
        "{{ $value | humanizePercentage }} of the transactions in {{ $labels.datname }} are rolled back.",
    },
    {
      name: "DatabaseCacheHitsLow",
      levels: { info: [0.9, "30m"] },
      expr: (share) => `
        ${sum("pg_stat_database_blks_hit", "30m")}
        / (${sum("pg_stat_database_blks_hit", "30m")} + ${sum("pg_stat_database_blks_read", "30m")}) < ${share}
        and ${sum("pg_stat_database_blks_read", "30m")} >= 10000`,
      summary: "PostgreSQL reads much from disk",
      description:
        "{{ $value | humanizePercentage }} of the blocks of {{ $labels.datname }} are found in memory.",
    },
    {
      name: "DatabaseLocksHigh",
      levels: { warning: [0.2, "5m"] },
      expr: (share) => `
        sum by (instance) (pg_locks_count)
        / (sum by (instance) (pg_settings_max_locks_per_transaction)
           * sum by (instance) (pg_settings_max_connections)) > ${share}`,
      summary: "The lock table fills",
      description: "{{ $value | humanizePercentage }} of the lock table is in use.",
    },
    {
      name: "DatabaseCheckpointsHigh",
      levels: { warning: [0.5, "10m"] },
      // Each that is asked for puts off the one that is due by time, and where little is written none is asked for.
      expr: (share) => `
        ${sum("pg_stat_checkpointer_num_requested_total", "1h", "instance")}
        / (${sum("pg_stat_checkpointer_num_requested_total", "1h", "instance")}
           + ${sum("pg_stat_checkpointer_num_timed_total", "1h", "instance")}) > ${share}
        and ${sum("pg_stat_checkpointer_num_requested_total", "1h", "instance")} >= 6`,
      summary: "Checkpoints come because the log is full, not because it is time",
      description: "{{ $value | humanizePercentage }} of the checkpoints of an hour were forced.",
    },
    {
      name: "DatabaseDeadTuples",
      levels: { warning: [0.25, "1h"] },
      // Vacuum begins by itself when a sixth is dead: at a fifth of what lives.
      expr: (share) => `
        ${ofTable("dead")} / (${ofTable("dead")} + ${ofTable("live")}) > ${share}
        and ${ofTable("dead")} >= 10000`,
      summary: "A table is full of dead rows, and vacuum does not get rid of them",
      description:
        "{{ $value | humanizePercentage }} of the rows of {{ $labels.schemaname }}.{{ $labels.relname }} in {{ $labels.datname }} are dead.",
    },
    platform === "aws" ? ARCHIVING : WRAPAROUND,
    {
      name: "DatabaseVolumeFull",
      levels: { critical: [0.95, "5m"], warning: [0.85, "15m"] },
      expr: (share) => `${size} > ${share}`,
      summary: "The database fills its volume",
      description:
        "The databases take {{ $value | humanizePercentage }} of the storage that is set aside for them.",
    },
    {
      name: "DatabaseVolumeForecast",
      levels: { warning: [1, "1h"] },
      // Three days of growth, four days ahead: a weekend's warning, and no alarm for one import.
      expr: (share) => `
        sum by (instance) (predict_linear(pg_database_size_bytes[3d], ${4 * DAY})) / ${databaseBytes} > ${share}`,
      summary: "The database will fill its volume within four days",
      description:
        "At its present growth it will take {{ $value | humanizePercentage }} of its storage in four days.",
    },
  ]);
};
