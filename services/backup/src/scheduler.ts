/** Runs backups and drills when they are due, one at a time, and those that failed a few times more. */
import { Cron } from "croner";
import { backup, type Context } from "./backup";
import { clearUp, drill } from "./drill";
import { DrillStatus } from "./drill-status";
import { isOverdue } from "./freshness";
import { KINDS, StageError, type Job, type Kind } from "./kinds";
import { ResticError } from "./restic-errors";
import { longestInterval } from "./schedule";
import type { Snapshot } from "./snapshots";
import { Status } from "./status";

/** A database that fails over or a cloud that stumbles should not cost a whole day's backup. */
const RETRY_MINUTES = [2, 10, 30];
const REFRESH_MS = 3_600_000;

export class Scheduler {
  readonly status: Status;
  private readonly drills: DrillStatus | undefined;
  private readonly intervals: Map<Job, number>;
  private readonly jobs: Cron[] = [];
  private readonly timers = new Map<Job | "refresh", NodeJS.Timeout>();
  private readonly waiting = new Set<Job>();
  private readonly stopping = new AbortController();
  /** One after the other: check, tag and clean-up need the repository to themselves. */
  private queue: Promise<void> = Promise.resolve();

  constructor(private readonly context: Context) {
    const patterns = Object.entries(context.settings.schedules) as [Job, string | undefined][];
    this.intervals = new Map(
      patterns.flatMap(([job, pattern]) => (pattern ? [[job, longestInterval(pattern, new Date())]] : [])),
    );
    const backups = KINDS.flatMap((kind) => {
      const interval = this.intervals.get(kind);
      return interval === undefined ? [] : [[kind, interval] as const];
    });
    this.status = new Status(new Map(backups), () => this.alive());
    if (context.settings.drill) this.drills = new DrillStatus(this.status.metrics.registry);
  }

  /** Reads what the repository holds, takes what is overdue, and follows the schedules from then on. */
  async start(): Promise<void> {
    const { settings, log } = this.context;
    for (const job of this.intervals.keys()) {
      const cron = new Cron(settings.schedules[job] ?? "", { timezone: "UTC" }, () => this.enqueue(job, 0));
      this.jobs.push(cron);
      log.info({ kind: job, next: cron.nextRun() }, "scheduled");
    }
    this.timers.set(
      "refresh",
      setInterval(() => void this.refresh(), REFRESH_MS),
    );
    // In the queue, so that a backup that is due meanwhile waits for it.
    this.queue = this.queue.then(() => this.look());
    await this.queue;
    // Backups first: a drill needs one.
    for (const [job, interval] of this.intervals) {
      if (settings.initial && isOverdue(this.newest(job), interval, new Date())) this.enqueue(job, 0);
    }
  }

  /** Ends what is running, and is done when that is. */
  async stop(): Promise<void> {
    this.stopping.abort();
    for (const job of this.jobs) job.stop();
    for (const timer of this.timers.values()) clearTimeout(timer);
    await this.queue;
  }

  private alive(): boolean {
    return this.jobs.length === this.intervals.size && this.jobs.every((job) => job.isRunning());
  }

  private newest(job: Job): Date | null {
    return job === "drill" ? (this.drills?.newest() ?? null) : this.status.newest(job);
  }

  private enqueue(job: Job, attempt: number): void {
    // What is due again before it could begin is due once: two in a row would store the same thing twice.
    if (this.waiting.has(job)) return;
    clearTimeout(this.timers.get(job));
    this.waiting.add(job);
    this.queue = this.queue.then(() => this.run(job, attempt));
  }

  /** Never rejects: the queue goes on with the next. */
  private async run(job: Job, attempt: number): Promise<void> {
    this.waiting.delete(job);
    const { signal } = this.stopping;
    if (signal.aborted) return;
    const error = await (job === "drill" ? this.rehearse(signal) : this.backUp(job, signal));
    if (signal.aborted) return;
    if (error) this.failed(job, attempt, error);
    await this.refresh();
  }

  private async backUp(kind: Kind, signal: AbortSignal): Promise<StageError | null> {
    this.status.started(kind, new Date());
    const error = await failureOf(backup(kind, this.context, signal));
    this.status.ended(kind, error);
    return error;
  }

  private async rehearse(signal: AbortSignal): Promise<StageError | null> {
    this.drills?.started();
    const error = await failureOf(drill(this.context, signal));
    this.drills?.ended(error);
    return error;
  }

  private failed(job: Job, attempt: number, error: StageError): void {
    const minutes = RETRY_MINUTES[attempt];
    const { stage, message } = error;
    const failure = { kind: job, stage, reason: message, retryMinutes: minutes ?? null };
    this.context.log.error(failure, job === "drill" ? "drill failed" : "backup failed");
    // What is stored and verified is not taken again because the clean-up after it failed.
    if (minutes === undefined || stage === "retention") return;
    this.timers.set(
      job,
      setTimeout(() => this.enqueue(job, attempt + 1), minutes * 60_000),
    );
  }

  /** Makes the repository where there is none, and reads it. */
  private async look(): Promise<void> {
    await clearUp(this.context, this.stopping.signal);
    // What goes wrong here goes wrong in the next line again, and is told there.
    await this.context.restic.open(this.stopping.signal).catch(() => undefined);
    await this.refresh();
  }

  private async refresh(): Promise<void> {
    try {
      this.update(await this.context.restic.snapshots(this.stopping.signal));
    } catch (error) {
      if (this.stopping.signal.aborted) return;
      // One that is gone holds no backups. One that is out of reach still holds what it held.
      if (error instanceof ResticError && error.fault === "missing") this.update([]);
      this.context.log.warn({ reason: (error as Error).message }, "the repository cannot be read");
    }
  }
  private update(snapshots: readonly Snapshot[]): void {
    this.status.update(snapshots);
    this.drills?.update(snapshots);
  }
}

/** What an attempt failed with; null where it did not. */
function failureOf(attempt: Promise<unknown>): Promise<StageError | null> {
  return attempt.then(
    () => null,
    (failure: unknown) =>
      failure instanceof StageError ? failure : new StageError("repository", String(failure)),
  );
}
