import { graph, heatmap, percentile, rate, type Board } from "./board";
import { alertBound, secondsOf } from "./thresholds";

const DURATION = "http_request_duration_seconds";
const by = (quantile: number) => percentile(quantile, DURATION, "endpoint", '{job="api"}');

export const api: Board = {
  uid: "mainstay-api",
  description: "The API by endpoint: rate, errors, duration.",
  runbook: "requests",
  rows: [
    {
      title: "By endpoint",
      panels: [
        graph("Requests", "Answered, by endpoint.", "perSecond", {
          "{{endpoint}}": `sum by (endpoint) (${rate('http_requests_total{job="api"}')})`,
        }),
        graph(
          "Failures",
          "Share of requests answered with a failure of ours, by endpoint.",
          "share",
          {
            "{{endpoint}}": `sum by (endpoint) (${rate('http_requests_total{job="api",status_code=~"5.."}')}) / sum by (endpoint) (${rate('http_requests_total{job="api"}')})`,
          },
          { bound: alertBound("ErrorRateHigh") },
        ),
        graph("Errors by type", "What requests were answered instead of a result.", "operations", {
          "{{endpoint}} {{error_type}}": `sum by (endpoint, error_type) (${rate("http_errors_total")})`,
        }),
        graph("Half of the requests", "50th percentile, by endpoint.", "seconds", {
          "{{endpoint}}": by(0.5),
        }),
        graph(
          "Most requests",
          "95th percentile, by endpoint. The objective is 300 ms.",
          "seconds",
          { "{{endpoint}}": by(0.95) },
          { bound: { warning: secondsOf("api-latency-p95") } },
        ),
        graph(
          "Nearly all requests",
          "99th percentile, by endpoint. The objective is 1 s.",
          "seconds",
          { "{{endpoint}}": by(0.99) },
          { bound: { warning: secondsOf("api-latency-p99") } },
        ),
      ],
    },
    {
      title: "All requests",
      panels: [
        heatmap(
          "seconds",
          "Duration",
          "How many requests took how long.",
          "perSecond",
          { "{{le}}": `sum by (le) (${rate(`${DURATION}_bucket{job="api"}`)})` },
          { width: 12 },
        ),
        graph(
          "By status",
          "Answers by status code.",
          "perSecond",
          { "{{status_code}}": `sum by (status_code) (${rate('http_requests_total{job="api"}')})` },
          { width: 12 },
        ),
        graph("In progress", "Requests being answered now, by copy.", "count", {
          "{{instance}}": 'sum by (instance) (http_requests_in_progress{job="api"})',
        }),
        graph("Slow requests", "Requests above SLOW_REQUEST_MS, by endpoint.", "operations", {
          "{{endpoint}}": `sum by (endpoint) (${rate('http_slow_requests_total{job="api"}')})`,
        }),
        graph("Uploads", "Stored, and refused or broken off.", "operations", {
          stored: `sum(${rate("documents_uploaded_total")})`,
          failed: `sum(${rate("documents_upload_failures_total")})`,
        }),
      ],
    },
    {
      title: "Events",
      panels: [
        graph("Appended", "Events by type.", "operations", {
          "{{type}}": `sum by (type) (${rate("events_appended_total")})`,
        }),
        graph("Loaded", "Events read back.", "operations", { loaded: `sum(${rate("events_loaded_total")})` }),
        graph("Duration", "95th percentile of an operation of the event store.", "seconds", {
          "{{operation}}": percentile(0.95, "event_store_operation_duration_seconds", "operation"),
        }),
      ],
    },
  ],
};
