import type { Environment } from "../../environment/environment";

/** PostgreSQL's settings for the memory and limits of an environment, as name and value. */
export function postgresSettings({ database }: Environment): Record<string, string> {
  const { memoryMiB, maxConnections } = database;
  const sharedMiB = Math.floor(memoryMiB / 4);
  // What is left for sorts and hashes, with every connection at work and half the memory kept for the system's
  // own cache of files.
  const workKiB = Math.max(1024, Math.floor(((memoryMiB - sharedMiB) * 1024) / 2 / maxConnections));
  return {
    listen_addresses: "'*'",
    port: "5432",
    unix_socket_directories: "'/run/postgresql'",
    max_connections: String(maxConnections),
    superuser_reserved_connections: "3",

    shared_buffers: `${sharedMiB}MB`,
    effective_cache_size: `${Math.floor((memoryMiB * 3) / 4)}MB`,
    work_mem: `${workKiB}kB`,
    maintenance_work_mem: `${Math.max(16, Math.floor(memoryMiB / 16))}MB`,
    // Parallel workers share memory through /dev/shm, which is bounded, too.
    dynamic_shared_memory_type: "posix",
    max_worker_processes: "8",
    max_parallel_workers_per_gather: "2",
    wal_compression: "on",
    max_wal_size: "1GB",
    min_wal_size: "80MB",
    checkpoint_completion_target: "0.9",
    random_page_cost: "1.1",

    ssl: "on",
    ssl_cert_file: "'/run/secrets/server.crt'",
    ssl_key_file: "'/run/postgresql/server.key'",
    ssl_min_protocol_version: "'TLSv1.2'",
    password_encryption: "'scram-sha-256'",
    hba_file: "'/etc/postgresql/pg_hba.conf'",

    statement_timeout: `${database.statementTimeoutMs}ms`,
    lock_timeout: `${database.lockTimeoutMs}ms`,
    idle_in_transaction_session_timeout: `${database.idleInTransactionTimeoutMs}ms`,
    tcp_keepalives_idle: "60",

    shared_preload_libraries: "'pg_stat_statements'",
    "pg_stat_statements.track": "'top'",
    "pg_stat_statements.max": "5000",
    track_io_timing: "on",

    log_destination: "'stderr'",
    logging_collector: "off",
    log_min_duration_statement: `${database.slowQueryMs}ms`,
    // A slow statement is logged as it was sent, so values that are parameters must not follow it.
    log_parameter_max_length: "0",
    log_parameter_max_length_on_error: "0",
    log_lock_waits: "on",
    log_connections: "off",
    log_checkpoints: "on",
    log_temp_files: "10MB",
    log_autovacuum_min_duration: "1s",
    log_line_prefix: "'%m [%p] user=%u db=%d app=%a '",
    log_timezone: "'UTC'",
    timezone: "'UTC'",
  };
}

/** What postgres_exporter leaves out unless it is asked: when PostgreSQL started, and its checkpoints. */
export const EXPORTER_ARGUMENTS = ["--collector.postmaster", "--collector.stat_checkpointer"];

/** The settings as a configuration file. */
export const postgresConf = (settings: Readonly<Record<string, string>>) =>
  Object.entries(settings)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join("");

/**
 * Who may connect, from where, and how: the superuser over the container's own socket only, everyone else
 * with a password over TLS, each to the databases it needs. Out of quotation marks names such as `all` and
 * `replication` would mean something else.
 */
export function hostBasedAccess(database: string, users: readonly string[]): string {
  const over = users.map((user) => {
    const databases = user === "exporter" ? `"${database}",postgres` : `"${database}"`;
    return `hostssl ${databases} "${user}" all scram-sha-256`;
  });
  return ["local all postgres peer", ...over, "local all all reject", "host all all all reject", ""].join(
    "\n",
  );
}
