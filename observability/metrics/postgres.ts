import { exportedBy, type Metric } from "./metric";

/**
 * What postgres_exporter says in 0.11 and in 0.20. The older one adds a label `server`, the newer one more labels to
 * the activity; so whoever uses these sums over what it does not need.
 */
const exporter = exportedBy("postgres_exporter 0.11 and 0.20", ["postgres"]);
const byDatabase = ["datid", "datname"];

/** What only the newer one says: of tables by itself, the rest when asked; checkpoints of PostgreSQL 17 and later. */
const newer = exportedBy("postgres_exporter 0.20", ["postgres"]);
const byTable = ["datname", "schemaname", "relname"];

/** What it says by a query it is given on a host: on AWS nothing hands it a file. */
const QUERIED = exporter
  .gauges([["pg_transaction_ids_used", "count", [], "Age of the oldest rows, in transactions"]])
  .map((metric) => ({ ...metric, selfHosted: true as const }));

export const POSTGRES: readonly Metric[] = [
  ...QUERIED,
  ...newer.gauges([
    ["pg_postmaster_start_time_seconds", "timestamp", [], "When PostgreSQL started"],
    ["pg_stat_user_tables_n_live_tup", "count", byTable, "Rows of a table, about"],
    ["pg_stat_user_tables_n_dead_tup", "count", byTable, "Rows that are gone and still take room, about"],
  ]),
  ...newer.counters([
    ["pg_stat_checkpointer_num_timed_total", "count", [], "Checkpoints that came because it was time"],
    [
      "pg_stat_checkpointer_num_requested_total",
      "count",
      [],
      "Checkpoints that were asked for, mostly because the log had grown to max_wal_size",
    ],
  ]),
  ...exporter.gauges([
    ["pg_up", "state", [], "1 while PostgreSQL answers the exporter"],
    ["pg_exporter_last_scrape_error", "state", [], "1 if the exporter's newest queries failed"],
    ["pg_scrape_collector_success", "state", ["collector"], "1 if a part of the newest queries worked"],
    ["pg_stat_database_numbackends", "count", byDatabase, "Connections to a database"],
    ["pg_stat_activity_count", "count", ["datname", "state"], "Connections by what they do"],
    ["pg_stat_activity_max_tx_duration", "seconds", ["datname", "state"], "Age of the oldest transaction"],
    ["pg_locks_count", "count", ["datname", "mode"], "Locks held"],
    ["pg_database_size_bytes", "bytes", ["datname"], "Size of a database on disk"],
    ["pg_settings_max_connections", "count", [], "Most connections PostgreSQL accepts"],
    ["pg_settings_superuser_reserved_connections", "count", [], "Connections kept for superusers"],
    ["pg_settings_max_locks_per_transaction", "count", [], "Size of the lock table, per connection"],
  ]),
  ...exporter.counters([
    ["pg_stat_database_xact_commit", "count", byDatabase, "Transactions committed"],
    ["pg_stat_database_xact_rollback", "count", byDatabase, "Transactions rolled back"],
    ["pg_stat_database_deadlocks", "count", byDatabase, "Deadlocks"],
    ["pg_stat_database_blks_hit", "count", byDatabase, "Blocks found in PostgreSQL's own cache"],
    ["pg_stat_database_blks_read", "count", byDatabase, "Blocks read from the system"],
    ["pg_stat_database_temp_bytes", "bytes", byDatabase, "Written to temporary files"],
    ["pg_stat_database_tup_fetched", "count", byDatabase, "Rows fetched by index scans"],
    ["pg_stat_database_tup_inserted", "count", byDatabase, "Rows inserted"],
    ["pg_stat_database_tup_updated", "count", byDatabase, "Rows updated"],
    ["pg_stat_database_tup_deleted", "count", byDatabase, "Rows deleted"],
    ["pg_stat_archiver_archived_count", "count", [], "Log segments archived"],
    ["pg_stat_archiver_failed_count", "count", [], "Attempts to archive a log segment that failed"],
  ]),
];
