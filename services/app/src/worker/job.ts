import { context, SpanKind } from "@opentelemetry/api";
import type { Cache } from "../cache/cache";
import { documentKey } from "../cache/keys";
import { settleJob, type Job } from "../database/analyses";
import type { Database } from "../database/database";
import { keepText, readChunk, readText } from "../database/documents";
import type { EventStore } from "../database/events";
import type { Providers } from "../providers/providers";
import { correlated } from "../telemetry/correlation";
import type { Logger } from "../telemetry/logger";
import type { Metrics } from "../telemetry/metrics";
import { withSpan } from "../telemetry/tracing";
import { toText } from "./convert";

/** The database's functions count the same: see the migration of analyses. */
const MOST_ATTEMPTS = 3;

export interface JobParts {
  readonly database: Database;
  readonly events: EventStore;
  readonly cache: Cache;
  readonly providers: Providers;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** Pause before the second attempt; it doubles after each. */
  readonly retryMs: number;
}

/** Does one analysis to its end: success, failure, or another attempt later. Never throws. */
export async function runJob(parts: JobParts, job: Job): Promise<void> {
  const origin = correlated(job.correlationId, job.traceparent ?? undefined);
  const attributes = { "mainstay.correlation_id": job.correlationId, "mainstay.attempt": job.attempts };
  await context.with(origin, async () => {
    try {
      await withSpan("job analysis", attributes, () => analyse(parts, job), SpanKind.CONSUMER);
    } catch (error) {
      await fail(parts, job, error as Error);
    }
  });
}

async function analyse(parts: JobParts, job: Job): Promise<void> {
  const { database, events, metrics, logger } = parts;
  const text = await convert(parts, job);
  const { text: result, inputTokens, outputTokens } = await parts.providers.complete(job.provider, text);
  const settled = await database.forTenant(job.tenant, async (tx) => {
    if (!(await settleJob(tx, job, { status: "succeeded", result }))) return false;
    const payload = { provider: job.provider, attempts: job.attempts, inputTokens, outputTokens };
    await events.append(tx, `analysis-${job.id}`, "analysis.completed", payload);
    return true;
  });
  if (!settled) return lost(parts, job);
  metrics.jobs.inc({ queue: "analyses", result: "success" });
  metrics.analyses.inc({ result: "success" });
  logger.info({ analysis: job.id, tenant: job.tenant, provider: job.provider }, "analysis completed");
}

/** The document's text, converted now if nobody has yet. */
async function convert({ database, events, cache, metrics }: JobParts, job: Job): Promise<string> {
  const { tenant, documentId } = job;
  const known = await database.forTenant(tenant, (tx) => readText(tx, documentId));
  if (known !== undefined) return known;
  async function* pieces() {
    for (let position = 0; ; position += 1) {
      const piece = await database.forTenant(tenant, (tx) => readChunk(tx, documentId, position));
      if (piece === undefined) return;
      yield piece;
    }
  }
  const text = await toText(pieces());
  const kept = await database.forTenant(tenant, async (tx) => {
    if (!(await keepText(tx, documentId, text))) return false;
    await events.append(tx, `document-${documentId}`, "document.converted", { characters: text.length });
    return true;
  });
  if (kept) {
    metrics.conversions.inc();
    await cache.forget(documentKey(tenant, documentId));
  }
  return text;
}

async function fail(parts: JobParts, job: Job, error: Error): Promise<void> {
  const { database, events, metrics, logger } = parts;
  const retry = job.attempts < MOST_ATTEMPTS;
  metrics.errors.inc({ type: "failed", component: "worker" });
  logger.warn(
    { analysis: job.id, tenant: job.tenant, attempts: job.attempts, reason: error.message, retry },
    "analysis failed",
  );
  try {
    const settled = await database.forTenant(job.tenant, async (tx) => {
      const delayMs = parts.retryMs * 2 ** (job.attempts - 1);
      if (retry) return settleJob(tx, job, { status: "queued", error: error.message, delayMs });
      if (!(await settleJob(tx, job, { status: "failed", error: error.message }))) return false;
      await events.append(tx, `analysis-${job.id}`, "analysis.failed", {
        error: error.message,
        attempts: job.attempts,
      });
      return true;
    });
    if (!settled) return lost(parts, job);
    metrics.jobs.inc({ queue: "analyses", result: retry ? "retried" : "failed" });
    if (!retry) metrics.analyses.inc({ result: "failed" });
  } catch (cause) {
    // The lease ends by itself, and the job is taken again.
    logger.error(
      { analysis: job.id, reason: (cause as Error).message },
      "the outcome of a job cannot be written",
    );
  }
}

/** Somebody else has the job by now, and writes its outcome. */
function lost({ logger }: JobParts, job: Job): void {
  logger.warn({ analysis: job.id, attempts: job.attempts }, "the job was taken over by another worker");
}
