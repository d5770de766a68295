import { group, type AlertsFor } from "./alert";

const reads = (result: string, range: string) =>
  `sum by (job) (increase(cache_requests_total${result && `{result="${result}"}`}[${range}]))`;
const missShare = (range: string) => `${reads("miss", range)} / ${reads("", range)}`;
const rate = (metric: string, range: string) => `sum by (instance) (rate(${metric}[${range}]))`;

/** Redis, and how the app reads through it. The app works without it, only slower: nothing here pages. */
export const cache: AlertsFor = () =>
  group("cache", { owner: "data", board: "mainstay-cache" }, [
    {
      name: "CacheDown",
      levels: { warning: [1, "2m"] },
      expr: (up) => `last_over_time(redis_up[2m]) < ${up}`,
      inhibitsFor: "17m",
      summary: "Redis does not answer",
      description: "Redis does not answer its exporter {{ $labels.instance }}.",
    },
    {
      name: "CacheUnreachable",
      // Longer than a Redis that is down takes to be told of: then that says it.
      levels: { warning: [0.05, "3m"] },
      expr: (share) =>
        `${reads("error", "5m")} / ${reads("", "5m")} > ${share} and ${reads("error", "5m")} >= 10`,
      summary: "A service cannot read its cache",
      description: "{{ $value | humanizePercentage }} of the cache reads of {{ $labels.job }} fail.",
    },
    {
      name: "CacheMissSpike",
      levels: { warning: [2, "10m"] },
      expr: (times) => `
        ${missShare("15m")} > ${times} * ${missShare("1d")}
        and ${missShare("15m")} > 0.15 and ${reads("", "15m")} >= 100`,
      summary: "The cache misses far more than on an ordinary day",
      description: "{{ $value | humanizePercentage }} of the cache reads of {{ $labels.job }} find nothing.",
    },
    {
      name: "CacheEvictionsHigh",
      levels: { warning: [0.05, "30m"] },
      expr: (share) => `
        ${rate("redis_evicted_keys_total", "15m")} / ${rate("redis_commands_processed_total", "15m")} > ${share}`,
      summary: "Redis throws keys out for want of memory",
      description: "Redis evicts a key with {{ $value | humanizePercentage }} of its commands.",
    },
    {
      name: "CacheConnectionsHigh",
      levels: { warning: [0.8, "5m"] },
      expr: (share) => `redis_connected_clients / redis_config_maxclients > ${share}`,
      summary: "Redis runs out of connections",
      description: "{{ $value | humanizePercentage }} of Redis's connections are in use.",
    },
    {
      name: "CacheConnectionsRefused",
      levels: { warning: [0, "0m"] },
      expr: (count) => `increase(redis_rejected_connections_total[10m]) > ${count}`,
      summary: "Redis refuses connections",
      description: "Redis refused about {{ $value | humanize }} connections within 10 minutes.",
    },
    {
      name: "CacheSlow",
      levels: { warning: [0.005, "10m"] },
      expr: (seconds) => `
        ${rate("redis_commands_duration_seconds_total", "5m")} / ${rate("redis_commands_total", "5m")} > ${seconds}`,
      summary: "Redis takes long for its commands",
      description: "A command takes Redis {{ $value | humanizeDuration }} on average.",
    },
    {
      name: "CacheFragmented",
      levels: { info: [2, "30m"] },
      // A nearly empty Redis holds many times what it uses, and that is no harm.
      expr: (ratio) => `
        redis_mem_fragmentation_ratio > ${ratio} and redis_memory_used_bytes / redis_memory_max_bytes > 0.25`,
      summary: "Redis holds far more memory than it uses",
      description: "Redis holds {{ $value | humanize }} times the memory it uses.",
    },
    {
      name: "CacheClientsBlocked",
      levels: { info: [0, "15m"] },
      expr: (count) => `redis_blocked_clients > ${count}`,
      summary: "Clients wait in blocking commands, which the app does not use",
      description: "{{ $value }} clients of Redis wait in a blocking command.",
    },
    {
      name: "CacheRestarted",
      levels: { info: [300, "0m"] },
      expr: (seconds) => `redis_uptime_in_seconds < ${seconds}`,
      summary: "Redis has started afresh, with nothing in it",
      description: "Redis started {{ $value | humanizeDuration }} ago.",
    },
  ]);
