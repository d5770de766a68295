import { claimJob, queueState, settleJob, sweep, type Job } from "../database/analyses";
import type { Config } from "../config/variables";
import { runJob, type JobParts } from "./job";
import { WorkerLoop } from "./loop";

/** Work around the provider's call: reading and writing the document and the outcome. */
const OVERHEAD_MS = 10_000;
/** The queue's figures and its leftovers need no more often a look, however short the poll is. */
const TEND_MS = 2000;
const SWEEP_MS = 60_000;

type Names = "WORKER_CONCURRENCY" | "WORKER_POLL_INTERVAL_MS" | "PROVIDER_TIMEOUT_MS";

/** The worker: a loop over the queue of analyses. */
export function createWorker(config: Config<Names>, parts: Omit<JobParts, "retryMs">): WorkerLoop<Job> {
  const { database, metrics, logger } = parts;
  const workMs = config.PROVIDER_TIMEOUT_MS + OVERHEAD_MS;
  // Twice the longest work: a job is taken over only if its worker is gone, not if it is slow.
  const leaseSeconds = Math.ceil((2 * workMs) / 1000);
  let tended = 0;
  let swept = 0;

  async function look(): Promise<void> {
    try {
      const { length, oldestSeconds } = await queueState(database);
      metrics.queueLength.set(length);
      metrics.oldestJob.set(oldestSeconds);
    } catch (error) {
      // What was seen last says nothing while nobody can look.
      metrics.queueLength.remove();
      metrics.oldestJob.remove();
      throw error;
    }
  }

  async function tend(): Promise<void> {
    const now = Date.now();
    if (now - tended >= TEND_MS) {
      tended = now;
      await look();
    }
    if (now - swept >= SWEEP_MS) {
      swept = now;
      const { uploads, jobs } = await sweep(database);
      metrics.jobs.inc({ queue: "analyses", result: "failed" }, jobs);
      metrics.analyses.inc({ result: "failed" }, jobs);
      if (uploads + jobs > 0) logger.warn({ uploads, jobs }, "leftovers of crashed processes cleared away");
    }
  }

  return new WorkerLoop<Job>({
    claim: () => claimJob(database, leaseSeconds),
    run: (job) => runJob({ ...parts, retryMs: config.WORKER_POLL_INTERVAL_MS }, job),
    giveBack: async (job) => {
      await database.forTenant(job.tenant, (tx) => settleJob(tx, job, { status: "queued", delayMs: 0 }));
    },
    tend,
    concurrency: config.WORKER_CONCURRENCY,
    pollMs: config.WORKER_POLL_INTERVAL_MS,
    workMs,
    metrics,
    logger,
  });
}
