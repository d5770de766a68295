import type { UpOptions } from "./commands/up";
import { agrees, requireConsent } from "./consent";
import { changesOf, countOf, isChange } from "./engine/changes";
import { describe } from "./engine/failure";
import { openEngine } from "./engine/open";
import { EXIT, type ExitCode } from "./outcome";
import { renderOutputs } from "./outputs";
import { planFrom, renderPlan } from "./plan";
import { progressLines } from "./progress";
import { openProject, readStack } from "./project";
import { keepRecord, nowSeconds } from "./records";
import { note, paintFor, print, printJson, stopwatch } from "./terminal";

/** Makes a stack what the program declares: shows what that takes, asks, does it. */
export async function up(stack: string, options: UpOptions): Promise<ExitCode> {
  requireConsent("up", options);
  const seconds = stopwatch();
  const project = openProject(options.project);
  const { environment } = readStack(project, stack);
  const { refresh } = options;
  const paint = paintFor(process.stderr);

  const engine = await openEngine(project, stack, { doing: "previewing", create: true });
  const plan = planFrom(await engine.preview({ refresh }));
  for (const line of renderPlan(stack, plan, paint)) note(line);
  for (const diagnostic of plan.record.diagnostics) note(`warning: ${describe(diagnostic)}`);
  const consent = options.yes || !plan.changes.some(isChange) || (await agrees(`\nDo this to ${stack}?`));
  if (!consent) {
    note("nothing was changed");
    return EXIT.failed;
  }

  // Also where nothing is to change: what the engine keeps on record follows the program, and what runs.
  const { progress, stop } = progressLines(paint);
  const record = (result: "success" | "failed") =>
    keepRecord(environment, `deployment-${result}`, {
      mainstay_deployment_timestamp_seconds: { [result]: nowSeconds() },
    });
  const done = await engine
    .up({ refresh, replace: plan.replace, progress })
    .finally(stop)
    .catch(async (error: unknown) => {
      await record("failed");
      throw error;
    });
  await record("success");
  await keepRecord(environment, "secrets", {
    mainstay_secret_made_timestamp_seconds: await engine.secretsMade(),
  });
  const { outputs } = done;
  const changes = changesOf(done.steps);
  if (options.json) {
    printJson({
      stack,
      summary: countOf(changes),
      changes: changes.filter(isChange),
      outputs,
      seconds: seconds(),
    });
  } else {
    for (const line of renderOutputs(outputs)) print(line);
  }
  note(`${stack} is up, in ${seconds()} s`);
  return EXIT.done;
}
