import { describe, expect, it } from "vitest";
import { PROVIDERS } from "../../../services/app/src/providers/names";
import { createMetrics } from "../../../services/app/src/telemetry/metrics";

const HISTOGRAM = ["_bucket", "_sum", "_count"];

/** The catalogue: name, type and labels of each of the app's own metrics. */
const CATALOGUE: readonly (readonly [string, string, ...string[]])[] = [
  ["http_requests_total", "counter", "method", "endpoint", "status_code"],
  ["http_request_duration_seconds", "histogram", "method", "endpoint"],
  ["http_requests_in_progress", "gauge", "method"],
  ["http_slow_requests_total", "counter", "method", "endpoint"],
  ["http_errors_total", "counter", "endpoint", "error_type"],
  ["documents_uploaded_total", "counter"],
  ["documents_upload_failures_total", "counter", "fault"],
  ["documents_converted_total", "counter"],
  ["analyses_completed_total", "counter", "result"],
  ["feedback_generated_total", "counter"],
  ["chat_messages_total", "counter"],
  ["events_appended_total", "counter", "type"],
  ["events_loaded_total", "counter"],
  ["event_store_operation_duration_seconds", "histogram", "operation"],
  ["db_pool_size", "gauge"],
  ["db_pool_max", "gauge"],
  ["db_pool_active", "gauge"],
  ["db_pool_idle", "gauge"],
  ["db_pool_waiting", "gauge"],
  ["db_query_duration_seconds", "histogram", "operation"],
  ["ai_provider_requests_total", "counter", "provider", "result"],
  ["ai_provider_request_duration_seconds", "histogram", "provider"],
  ["ai_provider_tokens_total", "counter", "provider", "direction"],
  ["circuit_breaker_state", "gauge", "provider"],
  ["circuit_breaker_trips_total", "counter", "provider"],
  ["app_errors_total", "counter", "type", "component"],
  ["app_unhandled_exceptions_total", "counter"],
  ["app_log_lines_total", "counter", "level"],
  ["worker_jobs_total", "counter", "queue", "result"],
  ["worker_jobs_in_progress", "gauge"],
  ["worker_last_tick_timestamp_seconds", "gauge"],
  ["worker_queue_oldest_job_age_seconds", "gauge"],
  ["worker_queue_length", "gauge"],
  ["cache_requests_total", "counter", "result"],
  ["app_ready", "gauge"],
  ["app_build_info", "gauge", "version", "service"],
  ["container_cpu_cfs_periods_total", "counter"],
  ["container_cpu_cfs_throttled_periods_total", "counter"],
  ["container_cpu_cfs_throttled_seconds_total", "counter"],
];

/** Some of what prom-client adds about the process: what dashboards and alerts use. */
const PROCESS = [
  "process_cpu_seconds_total",
  "process_resident_memory_bytes",
  "process_start_time_seconds",
  "nodejs_eventloop_lag_p99_seconds",
  "nodejs_heap_size_used_bytes",
];

describe("the metrics", () => {
  it("are the catalogue's, by name, type and labels", async () => {
    const { registry } = createMetrics("api", "1.2.3");
    const own = registry
      .getMetricsAsArray()
      .filter(({ name }) => !/^(process|nodejs)_/.test(name))
      .map((metric) => {
        const { name, type, labelNames } = metric as unknown as {
          name: string;
          type: string;
          labelNames: string[];
        };
        return [name, type, ...labelNames];
      });
    expect(own).toEqual(CATALOGUE);
  });

  it("come with the process's own", () => {
    const { registry } = createMetrics("api", "1.2.3");
    const names = registry.getMetricsAsArray().map(({ name }) => name);
    expect(PROCESS.filter((name) => !names.includes(name))).toEqual([]);
  });

  it("have 13 buckets, those of the objectives among them", async () => {
    const metrics = createMetrics("api", "1.2.3");
    metrics.requestSeconds.observe({ labels: { method: "GET", endpoint: "/x" }, value: 0.1 });
    const lines = (await metrics.registry.metrics()).split("\n");
    const bounds = lines.flatMap(
      (line) => /^http_request_duration_seconds_bucket\{le="([^"]+)"/.exec(line)?.[1] ?? [],
    );
    expect(bounds).toEqual([
      "0.005",
      "0.01",
      "0.025",
      "0.05",
      "0.1",
      "0.2",
      "0.3",
      "0.5",
      "1",
      "2",
      "5",
      "10",
      "30",
      "+Inf",
    ]);
    const names = lines
      .filter((line) => line.startsWith("http_request_duration"))
      .map((line) => /^\w+/.exec(line)?.[0]);
    expect(new Set(names)).toEqual(
      new Set(HISTOGRAM.map((suffix) => `http_request_duration_seconds${suffix}`)),
    );
  });

  it("start with every series that is known beforehand, at 0", async () => {
    const { registry } = createMetrics("worker", "1.2.3");
    const all = await registry.getMetricsAsJSON();
    const series = Object.fromEntries(
      all
        .filter(({ name }) =>
          /^(analyses|ai_|circuit|app_errors|worker_jobs_total|cache|chat|app_log)/.test(name),
        )
        .map(({ name, values }) => [name, (values as { value: number }[]).map(({ value }) => value)]),
    );
    // 13 buckets and the infinite one, sum and count.
    const HISTOGRAM_SERIES = 16;
    const zeros = (length: number) => Array.from({ length }, () => 0);
    expect(PROVIDERS.length).toBeGreaterThanOrEqual(18);
    expect(series).toEqual({
      analyses_completed_total: zeros(2),
      chat_messages_total: zeros(1),
      ai_provider_requests_total: zeros(4 * PROVIDERS.length),
      ai_provider_request_duration_seconds: zeros(HISTOGRAM_SERIES * PROVIDERS.length),
      ai_provider_tokens_total: zeros(2 * PROVIDERS.length),
      circuit_breaker_state: zeros(PROVIDERS.length),
      circuit_breaker_trips_total: zeros(PROVIDERS.length),
      app_errors_total: zeros(20),
      app_log_lines_total: zeros(3),
      worker_jobs_total: zeros(3),
      cache_requests_total: zeros(3),
    });
  });

  it("name what runs", async () => {
    const text = await createMetrics("api", "1.2.3").registry.metrics();
    expect(text.split("\n")).toContain('app_build_info{version="1.2.3",service="api"} 1');
  });
});
