import { alarmsOn } from "./alarm";

const MIB = 1024 ** 2;

/**
 * The machine under Redis. That it is full is no alarm: it is told to forget the oldest. How many it forgets, and
 * what is found, come through its exporter.
 *
 * @param memoryMiB of the node type
 */
export const cacheAlarms = (memoryMiB: number) =>
  alarmsOn("AWS/ElastiCache", [
    {
      name: "CacheCpuHigh",
      level: "warning",
      summary:
        "The cache's one working thread is busy for more than 80 % of the time, or says nothing any more",
      metric: "EngineCPUUtilization",
      statistic: "Average",
      bound: { above: 80 },
      period: 5,
      datapoints: [3, 3],
      missingData: "breaching",
    },
    {
      name: "CacheMemoryLow",
      level: "warning",
      summary: "The cache's machine has less than 5 % of its memory left",
      metric: "FreeableMemory",
      statistic: "Minimum",
      bound: { below: Math.round(0.05 * memoryMiB * MIB) },
      period: 5,
      datapoints: [3, 3],
      missingData: "notBreaching",
    },
    {
      // Of 65,000, which nobody can change; the exporter is not told the bound on AWS.
      name: "CacheConnectionsMany",
      level: "warning",
      summary: "The cache has 80 % of the connections a node can have",
      metric: "CurrConnections",
      statistic: "Maximum",
      bound: { above: 0.8 * 65_000 },
      period: 5,
      datapoints: [2, 2],
      missingData: "notBreaching",
    },
    {
      name: "CacheLoginsRefused",
      level: "warning",
      summary: "Somebody tries the cache with a wrong user or password",
      metric: "AuthenticationFailures",
      statistic: "Sum",
      bound: { above: 0 },
      period: 5,
      datapoints: [2, 3],
      missingData: "notBreaching",
    },
  ]);

/** Of a cache with a stand-by. */
export const cacheReplicaAlarms = alarmsOn("AWS/ElastiCache", [
  {
    name: "CacheReplicaLag",
    level: "warning",
    summary: "A copy of the cache is more than five seconds behind",
    metric: "ReplicationLag",
    statistic: "Maximum",
    bound: { above: 5 },
    period: 1,
    datapoints: [5, 5],
    missingData: "notBreaching",
  },
]);
