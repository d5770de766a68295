import { catalogue } from "./check";
import { ASKED_FOR_SOMEBODY } from "../alerts/database";
import { lastSeen } from "../promql";
import { ALL_BURNS, type Objective } from "./objective";

const FREEZE =
  "Only changes that win reliability back are released until a tenth of the budget is there again.";
const TICKET = "Its causes take precedence over new work in the next week.";

const app = { owner: "app", periodDays: 30, burns: ALL_BURNS, policy: FREEZE } as const;
/** The same for pages and notices: events are counted in numbers that mean something. */
const least = (bad: number) => ({ critical: bad, warning: bad });
const API = 'job="api"';
const failedWithin = (window: string) =>
  `sum(rate(http_requests_total{${API},status_code=~"5.."}[${window}]))`;
const answeredWithin = (window: string) => `sum(rate(http_requests_total{${API}}[${window}]))`;
const failed = failedWithin("5m");
const answered = answeredWithin("5m");
const brokenUploads = 'sum(rate(documents_upload_failures_total{fault="service"}[5m]))';
const stored = "sum(rate(documents_uploaded_total[5m]))";
/** A deployment is on record as the time of its end: it counts for the five minutes after it, a fifth in each. */
const deployments = (of: string) =>
  `sum((time() - mainstay_deployment_timestamp_seconds${of}) < bool 300) / 300`;

const oldestJob = 'max(worker_queue_oldest_job_age_seconds{job="worker"})';
const newestBackup = 'max(max_over_time(backup_last_success_timestamp_seconds{kind="full"}[26h]))';

/** What is promised to users and operators. */
export const OBJECTIVES: readonly Objective[] = catalogue([
  {
    ...app,
    name: "api-availability",
    title: "API availability",
    promise: "In 99.99 % of all minutes the API answers, at the edge as well, and most requests do not fail.",
    target: 0.9999,
    indicator: {
      kind: "slices",
      // Failing single requests are the error rate's matter; here the API as a whole is there or not.
      // At night the only request of five minutes may be the one that fails, which says nothing of the API.
      bad: `(sum(${lastSeen(`up{${API}}`)}) or vector(0)) < 1
        or ${failedWithin("1m")} / ${answeredWithin("1m")} > 0.5 and ${failed} * 300 >= 5`,
      // No request arrives through an edge, a name or a certificate that is broken: only whoever tries can tell.
      seenBy: { job: "probe", bad: 'max(probe_success{probe="api"}) < 1' },
    },
    board: "mainstay-overview",
    // A single bad minute is a quarter of the budget: somebody has to look, if nobody has to get up.
    leastBad: { critical: 2, warning: 1 },
  },
  {
    ...app,
    name: "api-errors",
    title: "API error rate",
    promise: "Of 1000 requests, 999 are answered without a failure of ours.",
    target: 0.999,
    indicator: { kind: "events", bad: failed, all: answered },
    board: "mainstay-api",
    leastBad: least(10),
  },
  {
    ...app,
    name: "api-latency-p95",
    title: "API latency, most requests",
    promise: "Of 100 requests, 95 are answered within 300 ms.",
    target: 0.95,
    indicator: { kind: "latency", histogram: "http_request_duration_seconds", matchers: API, seconds: 0.3 },
    board: "mainstay-api",
    leastBad: least(50),
  },
  {
    ...app,
    name: "api-latency-p99",
    title: "API latency, nearly all requests",
    promise: "Of 100 requests, 99 are answered within a second.",
    target: 0.99,
    indicator: { kind: "latency", histogram: "http_request_duration_seconds", matchers: API, seconds: 1 },
    board: "mainstay-api",
    leastBad: least(20),
  },
  {
    ...app,
    name: "database-latency",
    title: "Database query time",
    promise: "Of 100 database queries, 99 are answered within 100 ms.",
    target: 0.99,
    indicator: {
      kind: "latency",
      histogram: "db_query_duration_seconds",
      matchers: ASKED_FOR_SOMEBODY,
      seconds: 0.1,
    },
    board: "mainstay-database",
    leastBad: least(50),
  },
  {
    ...app,
    name: "database-pool",
    title: "Head room of the connection pools",
    promise: "In 99.5 % of all minutes every pool has a fifth of its connections free, and nobody waits.",
    target: 0.995,
    indicator: {
      kind: "slices",
      bad: "max(db_pool_active / (db_pool_max > 0)) > 0.8 or max(db_pool_waiting) > 0",
      present: "max(db_pool_max) > 0",
    },
    board: "mainstay-database",
    leastBad: least(10),
  },
  {
    ...app,
    name: "cache-hits",
    title: "Cache hit rate",
    promise: "Of 100 reads through the cache, 85 find what they look for.",
    target: 0.85,
    indicator: {
      kind: "events",
      bad: 'sum(rate(cache_requests_total{result!="hit"}[5m]))',
      all: "sum(rate(cache_requests_total[5m]))",
    },
    // A cold cache is no emergency, and the fastest burn would ask for more than all reads to miss.
    burns: ["1d", "3d"],
    board: "mainstay-cache",
    leastBad: least(500),
    policy: TICKET,
  },
  {
    ...app,
    name: "queue-freshness",
    title: "Queue freshness",
    promise: "In 99 % of all minutes no job that could run waits longer than 60 seconds.",
    target: 0.99,
    indicator: {
      kind: "slices",
      // Where nobody can say how long jobs wait, they wait.
      bad: `${oldestJob} > 60 or absent(${oldestJob})`,
    },
    board: "mainstay-workers",
    leastBad: least(10),
  },
  {
    ...app,
    name: "upload-success",
    title: "Uploads",
    promise: "Of 100 uploads that callers make no mistake in, 95 are stored.",
    target: 0.95,
    indicator: {
      kind: "events",
      bad: brokenUploads,
      all: `${brokenUploads} + ${stored} or ${stored}`,
    },
    board: "mainstay-api",
    leastBad: least(10),
  },
  {
    ...app,
    name: "backup-freshness",
    title: "Backup freshness",
    promise: "In 99 % of all minutes the newest verified full backup is younger than 26 hours.",
    target: 0.99,
    indicator: {
      kind: "slices",
      // A runner that is away takes no backup back; after a day, what it knew is too old anyway.
      bad: `(time() - ${newestBackup}) > 93600 or absent(${newestBackup})`,
    },
    owner: "data",
    board: "mainstay-backups",
    // A backup is late or it is not: BackupOverdue says so at 26 and at 48 hours, no burn could say it better.
    burns: [],
    leastBad: least(0),
    policy: TICKET,
  },
  {
    ...app,
    name: "deployment-success",
    title: "Deployments",
    promise: "Of 20 deployments, 19 succeed.",
    target: 0.95,
    indicator: { kind: "events", bad: deployments('{result="failed"}'), all: deployments("") },
    scrapedBy: "host",
    owner: "platform",
    board: "mainstay-releases",
    // DeploymentFailed tells of each: there are too few of them to burn fast.
    burns: [],
    leastBad: least(2),
    policy: FREEZE,
  },
]);

/** A share of requests that is answered within a time. */
export interface LatencyPromise {
  readonly objective: string;
  readonly target: number;
  readonly seconds: number;
}

/** What is promised of the time a service takes for requests. */
export function latencyPromises(service: string): LatencyPromise[] {
  return OBJECTIVES.flatMap(({ name, target, indicator }) =>
    indicator.kind === "latency" &&
    indicator.histogram === "http_request_duration_seconds" &&
    indicator.matchers === `job="${service}"`
      ? [{ objective: name, target, seconds: indicator.seconds }]
      : [],
  );
}
