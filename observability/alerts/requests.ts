import { BOUNDS } from "../bounds";
import { bucket } from "../promql";
import { group, type AlertsFor } from "./alert";

const failed = 'sum by (job) (increase(http_requests_total{status_code=~"5.."}[5m]))';
const all = "sum by (job) (increase(http_requests_total[5m]))";
const refused = 'sum by (job) (increase(http_requests_total{status_code=~"401|403|429"}[5m]))';
const uploads = "increase(documents_uploaded_total[5m])";
const turnedAway = 'increase(documents_upload_failures_total{fault="caller"}[5m])';
// What callers get wrong, or break off, is no failure of ours.
const brokenUploads = 'increase(documents_upload_failures_total{fault="service"}[5m])';

/** How requests are answered: failures, time, refusals. Few requests prove nothing, hence the second conditions. */
export const requests: AlertsFor = () =>
  group("requests", { owner: "app", board: "mainstay-api" }, [
    {
      name: "ErrorRateHigh",
      // Longer than a database that cannot be reached takes to be told of: then that says it.
      levels: { critical: [BOUNDS.failedShare.critical, "3m"], warning: [BOUNDS.failedShare.warning, "5m"] },
      expr: (share) => `${failed} / ${all} > ${share} and on (job) ${failed} >= 5`,
      summary: "Too many requests fail",
      description: "{{ $value | humanizePercentage }} of the requests to {{ $labels.job }} fail.",
    },
    {
      name: "LatencyHigh",
      levels: {
        critical: [BOUNDS.latencySeconds.critical, "2m"],
        warning: [BOUNDS.latencySeconds.warning, "5m"],
      },
      expr: (seconds) => `
        histogram_quantile(0.95, sum by (job, le) (rate(http_request_duration_seconds_bucket[5m]))) > ${seconds}
        and on (job) sum by (job) (increase(http_request_duration_seconds_count[5m])) >= 20`,
      summary: "Requests are answered too slowly",
      description:
        "Of 100 requests to {{ $labels.job }}, 95 are answered within {{ $value | humanizeDuration }} only.",
    },
    {
      name: "SlowRequests",
      levels: { info: [5, "0m"] },
      expr: (count) => `
        sum by (job, endpoint) (increase(http_request_duration_seconds_count[15m]))
        - sum by (job, endpoint) (increase(http_request_duration_seconds_bucket{${bucket(2)}}[15m])) >= ${count}`,
      summary: "Requests that took longer than two seconds",
      description:
        "About {{ $value | humanize }} requests to {{ $labels.endpoint }} took longer than 2 s within 15 minutes.",
    },
    {
      name: "UploadFailuresHigh",
      levels: { warning: [0.1, "5m"] },
      expr: (share) => `
        sum(${brokenUploads}) / (sum(${brokenUploads}) + sum(${uploads})) > ${share}
        and sum(${brokenUploads}) >= 5`,
      summary: "Too many uploads fail",
      description:
        "{{ $value | humanizePercentage }} of the uploads failed through no mistake of the caller.",
    },
    {
      name: "UploadsTurnedAway",
      levels: { warning: [0.5, "10m"] },
      // Callers err, but not most of them: then it is a release that takes their files for mistakes.
      expr: (share) => `
        sum(${turnedAway}) / (sum(${turnedAway}) + sum(${uploads})) > ${share}
        and sum(${turnedAway}) >= 10`,
      summary: "Most uploads are turned away as mistakes of their callers",
      description:
        "{{ $value | humanizePercentage }} of the uploads are turned away as mistakes of their callers.",
    },
    {
      name: "RequestTimeouts",
      levels: { warning: [10, "0m"] },
      expr: (count) => `sum by (job) (increase(http_errors_total{error_type="timeout"}[10m])) >= ${count}`,
      summary: "Requests time out",
      description: "About {{ $value | humanize }} requests to {{ $labels.job }} timed out within 10 minutes.",
    },
    {
      name: "RefusedRequestsHigh",
      levels: { warning: [0.3, "5m"] },
      expr: (share) => `${refused} / ${all} > ${share} and on (job) ${refused} >= 50`,
      summary: "An unusual share of requests is refused",
      description:
        "{{ $value | humanizePercentage }} of the requests to {{ $labels.job }} are refused: bad credentials or too many.",
    },
  ]);
