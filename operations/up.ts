import { passes } from "../policies/reports/report";
import type { UpOptions } from "./commands/up";
import { agrees, requireConsent } from "./consent";
import { changesOf, countOf, isChange } from "./engine/changes";
import { describe } from "./engine/failure";
import { openEngine } from "./engine/open";
import { refuseRolledBack } from "./engine/rolled-back";
import { declareStack } from "./offline/declare";
import { renderVerdict } from "./offline/render";
import { loadRules } from "./offline/rules";
import { verdictOn } from "./offline/verdict";
import { EXIT, OperationFailed, type ExitCode } from "./outcome";
import { renderOutputs } from "./outputs";
import { partOf } from "./part";
import { planFrom, renderPlan } from "./plan";
import { progressLines } from "./progress";
import { openProject, readStack, type Project, type ValidStack } from "./project";
import { keepRecords, nowSeconds } from "./records";
import { stateRecords } from "./records/state";
import { note, paintFor, plain, print, printJson, stopwatch } from "./terminal";

/** Makes a stack what the program declares: shows what that takes, asks, does it. */
export async function up(stack: string, options: UpOptions): Promise<ExitCode> {
  requireConsent("up", options);
  const seconds = stopwatch();
  const project = openProject(options.project);
  const valid = readStack(project, stack);
  const { environment } = valid;
  const only = options.only === undefined ? undefined : await judgedPart(project, valid, options.only);
  const { refresh } = options;
  const paint = paintFor(process.stderr);

  const engine = await openEngine(project, stack, { doing: "previewing", create: true });
  const plan = planFrom(await engine.preview({ refresh, only }));
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
    keepRecords(environment, {
      deployment: { mainstay_deployment_failed: result === "failed" ? 1 : 0 },
      [`deployment-${result}`]: { mainstay_deployment_timestamp_seconds: { [result]: nowSeconds() } },
    });
  const done = await engine
    .up({ refresh, only, replace: plan.replace, progress })
    .then((run) => refuseRolledBack(`up of ${stack}`, run))
    .finally(stop)
    .catch(async (error: unknown) => {
      await record("failed");
      throw error;
    });
  await record("success");
  await keepRecords(environment, () => stateRecords(engine, valid));
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
  note(`${options.only ?? stack}${only ? ` of ${stack}` : ""} is up, in ${seconds()} s`);
  return EXIT.done;
}

/**
 * A part of the stack, once all that is declared has been judged.
 *
 * @throws OperationFailed if policies are violated, UserError if there is no such component
 */
async function judgedPart(project: Project, valid: ValidStack, component: string): Promise<string[]> {
  const graph = await declareStack(valid);
  const part = partOf(graph, component);
  const verdict = verdictOn(graph, loadRules(project), valid);
  if (passes(verdict)) return part;
  throw new OperationFailed(["the policies are violated:", ...renderVerdict(verdict, plain)].join("\n"));
}
