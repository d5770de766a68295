import type { Logger } from "../telemetry/logger";
import type { Metrics } from "../telemetry/metrics";

interface LoopParts<Job> {
  /** Takes a job, if there is one. */
  readonly claim: () => Promise<Job | undefined>;
  /** Does a job to its end; never throws. */
  readonly run: (job: Job) => Promise<void>;
  /** Looks after the queue now and then. */
  readonly tend: () => Promise<void>;
  /** Gives back a job that will not be finished here. */
  readonly giveBack: (job: Job) => Promise<void>;
  readonly concurrency: number;
  readonly pollMs: number;
  /** Longest a job takes: the loop may be that late before it counts as stuck. */
  readonly workMs: number;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** Takes jobs as long as there is room and does them side by side. */
export class WorkerLoop<Job> {
  private readonly running = new Map<Job, Promise<void>>();
  private stopping = false;
  private lastTick = Date.now();
  private wake = () => {};
  private ended: Promise<void> = Promise.resolve();

  constructor(private readonly parts: LoopParts<Job>) {}

  start(): void {
    this.ended = this.loop();
  }

  /** Whether the loop has looked at its queue lately. It has even while the database is away. */
  alive(now = Date.now()): boolean {
    return now - this.lastTick <= 3 * this.parts.pollMs + this.parts.workMs;
  }

  /** Takes no more jobs and waits for the running ones, so long; then gives back the rest. */
  async stop(graceMs: number): Promise<void> {
    this.stopping = true;
    this.wake();
    await this.ended;
    const finished = Promise.allSettled([...this.running.values()]);
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([finished, new Promise((resolve) => (timer = setTimeout(resolve, graceMs)))]);
    clearTimeout(timer);
    const left = [...this.running.keys()];
    if (left.length > 0) this.parts.logger.warn({ jobs: left.length }, "jobs given back unfinished");
    await Promise.allSettled(left.map((job) => this.parts.giveBack(job)));
  }

  private async loop(): Promise<void> {
    while (!this.stopping) {
      this.tick();
      try {
        await this.parts.tend();
        await this.fill();
      } catch (error) {
        this.parts.logger.warn({ reason: (error as Error).message }, "the queue cannot be read");
      }
      if (!this.stopping) await this.pause();
    }
  }

  private tick(): void {
    this.lastTick = Date.now();
    this.parts.metrics.lastTick.set(this.lastTick / 1000);
  }

  private async fill(): Promise<void> {
    while (!this.stopping && this.running.size < this.parts.concurrency) {
      const job = await this.parts.claim();
      if (job === undefined) return;
      this.parts.metrics.jobsRunning.inc();
      const done = this.parts.run(job).finally(() => {
        this.running.delete(job);
        this.parts.metrics.jobsRunning.dec();
        // A free place is filled at once: the queue may hold more.
        this.wake();
      });
      this.running.set(job, done);
    }
  }

  private pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.parts.pollMs);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
