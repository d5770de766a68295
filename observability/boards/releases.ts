import { graph, percentile, rate, table, type Board } from "./board";
import { alertBound, secondsOf } from "./thresholds";

const INFO = 'on (job, instance) group_left (version) app_build_info{job="api"}';
const byVersion = (expr: string) => `sum by (version) (${expr} * ${INFO})`;

export const releases: Board = {
  uid: "mainstay-releases",
  description: "What runs, since when, and whether a new release does as well as the old one.",
  runbook: "availability",
  rows: [
    {
      title: "What runs",
      panels: [
        table(
          "Releases",
          "Copies of each service by version.",
          "count",
          { "{{job}} {{version}}": "count by (job, version) (app_build_info)" },
          { width: 12 },
        ),
        graph(
          "Copies",
          "By service and version: a deployment is where one line takes over from another.",
          "count",
          { "{{job}} {{version}}": "count by (job, version) (app_build_info)" },
          { width: 12 },
        ),
      ],
    },
    {
      title: "One release beside the other",
      panels: [
        graph("Requests", "Answered by the API, by version.", "perSecond", {
          "{{version}}": byVersion(`sum by (job, instance) (${rate('http_requests_total{job="api"}')})`),
        }),
        graph(
          "Failures",
          "Share of requests that fail, by version.",
          "share",
          {
            "{{version}}": `${byVersion(`sum by (job, instance) (${rate('http_requests_total{job="api",status_code=~"5.."}')})`)} / ${byVersion(`sum by (job, instance) (${rate('http_requests_total{job="api"}')})`)}`,
          },
          { bound: alertBound("ErrorRateHigh") },
        ),
        graph("Memory", "Held by a copy of the API, on average, by version.", "bytes", {
          "{{version}}": `avg by (version) (process_resident_memory_bytes{job="api"} * ${INFO})`,
        }),
      ],
    },
    {
      title: "Operations",
      panels: [
        graph(
          "Deployments and looks",
          "Time since the newest deployment by its result, and since drift was last looked for.",
          "seconds",
          {
            "{{result}}": "time() - max by (result) (mainstay_deployment_timestamp_seconds)",
            drift: "time() - max(mainstay_drift_look_timestamp_seconds)",
          },
        ),
        graph(
          "Drift",
          "Resources that were found changed by hand.",
          "count",
          { resources: "max(mainstay_drift_differences)" },
          { bound: alertBound("DriftFound", { next: true }) },
        ),
        graph("Age of secrets", "Since they were made, or given by people.", "seconds", {
          "{{secret}}": "time() - max by (secret) (mainstay_secret_made_timestamp_seconds)",
          "{{secret}}, given": "time() - max by (secret) (mainstay_secret_given_timestamp_seconds)",
        }),
      ],
    },
    {
      title: "Before and after",
      panels: [
        graph(
          "Latency",
          "95th percentile now and a day ago.",
          "seconds",
          {
            now: percentile(0.95, "http_request_duration_seconds", "", '{job="api"}'),
            "a day ago":
              'histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{job="api"}[$__rate_interval] offset 1d)))',
          },
          { bound: { warning: secondsOf("api-latency-p95") }, width: 12 },
        ),
        graph(
          "Restarts",
          "Starts of each copy within half an hour.",
          "count",
          { "{{instance}}": "changes(process_start_time_seconds[30m])" },
          { bound: alertBound("ServiceRestarting", { next: true }), width: 12 },
        ),
      ],
    },
  ],
};
