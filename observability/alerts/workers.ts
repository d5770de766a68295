import { group, type AlertsFor } from "./alert";

const WORKER = 'job="worker"';
const jobs = (results: string, range: string) =>
  `sum by (queue) (increase(worker_jobs_total{result=~"${results}"}[${range}]))`;

/** The queue and those who work through it. Every service has these metrics; only the worker's are alive. */
export const workers: AlertsFor = () =>
  group("workers", { owner: "app", board: "mainstay-workers" }, [
    {
      name: "WorkerStuck",
      // Where no copy looks at the queue any more, none is ready, and that is told first.
      levels: { critical: [120, "4m"] },
      expr: (seconds) => `time() - worker_last_tick_timestamp_seconds{${WORKER}} > ${seconds}`,
      summary: "A worker no longer looks at its queue",
      description: "{{ $labels.instance }} looked at its queue {{ $value | humanizeDuration }} ago.",
    },
    {
      name: "QueueLag",
      levels: { critical: [1800, "5m"], warning: [300, "5m"] },
      expr: (seconds) => `max(worker_queue_oldest_job_age_seconds{${WORKER}}) > ${seconds}`,
      summary: "Jobs wait too long",
      description: "The oldest job that could run has waited for {{ $value | humanizeDuration }}.",
    },
    {
      name: "QueueIdle",
      levels: { critical: [0, "5m"] },
      expr: (ended) => `
        max(worker_queue_length{${WORKER}}) > 0
        and on () sum(increase(worker_jobs_total{${WORKER}}[10m])) <= ${ended}`,
      summary: "Jobs wait, and none comes to an end",
      description: "{{ $value }} jobs wait, and none has ended within 10 minutes.",
    },
    {
      name: "QueueBacklog",
      levels: { info: [100, "30m"] },
      expr: (length) => `max(worker_queue_length{${WORKER}}) > ${length}`,
      summary: "The queue stays long",
      description: "{{ $value }} jobs wait.",
    },
    {
      name: "JobFailuresHigh",
      levels: { warning: [0.1, "3m"] },
      expr: (share) => `
        ${jobs("failed", "10m")} / ${jobs("failed|success", "10m")} > ${share} and ${jobs("failed", "10m")} >= 5`,
      summary: "Too many jobs fail for good",
      description: "{{ $value | humanizePercentage }} of the jobs of {{ $labels.queue }} fail.",
    },
  ]);
