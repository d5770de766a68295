import { counter, gauge, type Case, type Inputs } from "../support/case";

const WORKER = { job: "worker", instance: "worker-1:8001" };
const SELF = 'job="worker",instance="worker-1:8001"';
const worker = (name: string) => `worker_${name}{${SELF}}`;
const jobs = (result: string) => `worker_jobs_total{${SELF},queue="analyses",result="${result}"}`;
const ended = (good: number, failed: number): Inputs => ({
  [jobs("success")]: counter([40, good]),
  [jobs("failed")]: counter([40, failed]),
});

const lag = (level: "critical" | "warning", seconds: number, age: string, least: number): Case => ({
  alert: "QueueLag",
  level,
  series: { [worker("queue_oldest_job_age_seconds")]: gauge([5, 0], [20, seconds], [40, 0]) },
  fires: 10,
  ends: 25,
  description: `The oldest job that could run has waited for ${age}.`,
  near: [{ series: { [worker("queue_oldest_job_age_seconds")]: gauge([40, least]) }, at: 30 }],
});

export const workers: readonly Case[] = [
  {
    alert: "WorkerStuck",
    level: "critical",
    // Steps are minutes: the time of a look at the queue, kept up to date until the worker is stuck.
    series: { [worker("last_tick_timestamp_seconds")]: gauge([10, 0, 60], [10, 540], [40, 1200, 60]) },
    fires: 16,
    ends: 20,
    exact: { series: { [worker("last_tick_timestamp_seconds")]: gauge([40, -125, 60]) }, at: 30 },
    labels: WORKER,
    description: "worker-1:8001 looked at its queue 2m 5s ago.",
    near: [
      { series: { [worker("last_tick_timestamp_seconds")]: gauge([40, -115, 60]) }, at: 30 },
      {
        series: { 'worker_last_tick_timestamp_seconds{job="api",instance="api-1:8000"}': gauge([40, 0]) },
        at: 30,
      },
    ],
    firesBy: "age",
  },
  lag("critical", 1850, "30m 50s", 1750),
  lag("warning", 320, "5m 20s", 280),
  {
    alert: "QueueIdle",
    level: "critical",
    series: {
      [worker("queue_length")]: gauge([20, 0], [25, 1], [60, 0]),
      [jobs("success")]: counter([10, 5], [35, 0], [40, 5]),
    },
    fires: 25,
    ends: 46,
    description: "1 jobs wait, and none has ended within 10 minutes.",
    near: [
      {
        series: { [worker("queue_length")]: gauge([60, 3]), [jobs("success")]: counter([60, 0.05]) },
        at: 40,
      },
      { series: { [worker("queue_length")]: gauge([60, 0]), [jobs("success")]: counter([60, 0]) }, at: 40 },
    ],
  },
  {
    alert: "QueueBacklog",
    level: "info",
    step: 3,
    series: { [worker("queue_length")]: gauge([5, 0], [25, 105], [40, 0]) },
    fires: 15,
    ends: 30,
    description: "105 jobs wait.",
    near: [{ series: { [worker("queue_length")]: gauge([40, 95]) }, at: 30 }],
  },
  {
    alert: "JobFailuresHigh",
    level: "warning",
    series: {
      [jobs("success")]: counter([20, 10], [15, 5], [40, 10]),
      [jobs("failed")]: counter([20, 0], [15, 20], [40, 0]),
    },
    fires: 23,
    ends: 45,
    exact: { series: ended(4.25, 0.5), at: 30 },
    labels: { queue: "analyses" },
    description: "10.53% of the jobs of analyses fail.",
    near: [
      { series: ended(45.25, 5), at: 30 },
      { series: ended(0.5, 0.49), at: 30 },
    ],
  },
];
