import { exportedBy, type Metric } from "./metric";

/** What redis_exporter says of Redis in 1.45 and in 1.88. */
const exporter = exportedBy("redis_exporter 1.45 and 1.88", ["redis"]);

export const REDIS: readonly Metric[] = [
  ...exporter.gauges([
    ["redis_up", "state", [], "1 while Redis answers the exporter"],
    ["redis_exporter_last_scrape_error", "state", ["err"], "1 if the newest scrape of Redis failed, and why"],
    ["redis_uptime_in_seconds", "seconds", [], "Since Redis started"],
    ["redis_memory_used_bytes", "bytes", [], "Memory used by data and overhead"],
    ["redis_memory_max_bytes", "bytes", [], "Memory Redis may use before it evicts"],
    ["redis_mem_fragmentation_ratio", "ratio", [], "Memory held, relative to memory used"],
    ["redis_connected_clients", "count", [], "Connections"],
    ["redis_blocked_clients", "count", [], "Connections that wait in a blocking command"],
    ["redis_db_keys", "count", ["db"], "Keys in a database"],
    ["redis_slowlog_length", "count", [], "Entries of the slow log"],
  ]),
  // ElastiCache refuses the command it is read by.
  ...exporter
    .gauges([["redis_config_maxclients", "count", [], "Most connections Redis accepts"]])
    .map((metric) => ({ ...metric, selfHosted: true as const })),
  ...exporter.counters([
    ["redis_commands_processed_total", "count", [], "Commands processed"],
    ["redis_commands_total", "count", ["cmd"], "Calls of a command"],
    ["redis_commands_duration_seconds_total", "seconds", ["cmd"], "Time spent in a command"],
    ["redis_evicted_keys_total", "count", [], "Keys thrown out for want of memory"],
    ["redis_expired_keys_total", "count", [], "Keys whose time was up"],
    ["redis_keyspace_hits_total", "count", [], "Reads that found their key"],
    ["redis_keyspace_misses_total", "count", [], "Reads that did not"],
    ["redis_rejected_connections_total", "count", [], "Connections refused at the limit"],
    ["redis_net_input_bytes_total", "bytes", [], "Bytes received"],
    ["redis_net_output_bytes_total", "bytes", [], "Bytes sent"],
  ]),
];
