import {
  collectDefaultMetrics,
  Counter,
  Gauge,
  Histogram,
  Registry,
  type OpenMetricsContentType,
} from "prom-client";
import { EVENT_TYPES } from "../database/event-types";
import { PROVIDERS } from "../providers/names";
import { reportThrottling } from "./throttling";

/** Seconds. 0.3, 1, 2, 5 and 10 are there because objectives and alerts are stated at them. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10, 30];

/** The log levels that are counted: what an operator looks for. */
export const LEVELS = ["warn", "error", "critical"] as const;

export type Metrics = ReturnType<typeof createMetrics>;

/**
 * Defines every metric of the app, in a registry of its own.
 *
 * Counters and histograms whose label values are known start at 0: `rate()` cannot see the first step of a series
 * that appears with it, and an alert on an absent series stays silent.
 */
export function createMetrics(service: string, version: string) {
  // The format that lets a measurement name the trace it was made in.
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const counter = <L extends string = never>(
    name: string,
    help: string,
    known?: Record<L, readonly string[]>,
    more?: L[],
  ) => {
    const labelNames = more ?? (Object.keys(known ?? {}) as L[]);
    const made = new Counter({ name, help, labelNames, registers });
    if (known) for (const labels of combinations(known)) made.inc(labels as Record<L, string>, 0);
    return made;
  };
  const gauge = <L extends string = never>(name: string, help: string, labelNames: L[] = []) =>
    new Gauge({ name, help, labelNames, registers });
  const histogram = <L extends string>(
    name: string,
    help: string,
    labelNames: L[],
    enableExemplars = false,
  ) => new Histogram({ name, help, labelNames, buckets: BUCKETS, registers, enableExemplars });
  const open = <L extends string>(name: string, help: string, labelNames: L[]) =>
    counter<L>(name, help, undefined, labelNames);

  const metrics = {
    registry,

    requests: open("http_requests_total", "Requests answered", ["method", "endpoint", "status_code"]),
    requestSeconds: histogram(
      "http_request_duration_seconds",
      "Time to answer a request",
      ["method", "endpoint"],
      true,
    ),
    requestsRunning: gauge("http_requests_in_progress", "Requests being answered now", ["method"]),
    slowRequests: open("http_slow_requests_total", "Requests slower than SLOW_REQUEST_MS", [
      "method",
      "endpoint",
    ]),
    requestErrors: open("http_errors_total", "Requests answered with an error", ["endpoint", "error_type"]),

    uploads: counter("documents_uploaded_total", "Documents stored"),
    uploadFailures: counter("documents_upload_failures_total", "Uploads that were not stored", {
      fault: ["caller", "service"],
    }),
    conversions: counter("documents_converted_total", "Documents converted to text"),
    analyses: counter("analyses_completed_total", "Analyses that came to an end", {
      result: ["success", "failed"],
    }),
    feedback: counter("feedback_generated_total", "Feedback written for analyses"),
    chats: counter("chat_messages_total", "Chat messages answered"),

    eventsAppended: counter("events_appended_total", "Events appended", { type: EVENT_TYPES }),
    eventsLoaded: counter("events_loaded_total", "Events read back"),
    eventSeconds: histogram("event_store_operation_duration_seconds", "Time of an event store operation", [
      "operation",
    ]),

    poolSize: gauge("db_pool_size", "Database connections open in this process"),
    poolMax: gauge("db_pool_max", "Most database connections this process may open"),
    poolActive: gauge("db_pool_active", "Database connections in use"),
    poolIdle: gauge("db_pool_idle", "Database connections open and unused"),
    poolWaiting: gauge("db_pool_waiting", "Callers waiting for a database connection"),
    querySeconds: histogram("db_query_duration_seconds", "Time of a database query", ["operation"]),

    providerRequests: counter("ai_provider_requests_total", "Calls to an AI provider", {
      provider: PROVIDERS,
      result: ["success", "failure", "timeout", "rejected"],
    }),
    providerSeconds: histogram("ai_provider_request_duration_seconds", "Time of a call to an AI provider", [
      "provider",
    ]),
    providerTokens: counter("ai_provider_tokens_total", "Tokens sent to and received from an AI provider", {
      provider: PROVIDERS,
      direction: ["input", "output"],
    }),
    breakerState: gauge("circuit_breaker_state", "Circuit breaker: 0 closed, 1 open, 2 half open", [
      "provider",
    ]),
    breakerTrips: counter("circuit_breaker_trips_total", "Times a circuit breaker opened", {
      provider: PROVIDERS,
    }),

    errors: counter("app_errors_total", "Errors by what went wrong and where", {
      type: ["unavailable", "timeout", "failed", "internal"],
      component: ["http", "database", "cache", "provider", "worker"],
    }),
    unhandled: counter("app_unhandled_exceptions_total", "Exceptions no code expected"),
    logLines: counter("app_log_lines_total", "Log lines written", { level: LEVELS }),

    jobs: counter("worker_jobs_total", "Jobs by how they ended", {
      queue: ["analyses"],
      result: ["success", "failed", "retried"],
    }),
    jobsRunning: gauge("worker_jobs_in_progress", "Jobs being worked on now"),
    lastTick: gauge("worker_last_tick_timestamp_seconds", "When the worker last looked at its queue"),
    oldestJob: gauge(
      "worker_queue_oldest_job_age_seconds",
      "Age of the oldest job that could run, 0 if none",
    ),
    queueLength: gauge("worker_queue_length", "Jobs that wait"),

    cacheRequests: counter("cache_requests_total", "Reads through the cache of what exists", {
      result: ["hit", "miss", "error"],
    }),

    ready: gauge("app_ready", "1 while the process answers its readiness check with yes"),
    buildInfo: gauge("app_build_info", "Always 1; its labels say what runs", ["version", "service"]),
  };
  reportThrottling(registry);
  metrics.buildInfo.set({ version, service }, 1);
  for (const provider of PROVIDERS) {
    metrics.breakerState.set({ provider }, 0);
    metrics.providerSeconds.zero({ provider });
  }
  for (const operation of ["append", "load"]) metrics.eventSeconds.zero({ operation });
  return metrics;
}

/** All combinations of the labels' values: `{a: ["1"], b: ["2", "3"]}` gives `{a:1,b:2}` and `{a:1,b:3}`. */
function combinations(known: Record<string, readonly string[]>): Record<string, string>[] {
  return Object.entries(known).reduce<Record<string, string>[]>(
    (rows, [label, values]) => rows.flatMap((row) => values.map((value) => ({ ...row, [label]: value }))),
    [{}],
  );
}
