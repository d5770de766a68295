import type { DriftOptions } from "./commands/drift";
import { classify, isDrift } from "./drift/classify";
import { markdownDrift, renderDrift, type DriftReport } from "./drift/render";
import { describe } from "./engine/failure";
import { isAside } from "./engine/changes";
import { openEngine } from "./engine/open";
import { declareStack } from "./offline/declare";
import { writeReport } from "./files";
import { EXIT, type ExitCode } from "./outcome";
import { openProject, readStack } from "./project";
import { keepRecords, nowSeconds } from "./records";
import { stateRecords } from "./records/state";
import { note, paintFor, print, printJson } from "./terminal";

/**
 * Compares program, state and reality. One refreshed preview shows all three: the engine reads what runs, compares it with
 * the state, and then plans from what it has read. Nothing is changed, not even the state.
 */
export async function drift(stack: string, options: DriftOptions): Promise<ExitCode> {
  const project = openProject(options.project);
  const valid = readStack(project, stack);
  const { environment } = valid;
  const engine = await openEngine(project, stack, { doing: "looking at", create: false });
  const { steps, diagnostics } = await engine.preview({ refresh: true });
  for (const diagnostic of diagnostics) note(`warning: ${describe(diagnostic)}`);

  const { resources: declared } = await declareStack(valid);
  const differences = classify(steps, new Map(declared.map((one) => [one.urn, one.ignoreChanges])));
  const resources = steps.filter((step) => step.op === "refresh" && !isAside(step)).length;
  const report: DriftReport = { stack, resources, drift: differences.some(isDrift), differences };
  await keepRecords(environment, {
    drift: {
      mainstay_drift_look_timestamp_seconds: nowSeconds(),
      mainstay_drift_differences: differences.filter(isDrift).length,
    },
  });
  await keepRecords(environment, () => stateRecords(engine, valid));
  if (options.json) printJson(report);
  else for (const line of renderDrift(report, paintFor(process.stdout))) print(line);
  if (options.report !== undefined) writeReport(options.report, report, () => markdownDrift(report));
  return report.drift ? EXIT.drift : EXIT.done;
}
