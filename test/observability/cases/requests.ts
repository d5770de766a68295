import { counter, type Case, type Course, type Inputs } from "../support/case";

const request = (status: number) =>
  `http_requests_total{job="api",instance="api-1:8000",method="GET",endpoint="/v1/documents",status_code="${status}"}`;
const LABELS = 'job="api",instance="api-1:8000",method="GET",endpoint="/v1/documents"';
const bucket = (le: string) => `http_request_duration_seconds_bucket{le="${le}",${LABELS}}`;
const count = `http_request_duration_seconds_count{${LABELS}}`;
const uploaded = 'documents_uploaded_total{job="api",instance="api-1:8000"}';
const broken = 'documents_upload_failures_total{job="api",instance="api-1:8000",fault="service"}';
const refused = broken.replace("service", "caller");
const timeouts =
  'http_errors_total{job="api",instance="api-1:8000",endpoint="/v1/chat",error_type="timeout"}';

const answers = (good: Course, bad: Course, status = 503): Inputs => ({
  [request(200)]: good,
  [request(status)]: bad,
});
const steady = (good: number, bad: number, status = 503) =>
  answers(counter([40, good]), counter([40, bad]), status);

/** Requests a minute by how long they take at most. */
const times = (upTo2: number, upTo5: number, upTo10: number, all: number, steps = 40): Inputs => ({
  [bucket("2")]: counter([steps, upTo2]),
  [bucket("5")]: counter([steps, upTo5]),
  [bucket("10")]: counter([steps, upTo10]),
  [bucket("30")]: counter([steps, all]),
  [bucket("+Inf")]: counter([steps, all]),
  [count]: counter([steps, all]),
});
/** Quick, then all of them between ten and thirty seconds, then quick again. */
const slowed: Inputs = {
  [bucket("2")]: counter([20, 60], [15, 0], [40, 60]),
  [bucket("5")]: counter([20, 60], [15, 0], [40, 60]),
  [bucket("10")]: counter([20, 60], [15, 0], [40, 60]),
  [bucket("30")]: counter([75, 60]),
  [bucket("+Inf")]: counter([75, 60]),
  [count]: counter([75, 60]),
};

export const requests: readonly Case[] = [
  {
    alert: "ErrorRateHigh",
    level: "critical",
    series: answers(counter([20, 100], [15, 50], [40, 100]), counter([20, 0], [15, 50], [40, 0])),
    fires: 23,
    ends: 45,
    exact: { series: steady(18.5, 1), at: 30 },
    labels: { job: "api" },
    description: "5.128% of the requests to api fail.",
    near: [
      { series: steady(95, 5), at: 30 },
      { series: steady(9, 0.9), at: 30 },
      { series: steady(9, 5, 404), at: 30 },
    ],
  },
  {
    alert: "ErrorRateHigh",
    level: "warning",
    series: answers(counter([20, 100], [15, 50], [40, 100]), counter([20, 0], [15, 50], [40, 0])),
    fires: 25,
    ends: 45,
    exact: { series: steady(95, 1), at: 30 },
    labels: { job: "api" },
    description: "1.042% of the requests to api fail.",
    near: [
      { series: steady(990, 9.8), at: 30 },
      { series: steady(60, 0.9), at: 30 },
    ],
  },
  {
    alert: "LatencyHigh",
    level: "critical",
    series: slowed,
    fires: 22,
    ends: 45,
    exact: { series: times(0, 0, (4 * 37) / 39, 4), at: 30 },
    labels: { job: "api" },
    description: "Of 100 requests to api, 95 are answered within 10.5s only.",
    near: [
      { series: times(0, 0, 60, 60), at: 30 },
      { series: times(0, 0, 0, 3.9), at: 30 },
    ],
  },
  {
    alert: "LatencyHigh",
    level: "warning",
    series: slowed,
    fires: 25,
    ends: 45,
    exact: { series: times(0, (4 * 17) / 18, 4, 4), at: 30 },
    labels: { job: "api" },
    description: "Of 100 requests to api, 95 are answered within 5.5s only.",
    near: [
      { series: times(0, 60, 60, 60), at: 30 },
      { series: times(0, 0, 0, 3.9), at: 30 },
    ],
  },
  {
    alert: "SlowRequests",
    level: "info",
    step: 3,
    series: slowed,
    fires: 20,
    ends: 45,
    exact: { series: times(9, 10, 10, 10), at: 30 },
    labels: { job: "api", endpoint: "/v1/documents" },
    description: "About 5 requests to /v1/documents took longer than 2 s within 15 minutes.",
    near: [{ series: times(9.1, 10, 10, 10), at: 30 }],
  },
  {
    alert: "UploadFailuresHigh",
    level: "warning",
    series: {
      [uploaded]: counter([20, 20], [15, 10], [40, 20]),
      [broken]: counter([20, 0], [15, 30], [40, 0]),
    },
    fires: 25,
    ends: 42,
    exact: { series: { [uploaded]: counter([40, 8.5]), [broken]: counter([40, 1]) }, at: 30 },
    description: "10.53% of the uploads failed through no mistake of the caller.",
    near: [
      { series: { [uploaded]: counter([40, 90.5]), [broken]: counter([40, 10]) }, at: 30 },
      { series: { [uploaded]: counter([40, 1]), [broken]: counter([40, 0.9]) }, at: 30 },
      { series: { [uploaded]: counter([40, 1]), [refused]: counter([40, 100]) }, at: 30 },
    ],
  },
  {
    alert: "UploadsTurnedAway",
    level: "warning",
    series: {
      [uploaded]: counter([20, 20], [20, 0], [40, 20]),
      [refused]: counter([20, 0], [20, 30], [40, 0]),
    },
    fires: 32,
    ends: 43,
    exact: { series: { [uploaded]: counter([40, 1.9]), [refused]: counter([40, 2]) }, at: 30 },
    description: "51.28% of the uploads are turned away as mistakes of their callers.",
    near: [
      { series: { [uploaded]: counter([40, 20.2]), [refused]: counter([40, 20]) }, at: 30 },
      { series: { [uploaded]: counter([40, 1]), [refused]: counter([40, 1.9]) }, at: 30 },
      { series: { [uploaded]: counter([40, 1]), [broken]: counter([40, 100]) }, at: 30 },
    ],
  },
  {
    alert: "RequestTimeouts",
    level: "warning",
    series: { [timeouts]: counter([20, 0], [15, 20], [40, 0]) },
    fires: 20,
    ends: 50,
    exact: { series: { [timeouts]: counter([40, 1]) }, at: 30 },
    labels: { job: "api" },
    description: "About 10 requests to api timed out within 10 minutes.",
    near: [{ series: { [timeouts]: counter([40, 0.95]) }, at: 30 }],
  },
  {
    alert: "RefusedRequestsHigh",
    level: "warning",
    series: answers(counter([20, 100], [15, 10], [40, 100]), counter([20, 0], [15, 900], [40, 0]), 401),
    fires: 25,
    ends: 45,
    exact: { series: steady(23, 10.4, 429), at: 30 },
    labels: { job: "api" },
    description: "31.14% of the requests to api are refused: bad credentials or too many.",
    near: [
      { series: steady(24, 10.2, 401), at: 30 },
      { series: steady(10, 9.5, 401), at: 30 },
      { series: steady(10, 50, 404), at: 30 },
    ],
  },
];
