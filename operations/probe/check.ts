/** `warning` wants to be looked at soon; `skipped` could not be judged, and the message says why. */
export type Verdict = "ok" | "warning" | "failing" | "skipped";

/** One thing that was looked at, and what was seen. */
export interface Check {
  readonly name: string;
  readonly verdict: Verdict;
  readonly message: string;
}

/** The figures of what was read again and again. */
export interface ReadFigures {
  readonly service: string;
  readonly reads: number;
  readonly failed: number;
  /** Of the reads that were answered as they should be; whole milliseconds. */
  readonly p50Ms?: number;
  readonly p95Ms?: number;
  readonly slowestMs?: number;
}

/** What a look at an environment from outside came to. */
export interface ProbeReport {
  readonly stack: string;
  readonly url: string;
  /** When it began, in UTC. */
  readonly at: string;
  readonly healthy: boolean;
  readonly checks: readonly Check[];
  readonly figures: readonly ReadFigures[];
  readonly certificateDaysLeft?: number;
}

/** That nobody could look: of the environment it says nothing. */
export interface NoLook {
  readonly stack: string;
  /** When it was tried, in UTC. */
  readonly at: string;
  /** Why, and what to do about it. */
  readonly notLooked: string;
}
