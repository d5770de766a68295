import { BOUNDS } from "../bounds";
import type { Alarm } from "./alarm";

type Condition = Omit<Alarm, "namespace" | "metric" | "statistic">;

const always = { level: "warning", period: 1, missingData: "notBreaching" } as const;

/**
 * What takes a release back while it is under way. At any other time others tell of the same, sooner; these only say
 * why a release ended. The first two are made of several figures of the load balancer.
 */
export const RELEASE_ALARMS = {
  failures: {
    ...always,
    name: "ReleaseFailuresHigh",
    summary: "Too many requests to a version of a service fail: a release under way is taken back",
    bound: { above: BOUNDS.failedShare.critical },
    datapoints: [2, 2],
  },
  latency: {
    ...always,
    name: "ReleaseLatencyHigh",
    summary: "A version of a service answers too slowly: a release under way is taken back",
    bound: { above: BOUNDS.latencySeconds.critical },
    datapoints: [2, 2],
  },
  memory: {
    ...always,
    name: "ReleaseMemoryHigh",
    summary: "A task of a service is about to run out of memory: a release under way is taken back",
    namespace: "AWS/ECS",
    metric: "MemoryUtilization",
    statistic: "Maximum",
    bound: { above: 95 },
    datapoints: [3, 3],
  },
} as const satisfies { failures: Condition; latency: Condition; memory: Alarm };
