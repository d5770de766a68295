import { passes } from "../policies/reports/report";
import { easedLines, verdictLines } from "../policies/reports/terminal";
import type { PreviewOptions } from "./commands/preview";
import { describe, OutOfReach } from "./engine/failure";
import { findCli, type Cli } from "./engine/find";
import { openStack } from "./engine/stack";
import { declareStack } from "./offline/declare";
import { loadRules } from "./offline/rules";
import { verdictOn } from "./offline/verdict";
import { EXIT, type ExitCode } from "./outcome";
import { renderOutputs } from "./outputs";
import { planAsJson, planFrom, renderPlan } from "./plan";
import { openProject, readStack, type Project, type ValidStack } from "./project";
import { plural } from "./text";
import { note, paintFor, print, printJson } from "./terminal";
import { componentTree, renderTree, typeLabel } from "./tree";

/** Shows what `up` would do; where there is no CLI to ask, what the program declares. */
export async function preview(stack: string, options: PreviewOptions): Promise<ExitCode> {
  const project = openProject(options.project);
  // Before the engine is started: bad configuration is told in a moment, and without it.
  const valid = readStack(project, stack);
  if (options.offline) return previewOffline(project, stack, valid, options);
  const { cli, why } = await findCli(project.root);
  const obstacle = cli ? await previewByEngine(project, stack, cli, options) : `no Pulumi CLI (${why})`;
  if (obstacle === undefined) return EXIT.done;
  note(`${obstacle}: this is what the program declares, not compared with what runs`);
  return previewOffline(project, stack, valid, options);
}

/** @returns what is in the way, where the engine cannot look at what runs */
async function previewByEngine(
  project: Project,
  stack: string,
  cli: Cli,
  options: PreviewOptions,
): Promise<string | undefined> {
  note(`previewing ${stack} with Pulumi ${cli.version}`);
  const engine = await openStack(project, stack, cli, { create: true });
  const record = await engine.preview({ refresh: options.refresh }).catch((error: unknown) => {
    if (error instanceof OutOfReach) return error;
    throw error;
  });
  if (record instanceof OutOfReach) return `the engine cannot look (${record.why})`;
  const plan = planFrom(record);
  for (const diagnostic of plan.record.diagnostics) note(`warning: ${describe(diagnostic)}`);
  if (options.json) printJson({ stack, source: "engine", ...planAsJson(plan) });
  else for (const line of renderPlan(stack, plan, paintFor(process.stdout))) print(line);
  return undefined;
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
    const colours = process.stdout.isTTY && !process.env.NO_COLOR;
    const headline = paintFor(process.stdout)("bold", `${stack} declares ${plural(resources, "resource")}`);
    print(
      [
        headline,
        "",
        ...renderTree(tree),
        ...renderOutputs(outputs),
        "",
        rules.all.length === 0
          ? "policies: none installed"
          : `policies: ${plural(rules.all.length, "rule")}, ${plural(verdict.violations.length, "violation")}`,
        ...verdictLines(verdict, colours),
        ...easedLines(rules.eased, colours),
      ].join("\n"),
    );
  }
  return passes(verdict) ? EXIT.done : EXIT.failed;
}
