import { APP_JOBS, exportedBy, type Metric } from "./metric";

/** The app defines its metrics in every service; which ones move depends on what the service does. */
const app = exportedBy("reference app", APP_JOBS);

const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10, 30];

/** What the kernel counts of a service's container. Fargate limits the task, which its containers do not see. */
const CONTAINER = app
  .counters([
    ["container_cpu_cfs_periods_total", "count", [], "Periods in which the container had something to do"],
    [
      "container_cpu_cfs_throttled_periods_total",
      "count",
      [],
      "Periods in which the container used up its processor time and had to wait",
    ],
    [
      "container_cpu_cfs_throttled_seconds_total",
      "seconds",
      [],
      "Time the container's threads had to wait for its next period",
    ],
  ])
  .map((metric) => ({ ...metric, selfHosted: true as const }));

export const APP: readonly Metric[] = [
  ...CONTAINER,
  ...app.counters([
    ["http_requests_total", "count", ["method", "endpoint", "status_code"], "Requests answered"],
    ["http_slow_requests_total", "count", ["method", "endpoint"], "Requests slower than SLOW_REQUEST_MS"],
    ["http_errors_total", "count", ["endpoint", "error_type"], "Requests answered with an error"],
    ["documents_uploaded_total", "count", [], "Documents stored"],
    [
      "documents_upload_failures_total",
      "count",
      ["fault"],
      "Uploads that were not stored: refused or broken off by the caller, or failed by the service",
    ],
    ["documents_converted_total", "count", [], "Documents converted to text"],
    ["analyses_completed_total", "count", ["result"], "Analyses that came to an end"],
    ["feedback_generated_total", "count", [], "Feedback written for analyses"],
    ["chat_messages_total", "count", [], "Chat messages answered"],
    ["events_appended_total", "count", ["type"], "Events appended to the event store"],
    ["events_loaded_total", "count", [], "Events read back"],
    ["ai_provider_requests_total", "count", ["provider", "result"], "Calls to an AI provider"],
    ["ai_provider_tokens_total", "count", ["provider", "direction"], "Tokens exchanged with an AI provider"],
    ["circuit_breaker_trips_total", "count", ["provider"], "Times a circuit breaker opened"],
    ["app_errors_total", "count", ["type", "component"], "Errors by what went wrong and where"],
    ["app_unhandled_exceptions_total", "count", [], "Exceptions no code expected"],
    ["app_log_lines_total", "count", ["level"], "Log lines written, from level warn on"],
    ["worker_jobs_total", "count", ["queue", "result"], "Jobs by how they ended"],
    ["cache_requests_total", "count", ["result"], "Reads through the cache of what exists"],
  ]),
  ...app.gauges([
    ["http_requests_in_progress", "count", ["method"], "Requests being answered now"],
    ["db_pool_size", "count", [], "Database connections open in the process"],
    ["db_pool_max", "count", [], "Most database connections the process may open; 0 where it has no pool"],
    ["db_pool_active", "count", [], "Database connections in use"],
    ["db_pool_idle", "count", [], "Database connections open and unused"],
    ["db_pool_waiting", "count", [], "Callers waiting for a database connection"],
    ["circuit_breaker_state", "state", ["provider"], "Circuit breaker: 0 closed, 1 open, 2 half open"],
    ["worker_jobs_in_progress", "count", [], "Jobs being worked on now"],
    ["worker_last_tick_timestamp_seconds", "timestamp", [], "When the worker last looked at its queue"],
    ["worker_queue_oldest_job_age_seconds", "seconds", [], "Age of the oldest job that could run, 0 if none"],
    ["worker_queue_length", "count", [], "Jobs that wait"],
    ["app_ready", "state", [], "1 while the process answers its readiness check with yes"],
    ["app_build_info", "state", ["version", "service"], "Always 1; its labels say what runs"],
  ]),
  ...app.histograms(BUCKETS, [
    ["http_request_duration_seconds", "seconds", ["method", "endpoint"], "Time to answer a request"],
    ["event_store_operation_duration_seconds", "seconds", ["operation"], "Time of an event store operation"],
    ["db_query_duration_seconds", "seconds", ["operation"], "Time of a database query"],
    ["ai_provider_request_duration_seconds", "seconds", ["provider"], "Time of a call to an AI provider"],
  ]),
];
