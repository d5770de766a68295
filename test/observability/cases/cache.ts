import { counter, gauge, type Case, type Inputs, type Phases } from "../support/case";

const REDIS = { job: "redis", instance: "cache-exporter:9121" };
const SELF = 'job="redis",instance="cache-exporter:9121"';
const redis = (name: string, more = "") => `redis_${name}{${SELF}${more}}`;
const read = (result: string) => `cache_requests_total{job="api",instance="api-1:8000",result="${result}"}`;

const reads = (hits: number, misses: number, errors: number): Inputs => ({
  [read("hit")]: counter([40, hits]),
  [read("miss")]: counter([40, misses]),
  [read("error")]: counter([40, errors]),
});
/** Some hours that stand for a day, with a share of misses; then half an hour of few reads; then as before. */
const day = (usual: number, pace: number, share: number, steps = 6): Inputs => ({
  [read("hit")]: counter([50, 400 * (1 - usual)], [steps, pace * (1 - share)], [40, 400 * (1 - usual)]),
  [read("miss")]: counter([50, 400 * usual], [steps, pace * share], [40, 400 * usual]),
});
const evictions = (evicted: number): Inputs => ({
  [redis("evicted_keys_total")]: counter([75, evicted]),
  [redis("commands_processed_total")]: counter([75, 1000]),
});
const clients = (...phases: Phases): Inputs => ({
  [redis("connected_clients")]: gauge(...phases),
  [redis("config_maxclients")]: gauge([75, 1000]),
});
const commands = (seconds: number): Inputs => ({
  [redis("commands_duration_seconds_total", ',cmd="get"')]: counter([75, seconds]),
  [redis("commands_total", ',cmd="get"')]: counter([75, 1000]),
});
const memory = (ratio: Phases, used: number): Inputs => ({
  [redis("mem_fragmentation_ratio")]: gauge(...ratio),
  [redis("memory_used_bytes")]: gauge([75, used]),
  [redis("memory_max_bytes")]: gauge([75, 1000]),
});

export const cache: readonly Case[] = [
  {
    alert: "CacheDown",
    level: "warning",
    series: { [redis("up")]: gauge([5, 1], [10, 0], [50, 1]) },
    fires: 7,
    ends: 15,
    // A scrape that is missed now and then changes nothing.
    exact: { series: { [redis("up")]: gauge([5, 1], [2, 0], [1, NaN], [1, 0], [1, NaN], [10, 0]) }, at: 9 },
    labels: REDIS,
    description: "Redis does not answer its exporter cache-exporter:9121.",
    near: [{ series: { [redis("up")]: gauge([20, 1]) }, at: 10 }],
  },
  {
    alert: "CacheUnreachable",
    level: "warning",
    series: {
      [read("hit")]: counter([20, 100], [15, 0], [40, 100]),
      [read("error")]: counter([20, 0], [15, 100], [40, 0]),
    },
    fires: 23,
    ends: 45,
    exact: { series: reads(30, 7, 2), at: 30 },
    labels: { job: "api" },
    description: "5.128% of the cache reads of api fail.",
    near: [
      { series: reads(90, 6, 4.9), at: 30 },
      { series: reads(10, 5, 1.9), at: 30 },
    ],
  },
  {
    alert: "CacheMissSpike",
    level: "warning",
    step: 5,
    series: day(0.07, 2000, 0.9),
    fires: 52,
    ends: 66,
    exact: { series: day(0.07, 35, 0.16), at: 55 },
    labels: { job: "api" },
    description: "16% of the cache reads of api find nothing.",
    near: [
      { series: day(0.1, 35, 0.16), at: 55 },
      { series: day(0.06, 35, 0.145), at: 55 },
      { series: day(0.07, 32, 0.16), at: 55 },
    ],
  },
  {
    alert: "CacheEvictionsHigh",
    level: "warning",
    step: 3,
    series: {
      [redis("evicted_keys_total")]: counter([20, 0], [20, 900], [40, 0]),
      [redis("commands_processed_total")]: counter([80, 1000]),
    },
    fires: 30,
    ends: 50,
    exact: { series: evictions(52), at: 40 },
    labels: { instance: REDIS.instance },
    description: "Redis evicts a key with 5.2% of its commands.",
    near: [{ series: evictions(48), at: 40 }],
  },
  {
    alert: "CacheConnectionsHigh",
    level: "warning",
    series: clients([5, 10], [20, 820], [50, 10]),
    fires: 10,
    ends: 25,
    labels: REDIS,
    description: "82% of Redis's connections are in use.",
    near: [{ series: clients([40, 780]), at: 30 }],
  },
  {
    alert: "CacheConnectionsRefused",
    level: "warning",
    series: { [redis("rejected_connections_total")]: counter([20, 0], [5, 1], [60, 0]) },
    fires: 20,
    ends: 40,
    exact: { series: { [redis("rejected_connections_total")]: counter([40, 0.05]) }, at: 30 },
    labels: REDIS,
    description: "Redis refused about 500m connections within 10 minutes.",
    near: [{ series: { [redis("rejected_connections_total")]: counter([40, 0]) }, at: 30 }],
  },
  {
    alert: "CacheSlow",
    level: "warning",
    series: {
      [redis("commands_duration_seconds_total", ',cmd="get"')]: counter([20, 1], [25, 60], [40, 1]),
      [redis("commands_total", ',cmd="get"')]: counter([85, 1000]),
    },
    fires: 30,
    ends: 55,
    exact: { series: commands(5.2), at: 40 },
    labels: { instance: REDIS.instance },
    description: "A command takes Redis 5.2ms on average.",
    near: [{ series: commands(4.8), at: 40 }],
  },
  {
    alert: "CacheFragmented",
    level: "info",
    step: 3,
    series: memory(
      [
        [5, 1.1],
        [20, 2.5],
        [40, 1.1],
      ],
      260,
    ),
    fires: 15,
    ends: 25,
    labels: REDIS,
    description: "Redis holds 2.5 times the memory it uses.",
    near: [
      { series: memory([[40, 2]], 260), at: 30 },
      { series: memory([[40, 2.5]], 240), at: 30 },
    ],
  },
  {
    alert: "CacheClientsBlocked",
    level: "info",
    series: { [redis("blocked_clients")]: gauge([5, 0], [25, 1], [40, 0]) },
    fires: 20,
    ends: 30,
    labels: REDIS,
    description: "1 clients of Redis wait in a blocking command.",
    near: [{ series: { [redis("blocked_clients")]: gauge([40, 0]) }, at: 30 }],
  },
  {
    alert: "CacheRestarted",
    level: "info",
    series: { [redis("uptime_in_seconds")]: gauge([5, 9000], [4, 20, 60], [60, 400]) },
    fires: 5,
    ends: 9,
    exact: { series: { [redis("uptime_in_seconds")]: gauge([20, 290]) }, at: 10 },
    labels: REDIS,
    description: "Redis started 4m 50s ago.",
    near: [{ series: { [redis("uptime_in_seconds")]: gauge([20, 310]) }, at: 10 }],
  },
];
