/** What can be backed up, and the stages a backup goes through. Both are metric labels: closed sets. */

/** `full`: the whole database and the directories; `events`: the event tables alone, the fastest to restore. */
export type Kind = "full" | "events";

/** In the order in which a run passes them; `interrupted` stands for a stop or a timeout in any of them. */
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
export type Stage = (typeof STAGES)[number];

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
