import { lastSeen } from "../promql";
import { graph, percentile, rate, stat, table, type Board } from "./board";
import { BUDGET_LEFT, alertBound, because, secondsOf, targetOf } from "./thresholds";

const failed = `sum(${rate('http_requests_total{job="api",status_code=~"5.."}')})`;
const all = `sum(${rate('http_requests_total{job="api"}')})`;

/** Of all requests, those the edge answered itself, and in this way. */
const byEdge = (statuses: string) =>
  `(sum(${rate(`edge_requests_total{answered_by="edge",status_code=~"${statuses}"}`)}) or vector(0)) / sum(${rate("edge_requests_total")})`;

export const overview: Board = {
  uid: "mainstay-overview",
  description: "How the environment is, at a glance.",
  runbook: "availability",
  rows: [
    {
      title: "Now",
      panels: [
        stat(
          "Copies of the API",
          "Copies that answer Prometheus.",
          "count",
          { copies: `sum(${lastSeen('up{job="api"}')}) or vector(0)` },
          { bound: alertBound("ServiceDown", { next: true, below: true }) },
        ),
        stat(
          "Targets down",
          "Anything that is scraped and does not answer.",
          "count",
          { down: "count(up < 1) or vector(0)" },
          { bound: { warning: because(1, "counts what the alerts about targets look at one by one") } },
        ),
        stat(
          "Firing alerts",
          "Critical and warning alerts that fire now.",
          "count",
          {
            firing:
              'count(ALERTS{alertstate="firing",escalated="",severity=~"critical|warning"}) or vector(0)',
          },
          { bound: { warning: because(1, "counts alerts") } },
        ),
        stat(
          "Least budget left",
          "The error budget of the objective that has the least left.",
          "share",
          { left: "min(slo:budget_remaining:ratio)" },
          { bound: BUDGET_LEFT },
        ),
        stat("Newest full backup", "When the newest verified full backup was made.", "time", {
          backup: 'max(backup_last_success_timestamp_seconds{kind="full"}) * 1000',
        }),
        stat(
          "Waiting jobs",
          "Jobs in the queue.",
          "count",
          { jobs: 'max(worker_queue_length{job="worker"})' },
          { bound: alertBound("QueueBacklog") },
        ),
      ],
    },
    {
      title: "At the edge",
      panels: [
        graph(
          "Probes",
          "1 while the way in answers as it should, tried from inside.",
          "state",
          { "{{probe}}": "min by (probe) (probe_success)" },
          { bound: alertBound("ProbeFailing", { below: true }) },
        ),
        graph(
          "Probe time",
          "From the look-up to the end of the answer.",
          "seconds",
          { "{{probe}}": "max by (probe) (probe_duration_seconds)" },
          { bound: alertBound("ProbeSlow") },
        ),
        graph(
          "Certificate",
          "Time until the certificate users see ends, and those inside; an update renews the environment's own in their last 30 days.",
          "seconds",
          {
            "seen by users": "min(probe_ssl_earliest_cert_expiry) - time()",
            "{{certificate}}": "min by (certificate) (mainstay_certificate_ends_timestamp_seconds) - time()",
          },
          { bound: alertBound("CertificateExpiring", { below: true }) },
        ),
        graph(
          "Requests at the edge",
          "By status, and by whether a service answered or the edge itself.",
          "perSecond",
          {
            "{{status_code}} {{answered_by}}": `sum by (status_code, answered_by) (${rate("edge_requests_total")})`,
          },
          { width: 6 },
        ),
        graph(
          "Failed by the edge",
          "Share of requests no service answered.",
          "share",
          { failed: byEdge("5..") },
          { bound: alertBound("EdgeErrorsHigh"), width: 6 },
        ),
        graph(
          "Refused by the edge",
          "Share of requests that were too many or too large.",
          "share",
          { refused: byEdge("413|429") },
          { bound: alertBound("EdgeRefusalsHigh"), width: 6 },
        ),
        graph(
          "In progress at the edge",
          "Requests, of those it has connections for.",
          "share",
          { "in progress": "max(edge_requests_in_progress) / max(edge:request_limit:count)" },
          { bound: alertBound("EdgeConnectionsHigh"), width: 6 },
        ),
      ],
    },
    {
      title: "Requests",
      panels: [
        graph("Requests", "Answered by the API, by status.", "perSecond", {
          "{{status_code}}": `sum by (status_code) (${rate('http_requests_total{job="api"}')})`,
        }),
        graph(
          "Failures",
          "Share of requests answered with a failure of ours.",
          "share",
          { failed: `${failed} / ${all}` },
          { bound: alertBound("ErrorRateHigh") },
        ),
        graph(
          "Latency",
          "Percentiles over all endpoints of the API.",
          "seconds",
          {
            p50: percentile(0.5, "http_request_duration_seconds", "", '{job="api"}'),
            p95: percentile(0.95, "http_request_duration_seconds", "", '{job="api"}'),
            p99: percentile(0.99, "http_request_duration_seconds", "", '{job="api"}'),
          },
          { bound: { warning: secondsOf("api-latency-p95"), critical: secondsOf("api-latency-p99") } },
        ),
      ],
    },
    {
      title: "What it stands on",
      panels: [
        graph(
          "Connection pools",
          "Connections in use of those a process may open.",
          "share",
          { "{{instance}}": "db_pool_active / (db_pool_max > 0)" },
          { bound: alertBound("DatabasePoolBusy") },
        ),
        graph(
          "Cache hits",
          "Share of reads through the cache that find something.",
          "share",
          {
            hits: `sum(${rate('cache_requests_total{result="hit"}')}) / sum(${rate("cache_requests_total")})`,
          },
          { bound: { warning: targetOf("cache-hits"), below: true } },
        ),
        graph(
          "Oldest job",
          "Age of the oldest job that could run.",
          "seconds",
          { age: 'max(worker_queue_oldest_job_age_seconds{job="worker"})' },
          { bound: alertBound("QueueLag") },
        ),
      ],
    },
    {
      title: "Alerts",
      panels: [
        table(
          "Firing",
          "Alerts that fire now, with their levels.",
          "state",
          {
            firing:
              'max by (alertname, severity) (ALERTS{alertstate="firing",escalated="",severity!="none"})',
          },
          { width: 12 },
        ),
        graph(
          "Business",
          "What users get done.",
          "operations",
          {
            uploaded: `sum(${rate("documents_uploaded_total")})`,
            converted: `sum(${rate("documents_converted_total")})`,
            analysed: `sum(${rate('analyses_completed_total{result="success"}')})`,
            feedback: `sum(${rate("feedback_generated_total")})`,
            chat: `sum(${rate("chat_messages_total")})`,
          },
          { width: 12 },
        ),
      ],
    },
  ],
};
