import { graph, rate, type Board } from "./board";
import { alertBound, targetOf } from "./thresholds";

export const cache: Board = {
  uid: "mainstay-cache",
  description: "Redis, and how the app reads through it.",
  runbook: "cache",
  rows: [
    {
      title: "The app's reads",
      panels: [
        graph(
          "Hits",
          "Share of reads that find something. The objective is 85 %.",
          "share",
          {
            "{{job}}": `sum by (job) (${rate('cache_requests_total{result="hit"}')}) / sum by (job) (${rate("cache_requests_total")})`,
          },
          { bound: { warning: targetOf("cache-hits"), below: true } },
        ),
        graph("Reads", "By result.", "operations", {
          "{{result}}": `sum by (result) (${rate("cache_requests_total")})`,
        }),
        graph("Errors", "Reads that failed, by service.", "operations", {
          "{{job}}": `sum by (job) (${rate('app_errors_total{component="cache"}')})`,
        }),
      ],
    },
    {
      title: "Redis",
      panels: [
        graph("Memory", "Used, of what it may use before it evicts.", "share", {
          used: "redis_memory_used_bytes / redis_memory_max_bytes",
        }),
        graph(
          "Fragmentation",
          "Memory held, relative to memory used.",
          "count",
          { ratio: "redis_mem_fragmentation_ratio" },
          { bound: alertBound("CacheFragmented") },
        ),
        graph("Keys", "By database.", "count", { "{{db}}": "redis_db_keys > 0" }),
        graph("Removed", "Keys evicted, and keys whose time was up.", "operations", {
          evicted: `sum(${rate("redis_evicted_keys_total")})`,
          expired: `sum(${rate("redis_expired_keys_total")})`,
        }),
        graph("Commands", "By command.", "operations", {
          "{{cmd}}": `sum by (cmd) (${rate("redis_commands_total")})`,
        }),
        graph(
          "Time of a command",
          "On average.",
          "seconds",
          {
            "{{cmd}}": `sum by (cmd) (${rate("redis_commands_duration_seconds_total")}) / sum by (cmd) (${rate("redis_commands_total")})`,
          },
          { bound: alertBound("CacheSlow") },
        ),
        graph(
          "Connections",
          "Of those it accepts.",
          "share",
          { used: "redis_connected_clients / redis_config_maxclients" },
          { bound: alertBound("CacheConnectionsHigh") },
        ),
        graph("Network", "Received and sent.", "bytesPerSecond", {
          received: `sum(${rate("redis_net_input_bytes_total")})`,
          sent: `sum(${rate("redis_net_output_bytes_total")})`,
        }),
        graph("Keyspace", "Hits and misses as Redis counts them.", "operations", {
          hits: `sum(${rate("redis_keyspace_hits_total")})`,
          misses: `sum(${rate("redis_keyspace_misses_total")})`,
        }),
      ],
    },
  ],
};
