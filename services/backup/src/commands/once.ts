/** `once full|events`: one backup now, for a release, a migration or an operator. */
import { backup, type Context } from "../backup";
import { StageError, type Kind } from "../kinds";

/** Prints the report as JSON; 0 where the backup is verified and cleaned up after, 1 where not. */
export async function once(kind: Kind, context: Context, stop: AbortSignal): Promise<number> {
  try {
    const report = await backup(kind, context, stop);
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    return 0;
  } catch (error) {
    const { stage, message } =
      error instanceof StageError ? error : new StageError("repository", String(error));
    context.log.error({ kind, stage, reason: message }, "backup failed");
    return 1;
  }
}
