import { counter, gauge, type Inputs } from "../support/case";

/** Minutes something is wrong for, in steps of a quarter. */
const BEFORE = 60;
const DURING = 40;
const AFTER = 120;
/** How much later it is seen that the cause began, and how much earlier that it ended: three looks. */
const SKEW = 3;

const state = (calm: number, wrong: number) =>
  gauge([BEFORE + SKEW, calm], [DURING - SKEW, wrong], [AFTER, calm]);
const counted = (calm: number, wrong: number) =>
  counter([BEFORE, calm], [DURING + SKEW, wrong], [AFTER, calm]);
const measured = (calm: number, wrong: number) =>
  gauge([BEFORE, calm], [DURING, wrong], [AFTER + SKEW, calm]);

const API = 'job="api",instance="api-1:8000"';
const request = (status: number) =>
  `http_requests_total{${API},method="GET",endpoint="/v1/documents",status_code="${status}"}`;
const error = (type: string) => `app_errors_total{${API},component="database",type="${type}"}`;
const lines = `app_log_lines_total{${API},level="error"}`;
const exceptions = `app_unhandled_exceptions_total{${API}}`;
const jobs = (result: string) =>
  `worker_jobs_total{job="worker",instance="worker-1:8001",queue="analyses",result="${result}"}`;
const reads = (result: string) => `cache_requests_total{${API},result="${result}"}`;
const calls = (result: string) => `ai_provider_requests_total{${API},provider="openai",result="${result}"}`;
const uploads = (name: string, labels = "") => `documents_${name}_total{${API}${labels}}`;
const edge = (status: string, by: string) =>
  `edge_requests_total{job="shipper",instance="log-shipper:9598",status_code="${status}",answered_by="${by}"}`;
const pool = (what: string) => `db_pool_${what}{${API}}`;

/** Everything the database is used for fails. */
const WITHOUT_DATABASE: Inputs = {
  [request(200)]: counted(30, 0),
  [request(503)]: counted(0, 30),
  [`app_ready{${API}}`]: measured(1, 0),
  [error("unavailable")]: counted(0, 30),
  [error("timeout")]: counted(0, 2),
  [lines]: counted(0, 30),
  [exceptions]: counted(0, 1),
  [uploads("uploaded")]: counted(5, 0),
  [uploads("upload_failures", ',fault="service"')]: counted(0, 5),
  [jobs("success")]: counted(5, 0),
  [jobs("failed")]: counted(0, 5),
};

/** How many steps a course has. */
export const STEPS = BEFORE + DURING + AFTER;

/** What happens, who says so, and what is to be silent all the time although it fires. */
export const COURSES: readonly (readonly [cause: string, series: Inputs, symptoms: readonly string[]])[] = [
  [
    "DatabaseDown",
    {
      ...WITHOUT_DATABASE,
      'pg_up{job="postgres",instance="database-exporter:9187"}': state(1, 0),
      'up{job="postgres",instance="database-exporter:9187"}': measured(1, 0),
      // It comes up once meanwhile, and breaks down again.
      'pg_postmaster_start_time_seconds{job="postgres",instance="database-exporter:9187"}': gauge(
        [BEFORE, 1000],
        [DURING / 2, NaN],
        [DURING / 2, 1900],
        [AFTER, 2200],
      ),
      [pool("waiting")]: measured(0, 5),
    },
    [
      ...[
        "DatabaseRestarted",
        "DatabasePoolWaiting",
        "DatabaseUnreachable",
        "ErrorLogLines",
        "ErrorRateHigh",
        "JobFailuresHigh",
      ],
      ...["InstanceNotReady", "ServiceNotReady", "StatementTimeouts", "TargetDown", "UnhandledExceptions"],
      "UploadFailuresHigh",
    ],
  ],
  [
    "DatabaseUnreachable",
    WITHOUT_DATABASE,
    [
      ...["ErrorLogLines", "ErrorRateHigh", "InstanceNotReady", "JobFailuresHigh"],
      ...["ServiceNotReady", "UnhandledExceptions", "UploadFailuresHigh"],
    ],
  ],
  [
    "DatabasePoolBusy",
    {
      [pool("active")]: state(10, 100),
      [pool("max")]: state(100, 100),
      [pool("waiting")]: measured(0, 5),
      [`app_ready{${API}}`]: measured(1, 0),
      [error("unavailable")]: counted(0, 30),
    },
    ["DatabasePoolWaiting", "DatabaseUnreachable", "InstanceNotReady", "ServiceNotReady"],
  ],
  [
    "CacheDown",
    {
      'redis_up{job="redis",instance="cache-exporter:9121"}': state(1, 0),
      'up{job="redis",instance="cache-exporter:9121"}': measured(1, 0),
      [reads("hit")]: counted(30, 0),
      [reads("error")]: counted(0, 30),
    },
    ["CacheUnreachable", "TargetDown"],
  ],
  [
    "ProbeFailing",
    {
      'probe_success{job="probe",instance="probe-exporter:9115",probe="api"}': state(1, 0),
      [edge("200", "service")]: counted(30, 0),
      [edge("502", "edge")]: counted(0, 30),
    },
    ["EdgeErrorsHigh"],
  ],
  [
    "CircuitBreakerOpen",
    {
      [`circuit_breaker_state{${API},provider="openai"}`]: state(0, 1),
      [`circuit_breaker_trips_total{${API},provider="openai"}`]: counted(0, 1),
      [calls("success")]: counted(10, 0),
      [calls("failure")]: counted(0, 10),
    },
    ["ProviderFailuresHigh"],
  ],
  [
    "ServiceDown",
    {
      'up{job="api",instance="api-1:8000"}': state(1, 0),
      'up{job="api",instance="api-2:8000"}': state(1, 0),
    },
    ["InstanceDown"],
  ],
];
