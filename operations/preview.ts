import { passes } from "../policies/reports/report";
import type { PreviewOptions } from "./commands/preview";
import { describe, OutOfReach } from "./engine/failure";
import { openEngine } from "./engine/open";
import { declareStack } from "./offline/declare";
import { renderEased, renderVerdict } from "./offline/render";
import { loadRules } from "./offline/rules";
import { verdictOn } from "./offline/verdict";
import { EXIT, type ExitCode } from "./outcome";
import { renderOutputs } from "./outputs";
import { planAsJson, planFrom, renderPlan } from "./plan";
import { openProject, readStack, type Project, type ValidStack } from "./project";
import { plural } from "./text";
import { note, paintFor, print, printJson } from "./terminal";
import { componentTree, renderTree, typeLabel } from "./tree";

/** Shows what `up` would do; where the engine cannot look, what the program declares, unless that is no answer. */
export async function preview(stack: string, options: PreviewOptions): Promise<ExitCode> {
  const project = openProject(options.project);
  // Before the engine is started: bad configuration is told in a moment, and without it.
  const valid = readStack(project, stack);
  if (options.offline) return previewOffline(project, stack, valid, options);
  try {
    return await previewByEngine(project, stack, options);
  } catch (error) {
    if (!(error instanceof OutOfReach) || !options.fallback) throw error;
    note(`${error.why}: this is what the program declares, not compared with what runs`);
    return previewOffline(project, stack, valid, options);
  }
}

/** @throws OutOfReach if the engine cannot look at what runs, or there is none */
async function previewByEngine(
  project: Project,
  stack: string,
  { refresh, json }: PreviewOptions,
): Promise<ExitCode> {
  const engine = await openEngine(project, stack, { doing: "previewing", create: true });
  const plan = planFrom(await engine.preview({ refresh }));
  for (const diagnostic of plan.record.diagnostics) note(`warning: ${describe(diagnostic)}`);
  if (json) printJson({ stack, source: "engine", ...planAsJson(plan) });
  else for (const line of renderPlan(stack, plan, paintFor(process.stdout))) print(line);
  return EXIT.done;
}

async function previewOffline(
  project: Project,
  stack: string,
  valid: ValidStack,
  { json }: PreviewOptions,
): Promise<ExitCode> {
  const graph = await declareStack(valid);
  const rules = loadRules(project);
  const verdict = verdictOn(graph, rules, valid);
  const tree = { ...componentTree(graph.resources, typeLabel), name: stack };
  const resources = graph.resources.filter(({ custom }) => custom).length;
  const { outputs } = graph;
  if (json) {
    printJson({
      stack,
      source: "offline",
      resources,
      components: tree,
      outputs,
      rules: rules.all.length,
      eased: rules.eased,
      ...verdict,
    });
  } else {
    const paint = paintFor(process.stdout);
    print(
      [
        paint("bold", `${stack} declares ${plural(resources, "resource")}`),
        "",
        ...renderTree(tree),
        ...renderOutputs(outputs),
        "",
        rules.all.length === 0
          ? "policies: none installed"
          : `policies: ${plural(rules.all.length, "rule")}, ${plural(verdict.violations.length, "violation")}`,
        ...renderVerdict(verdict, paint),
        ...renderEased(rules.eased, paint),
      ].join("\n"),
    );
  }
  return passes(verdict) ? EXIT.done : EXIT.failed;
}
