/**
 * What the runner knows about its backups, for readiness and metrics. The repository is where the truth
 * stands: it is read at the start, after every run and every hour, so neither a restart loses anything nor
 * does a repository somebody emptied keep looking healthy.
 */
import { judge, type Freshness } from "./freshness";
import type { StageError } from "./kinds";
import { type Kind } from "./kinds";
import { createMetrics } from "./metrics";
import { restorable, type Snapshot } from "./snapshots";

interface KindStatus extends Freshness {
  readonly newest: string | null;
  readonly running: boolean;
  readonly lastError: string | null;
}

interface Liveness {
  readonly status: "live" | "dead";
  readonly reasons: readonly string[];
}

export interface Readiness {
  readonly status: "ready" | "unready";
  readonly reasons: readonly string[];
  readonly kinds: Readonly<Partial<Record<Kind, KindStatus>>>;
}

interface State {
  newest: Date | null;
  running: boolean;
  lastAttempt: number;
  lastError: string | null;
}

const DEAD = "the scheduler does not run";

export class Status {
  readonly metrics;
  private readonly states = new Map<Kind, State>();

  /** `intervals` holds, for each kind that is scheduled, the seconds between two runs. */
  constructor(
    private readonly intervals: ReadonlyMap<Kind, number>,
    private readonly schedulerAlive: () => boolean,
  ) {
    this.metrics = createMetrics([...intervals.keys()]);
    for (const kind of intervals.keys()) {
      this.states.set(kind, { newest: null, running: false, lastAttempt: 0, lastError: null });
      this.metrics.running.set({ kind }, 0);
    }
  }

  newest(kind: Kind): Date | null {
    return this.state(kind).newest;
  }

  /** Takes over what the repository holds. */
  update(snapshots: readonly Snapshot[]): void {
    const { lastSuccess, lastDuration, lastSize, snapshots: count } = this.metrics;
    for (const [kind, state] of this.states) {
      const good = restorable(snapshots, kind);
      const newest = good.at(-1);
      state.newest = newest?.time ?? null;
      count.set({ kind }, good.length);
      const known: [typeof lastSuccess, number | null | undefined][] = [
        [lastSuccess, newest && newest.time.getTime() / 1000],
        [lastDuration, newest?.seconds],
        [lastSize, newest?.bytes],
      ];
      for (const [gauge, value] of known) {
        if (value === null || value === undefined) gauge.remove({ kind });
        else gauge.set({ kind }, value);
      }
      const attempt = snapshots.findLast((one) => one.kind === kind)?.time.getTime() ?? 0;
      this.attempted(kind, Math.max(state.lastAttempt, attempt));
    }
  }

  started(kind: Kind, now: Date): void {
    this.state(kind).running = true;
    this.metrics.running.set({ kind }, 1);
    this.attempted(kind, now.getTime());
  }

  ended(kind: Kind, error: StageError | null): void {
    const state = this.state(kind);
    state.running = false;
    state.lastError = error && `${error.stage}: ${error.message}`;
    this.metrics.running.set({ kind }, 0);
    if (error) this.metrics.failures.inc({ kind, stage: error.stage });
  }

  /** Whether the process does its work, however its backups end. */
  liveness(): Liveness {
    return this.schedulerAlive() ? { status: "live", reasons: [] } : { status: "dead", reasons: [DEAD] };
  }

  readiness(now: Date): Readiness {
    const reasons = [...this.liveness().reasons];
    const kinds: Partial<Record<Kind, KindStatus>> = {};
    for (const [kind, { newest, running, lastError }] of this.states) {
      const freshness = judge(kind, newest, this.intervals.get(kind) ?? 0, now);
      kinds[kind] = { ...freshness, newest: newest?.toISOString() ?? null, running, lastError };
      if (freshness.reason) {
        reasons.push(
          freshness.reason +
            (running ? " (one is running)" : lastError ? ` (the last failed: ${lastError})` : ""),
        );
      }
    }
    return { status: reasons.length === 0 ? "ready" : "unready", reasons, kinds };
  }

  private attempted(kind: Kind, time: number): void {
    if (time === 0) return;
    this.state(kind).lastAttempt = time;
    this.metrics.lastAttempt.set({ kind }, time / 1000);
  }

  private state(kind: Kind): State {
    const state = this.states.get(kind);
    if (!state) throw new Error(`no schedule for ${kind} backups`);
    return state;
  }
}
