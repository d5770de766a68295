/** `once full|events|drill`: one backup or drill now, for a release, a migration or an operator. */
import { backup, type Context } from "../backup";
import { drill } from "../drill";
import { StageError, type Job } from "../kinds";

/** Prints the report as JSON; 0 where it is good: a backup verified and cleaned up after, or a drill. 1 where not. */
export async function once(job: Job, context: Context, stop: AbortSignal): Promise<number> {
  try {
    const report = await (job === "drill" ? drill(context, stop) : backup(job, context, stop));
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    return 0;
  } catch (error) {
    const { stage, message } =
      error instanceof StageError ? error : new StageError("repository", String(error));
    context.log.error(
      { kind: job, stage, reason: message },
      job === "drill" ? "drill failed" : "backup failed",
    );
    return 1;
  }
}
