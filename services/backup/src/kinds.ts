/** What the runner does, and the stages it passes doing it. All are metric labels: closed sets. */

/** `full`: the whole database and the directories; `events`: the event tables alone, the fastest to restore. */
export const KINDS = ["full", "events"] as const;
export type Kind = (typeof KINDS)[number];

/** What is scheduled: backups, and the drill that restores one. */
export type Job = Kind | "drill";

/** In the order in which a backup passes them; `interrupted` stands for a stop or a timeout in any of them. */
export const STAGES = [
  "repository",
  "database",
  "dump",
  "store",
  "files",
  "verify",
  "check",
  "tag",
  "retention",
  "interrupted",
] as const;

/** The same of a drill. */
export const DRILL_STAGES = [
  "repository",
  "space",
  "server",
  "restore",
  "compare",
  "report",
  "interrupted",
] as const;

export type Stage = (typeof STAGES)[number] | (typeof DRILL_STAGES)[number];

/** A failure with the stage it happened in, so that a log line and a metric can name it. */
export class StageError extends Error {
  override readonly name = "StageError";

  constructor(
    readonly stage: Stage,
    message: string,
  ) {
    super(message);
  }
}

/** Gives whatever goes wrong in `work` the name of its stage; what has one already keeps it. */
export async function inStage<T>(stage: Stage, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StageError) throw error;
    throw new StageError(stage, error instanceof Error ? error.message : String(error));
  }
}

/** Ends `work` when it is told to stop or takes too long, and says which as a StageError. */
export async function unlessInterrupted<T>(
  minutes: number,
  stop: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(minutes * 60_000)]);
  try {
    return await work(signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    const reason = stop.aborted ? "it was told to stop" : `it took longer than ${minutes} minutes`;
    throw new StageError("interrupted", reason);
  }
}
