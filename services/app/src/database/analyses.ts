import type { ProviderName } from "../providers/names";
import type { Database } from "./database";
import type { Transaction } from "./transaction";

/** An analysis as its tenant sees it. */
export interface Analysis {
  readonly id: string;
  readonly documentId: string;
  readonly provider: ProviderName;
  readonly status: "queued" | "running" | "succeeded" | "failed";
  readonly result: string | null;
  readonly error: string | null;
  readonly attempts: number;
  readonly createdAt: string;
  readonly finishedAt: string | null;
}

/** An analysis as the worker that has taken it sees it. */
export interface Job {
  readonly id: string;
  readonly tenant: string;
  readonly documentId: string;
  readonly provider: ProviderName;
  /** Counts the takings. Only the newest taker may write the outcome. */
  readonly attempts: number;
  readonly correlationId: string;
  readonly traceparent: string | null;
}

const COLUMNS = `id, document_id AS "documentId", provider, status, result, error, attempts,
  to_json(created_at)#>>'{}' AS "createdAt", to_json(finished_at)#>>'{}' AS "finishedAt"`;

/** Puts an analysis into the queue, with what its log lines and spans shall belong to. */
export async function requestAnalysis(
  tx: Transaction,
  request: Pick<Job, "documentId" | "provider" | "correlationId"> & { traceparent?: string },
): Promise<Analysis> {
  const row = await tx.one<Analysis & Record<string, unknown>>(
    "analysis.request",
    `INSERT INTO app.analyses (tenant, document_id, provider, correlation_id, traceparent)
     VALUES ($1, $2, $3, $4, $5) RETURNING ${COLUMNS}`,
    [tx.tenant, request.documentId, request.provider, request.correlationId, request.traceparent],
  );
  return row;
}

/** An analysis of the tenant, if there is one with this id. */
export async function findAnalysis(tx: Transaction, id: string): Promise<Analysis | undefined> {
  const [row] = await tx.query<Analysis & Record<string, unknown>>(
    "analysis.find",
    `SELECT ${COLUMNS} FROM app.analyses WHERE tenant = $1 AND id = $2`,
    [tx.tenant, id],
  );
  return row;
}

/** Takes the oldest job that can run, of any tenant, and holds it for a while; nobody else gets it meanwhile. */
export async function claimJob(database: Database, leaseSeconds: number): Promise<Job | undefined> {
  const [row] = await database.query<Job & Record<string, unknown>>(
    "job.claim",
    `SELECT id, tenant, document_id AS "documentId", provider, attempts,
            correlation_id AS "correlationId", traceparent
     FROM app.claim_analysis(make_interval(secs => $1))`,
    [leaseSeconds],
  );
  return row;
}

/** How a taken job goes on: it ends, or it waits for another attempt. */
export type Outcome =
  | { readonly status: "succeeded"; readonly result: string }
  | { readonly status: "failed"; readonly error: string }
  | { readonly status: "queued"; readonly error?: string; readonly delayMs: number };

/** Writes a job's outcome. Answers false if the job was meanwhile given to somebody else. */
export async function settleJob(tx: Transaction, job: Job, outcome: Outcome): Promise<boolean> {
  const { status, result, error, delayMs } = { result: null, error: null, delayMs: 0, ...outcome };
  const rows = await tx.query(
    `job.${status}`,
    `UPDATE app.analyses
     SET status = $4, result = $5, error = $6, lease_until = NULL,
         run_after = now() + make_interval(secs => $7 / 1000.0),
         finished_at = CASE WHEN $4 = 'queued' THEN NULL ELSE now() END
     WHERE tenant = $1 AND id = $2 AND attempts = $3 AND status = 'running' RETURNING id`,
    [tx.tenant, job.id, job.attempts, status, result, error, delayMs],
  );
  return rows.length === 1;
}

/** How long the queue is, and how old its oldest job that could run. */
export async function queueState(database: Database): Promise<{ length: number; oldestSeconds: number }> {
  const row = await database.one<{ length: number; oldestSeconds: number }>(
    "job.queue",
    'SELECT length, oldest_seconds AS "oldestSeconds" FROM app.analysis_queue()',
  );
  return row;
}

/** Clears away what crashed processes left: unfinished uploads, and jobs that took every worker down. */
export async function sweep(database: Database): Promise<{ uploads: number; jobs: number }> {
  const row = await database.one<{ uploads: number; jobs: number }>(
    "job.sweep",
    "SELECT uploads, jobs FROM app.sweep()",
  );
  return row;
}
