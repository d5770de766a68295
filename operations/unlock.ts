import type { UnlockOptions } from "./commands/unlock";
import { agrees, requireConsent } from "./consent";
import { openEngine } from "./engine/open";
import { EXIT, type ExitCode } from "./outcome";
import { openProject, requireStack } from "./project";
import { note, printJson } from "./terminal";

/** Releases a stack's lock. An operation that still runs must not lose it, so this asks. */
export async function unlock(stack: string, options: UnlockOptions): Promise<ExitCode> {
  requireConsent("unlock", options);
  const project = openProject(options.project);
  requireStack(project, stack);
  const engine = await openEngine(project, stack, { doing: "opening", create: false });
  if (!options.yes && !(await agrees(`Are you sure that no operation is running on ${stack}?`))) {
    note("the lock was left as it is");
    return EXIT.failed;
  }
  await engine.unlock();
  if (options.json) printJson({ stack, unlocked: true });
  note(`${stack} is unlocked`);
  return EXIT.done;
}
