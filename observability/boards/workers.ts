import { graph, percentile, rate, stat, type Board } from "./board";
import { alertBound } from "./thresholds";

const WORKER = '{job="worker"}';

export const workers: Board = {
  uid: "mainstay-workers",
  description: "The queue, those who work through it, and the AI providers.",
  runbook: "workers",
  rows: [
    {
      title: "Queue",
      panels: [
        stat(
          "Waiting",
          "Jobs in the queue.",
          "count",
          { jobs: `max(worker_queue_length${WORKER})` },
          { bound: alertBound("QueueBacklog") },
        ),
        stat("Running", "Jobs being worked on.", "count", { jobs: `sum(worker_jobs_in_progress${WORKER})` }),
        graph(
          "Oldest job",
          "That could run. The objective is a minute.",
          "seconds",
          { age: `max(worker_queue_oldest_job_age_seconds${WORKER})` },
          { bound: alertBound("QueueLag") },
        ),
        graph("Jobs", "By how they ended.", "operations", {
          "{{result}}": `sum by (result) (${rate(`worker_jobs_total${WORKER}`)})`,
        }),
        graph(
          "Last look",
          "Since each worker looked at its queue.",
          "seconds",
          { "{{instance}}": `time() - worker_last_tick_timestamp_seconds${WORKER}` },
          { bound: alertBound("WorkerStuck") },
        ),
        graph("Analyses", "By how they ended.", "operations", {
          "{{result}}": `sum by (result) (${rate("analyses_completed_total")})`,
        }),
        graph("Conversions", "Documents converted to text.", "operations", {
          converted: `sum(${rate("documents_converted_total")})`,
        }),
      ],
    },
    {
      title: "Providers",
      panels: [
        graph("Calls", "By provider and result; those nobody calls are left out.", "operations", {
          "{{provider}} {{result}}": `sum by (provider, result) (${rate("ai_provider_requests_total")}) > 0`,
        }),
        graph(
          "Duration",
          "95th percentile of a call.",
          "seconds",
          { "{{provider}}": percentile(0.95, "ai_provider_request_duration_seconds", "provider") },
          { bound: alertBound("ProviderSlow") },
        ),
        graph("Tokens", "By provider and direction.", "operations", {
          "{{provider}} {{direction}}": `sum by (provider, direction) (${rate("ai_provider_tokens_total")}) > 0`,
        }),
        graph(
          "Circuit breakers",
          "0 closed, 1 open, 2 half open.",
          "state",
          { "{{job}} {{provider}}": "max by (job, provider) (circuit_breaker_state)" },
          { bound: alertBound("CircuitBreakerOpen", { next: true }), width: 12 },
        ),
        graph(
          "Trips",
          "Times a breaker opened.",
          "operations",
          { "{{provider}}": `sum by (provider) (${rate("circuit_breaker_trips_total")})` },
          { width: 12 },
        ),
      ],
    },
  ],
};
