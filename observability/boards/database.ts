import { graph, percentile, rate, type Board } from "./board";
import { alertBound, secondsOf } from "./thresholds";

const of = (metric: string) => `sum by (datname) (${rate(metric)})`;

export const database: Board = {
  uid: "mainstay-database",
  description: "PostgreSQL, and the app's way to it.",
  runbook: "database",
  rows: [
    {
      title: "The app's queries",
      panels: [
        graph(
          "Most queries",
          "95th percentile, by operation.",
          "seconds",
          { "{{operation}}": percentile(0.95, "db_query_duration_seconds", "operation") },
          { bound: alertBound("QueryTimeHigh"), width: 12 },
        ),
        graph(
          "Nearly all queries",
          "99th percentile, by operation. The objective is 100 ms.",
          "seconds",
          { "{{operation}}": percentile(0.99, "db_query_duration_seconds", "operation") },
          { bound: { warning: secondsOf("database-latency") }, width: 12 },
        ),
        graph(
          "Round trip",
          "95th percentile of a bare round trip.",
          "seconds",
          { "{{job}}": percentile(0.95, "db_query_duration_seconds", "job", '{operation="ping"}') },
          { bound: alertBound("NetworkLatencyHigh"), width: 12 },
        ),
        graph(
          "Errors",
          "What went wrong with the database, by type.",
          "operations",
          { "{{job}} {{type}}": `sum by (job, type) (${rate('app_errors_total{component="database"}')})` },
          { width: 12 },
        ),
      ],
    },
    {
      title: "Pools",
      panels: [
        graph(
          "Use",
          "Connections in use of those a process may open.",
          "share",
          { "{{instance}}": "db_pool_active / (db_pool_max > 0)" },
          { bound: alertBound("DatabasePoolBusy") },
        ),
        graph("Connections", "Open, in use and unused, over all processes.", "count", {
          open: "sum(db_pool_size)",
          active: "sum(db_pool_active)",
          idle: "sum(db_pool_idle)",
        }),
        graph(
          "Waiting",
          "Callers that wait for a connection.",
          "count",
          { "{{instance}}": "db_pool_waiting" },
          { bound: alertBound("DatabasePoolWaiting", { next: true }) },
        ),
      ],
    },
    {
      title: "PostgreSQL",
      panels: [
        graph("Connections", "By state.", "count", {
          "{{state}}": "sum by (state) (pg_stat_activity_count)",
        }),
        graph(
          "Connections of all",
          "Share of the connections PostgreSQL accepts.",
          "share",
          {
            used: "sum(pg_stat_database_numbackends) / (sum(pg_settings_max_connections) - sum(pg_settings_superuser_reserved_connections))",
          },
          { bound: alertBound("DatabaseConnectionsHigh") },
        ),
        graph(
          "Oldest transaction",
          "By database.",
          "seconds",
          { "{{datname}}": "max by (datname) (pg_stat_activity_max_tx_duration)" },
          { bound: alertBound("DatabaseTransactionOld") },
        ),
        graph("Transactions", "Committed and rolled back.", "operations", {
          committed: `sum(${rate("pg_stat_database_xact_commit")})`,
          "rolled back": `sum(${rate("pg_stat_database_xact_rollback")})`,
        }),
        graph("Rows", "Fetched, inserted, updated, deleted.", "operations", {
          fetched: `sum(${rate("pg_stat_database_tup_fetched")})`,
          inserted: `sum(${rate("pg_stat_database_tup_inserted")})`,
          updated: `sum(${rate("pg_stat_database_tup_updated")})`,
          deleted: `sum(${rate("pg_stat_database_tup_deleted")})`,
        }),
        graph(
          "Found in memory",
          "Share of the blocks that need not be read.",
          "share",
          {
            "{{datname}}": `${of("pg_stat_database_blks_hit")} / (${of("pg_stat_database_blks_hit")} + ${of("pg_stat_database_blks_read")})`,
          },
          { bound: alertBound("DatabaseCacheHitsLow", { below: true }) },
        ),
        graph("Locks", "By mode.", "count", { "{{mode}}": "sum by (mode) (pg_locks_count) > 0" }),
        graph("Deadlocks", "By database.", "operations", { "{{datname}}": of("pg_stat_database_deadlocks") }),
        graph(
          "Checkpoints",
          "Within an hour: those that came because it was time, and those that were forced, mostly by a full log.",
          "count",
          {
            "by time": "sum(increase(pg_stat_checkpointer_num_timed_total[1h]))",
            forced: "sum(increase(pg_stat_checkpointer_num_requested_total[1h]))",
          },
        ),
        graph("Dead rows", "Rows that are gone and still take room, by table.", "count", {
          "{{schemaname}}.{{relname}}": "sum by (schemaname, relname) (pg_stat_user_tables_n_dead_tup)",
        }),
        graph("Temporary files", "Written for want of memory.", "bytesPerSecond", {
          "{{datname}}": of("pg_stat_database_temp_bytes"),
        }),
      ],
    },
    {
      title: "Storage",
      panels: [
        graph(
          "Size",
          "Of each database on disk.",
          "bytes",
          { "{{datname}}": "sum by (datname) (pg_database_size_bytes)" },
          { width: 12 },
        ),
        graph(
          "Archive",
          "Log segments archived, and attempts that failed.",
          "operations",
          {
            archived: `sum(${rate("pg_stat_archiver_archived_count")})`,
            failed: `sum(${rate("pg_stat_archiver_failed_count")})`,
          },
          { width: 12 },
        ),
      ],
    },
  ],
};
