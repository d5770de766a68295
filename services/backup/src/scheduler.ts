/** Runs backups when they are due, one at a time, and those that failed a few times more. */
import { Cron } from "croner";
import { backup, type Context } from "./backup";
import { isOverdue } from "./freshness";
import { StageError, type Kind } from "./kinds";
import { ResticError } from "./restic-errors";
import { longestInterval } from "./schedule";
import { Status } from "./status";

/** A database that fails over or a cloud that stumbles should not cost a whole day's backup. */
const RETRY_MINUTES = [2, 10, 30];
const REFRESH_MS = 3_600_000;

export class Scheduler {
  readonly status: Status;
  private readonly intervals: Map<Kind, number>;
  private readonly jobs: Cron[] = [];
  private readonly timers = new Map<Kind | "refresh", NodeJS.Timeout>();
  private readonly waiting = new Set<Kind>();
  private readonly stopping = new AbortController();
  /** One after the other: check, tag and clean-up need the repository to themselves. */
  private queue: Promise<void> = Promise.resolve();

  constructor(private readonly context: Context) {
    const patterns = Object.entries(context.settings.schedules) as [Kind, string | undefined][];
    this.intervals = new Map(
      patterns.flatMap(([kind, pattern]) => (pattern ? [[kind, longestInterval(pattern, new Date())]] : [])),
    );
    this.status = new Status(this.intervals, () => this.alive());
  }

  /** Reads what the repository holds, takes what is overdue, and follows the schedules from then on. */
  async start(): Promise<void> {
    const { settings, log } = this.context;
    for (const kind of this.intervals.keys()) {
      const job = new Cron(settings.schedules[kind] ?? "", { timezone: "UTC" }, () => this.enqueue(kind, 0));
      this.jobs.push(job);
      log.info({ kind, next: job.nextRun() }, "scheduled");
    }
    this.timers.set(
      "refresh",
      setInterval(() => void this.refresh(), REFRESH_MS),
    );
    // In the queue, so that a backup that is due meanwhile waits for it.
    this.queue = this.queue.then(() => this.look());
    await this.queue;
    for (const [kind, interval] of this.intervals) {
      if (settings.initial && isOverdue(this.status.newest(kind), interval, new Date()))
        this.enqueue(kind, 0);
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

  private enqueue(kind: Kind, attempt: number): void {
    // What is due again before it could begin is due once: two in a row would store the same thing twice.
    if (this.waiting.has(kind)) return;
    clearTimeout(this.timers.get(kind));
    this.waiting.add(kind);
    this.queue = this.queue.then(() => this.run(kind, attempt));
  }

  /** Never rejects: the queue goes on with the next. */
  private async run(kind: Kind, attempt: number): Promise<void> {
    this.waiting.delete(kind);
    if (this.stopping.signal.aborted) return;
    this.status.started(kind, new Date());
    const error = await backup(kind, this.context, this.stopping.signal).then(
      () => null,
      (failure: unknown) =>
        failure instanceof StageError ? failure : new StageError("repository", String(failure)),
    );
    this.status.ended(kind, error);
    if (this.stopping.signal.aborted) return;
    if (error) this.failed(kind, attempt, error);
    await this.refresh();
  }

  private failed(kind: Kind, attempt: number, error: StageError): void {
    const minutes = RETRY_MINUTES[attempt];
    const failure = { kind, stage: error.stage, reason: error.message, retryMinutes: minutes ?? null };
    this.context.log.error(failure, "backup failed");
    // What is stored and verified is not taken again because the clean-up after it failed.
    if (minutes === undefined || error.stage === "retention") return;
    this.timers.set(
      kind,
      setTimeout(() => this.enqueue(kind, attempt + 1), minutes * 60_000),
    );
  }

  /** Makes the repository where there is none, and reads it. */
  private async look(): Promise<void> {
    // What goes wrong here goes wrong in the next line again, and is told there.
    await this.context.restic.open(this.stopping.signal).catch(() => undefined);
    await this.refresh();
  }

  private async refresh(): Promise<void> {
    try {
      this.status.update(await this.context.restic.snapshots(this.stopping.signal));
    } catch (error) {
      if (this.stopping.signal.aborted) return;
      // One that is gone holds no backups. One that is out of reach still holds what it held.
      if (error instanceof ResticError && error.fault === "missing") this.status.update([]);
      this.context.log.warn({ reason: (error as Error).message }, "the repository cannot be read");
    }
  }
}
