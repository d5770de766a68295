import { formatProblems, InvalidConfiguration, type Problem } from "../environment/problems";
import { listStacks } from "../environment/stack-files";
import type { Graph } from "../graph";
import type { CheckOptions } from "./commands/check";
import { show } from "./engine/property";
import { declareStack } from "./offline/declare";
import { loadRules } from "./offline/rules";
import {
  passes,
  renderVerdict,
  verdictOn,
  type ParityDifference,
  type Rules,
  type Verdict,
} from "./offline/verdict";
import { EXIT, type ExitCode } from "./outcome";
import { openProject, readStack, requireStack, type Project } from "./project";
import { plural } from "./text";
import { note, print, printJson, stopwatch } from "./terminal";

interface Judged extends Verdict {
  readonly stack: string;
  readonly resources: number;
}

interface Invalid {
  readonly stack: string;
  readonly problems: readonly Problem[];
}

/** Judges stacks without an engine: every one that is named, or all. */
export async function check(named: readonly string[], options: CheckOptions): Promise<ExitCode> {
  const seconds = stopwatch();
  const project = openProject(options.project);
  for (const stack of named) requireStack(project, stack);
  const rules = await loadRules(project);
  const judged: Judged[] = [];
  const invalid: Invalid[] = [];
  const graphs = new Map<string, Graph>();
  for (const stack of named.length > 0 ? named : listStacks(project.root)) {
    try {
      const { graph, verdict } = await judge(project, stack, rules);
      graphs.set(stack, graph);
      judged.push({ stack, resources: graph.resources.filter(({ custom }) => custom).length, ...verdict });
    } catch (error) {
      if (!(error instanceof InvalidConfiguration)) throw error;
      invalid.push({ stack, problems: error.problems });
    }
  }
  const differences = parity(graphs, rules);

  // Problems of the project's own file are every stack's; each is told once.
  const problems = new Map(
    invalid.flatMap((one) => one.problems).map((problem) => [JSON.stringify(problem), problem]),
  );
  if (problems.size > 0) note(formatProblems([...problems.values()]));
  if (options.json)
    printJson({ stacks: judged, invalid, parity: { differences: differences ?? [] }, seconds: seconds() });
  else for (const line of renderCheck(judged, differences, rules, seconds())) print(line);

  if (invalid.length > 0) return EXIT.invalid;
  return judged.every(passes) && (differences ?? []).every(({ allowed }) => allowed)
    ? EXIT.done
    : EXIT.failed;
}

async function judge(
  project: Project,
  stack: string,
  rules: Rules,
): Promise<{ graph: Graph; verdict: Verdict }> {
  const valid = await readStack(project, stack);
  const graph = await declareStack(valid);
  return { graph, verdict: verdictOn(graph, rules, valid) };
}

/** Compares the two stacks that have to be alike; undefined where they were not both judged. */
function parity(
  graphs: ReadonlyMap<string, Graph>,
  { alike, compare }: Rules,
): readonly ParityDifference[] | undefined {
  const [left, right] = (alike ?? []).map((stack) => graphs.get(stack));
  return left && right ? compare(left, right) : undefined;
}

function renderCheck(
  judged: readonly Judged[],
  differences: readonly ParityDifference[] | undefined,
  rules: Rules,
  seconds: number,
): string[] {
  return [
    ...judged.flatMap(({ stack, resources, ...verdict }) => [
      `${stack}: configuration valid, ${plural(resources, "resource")}`,
      ...renderVerdict(verdict, rules).map((line) => `  ${line}`),
    ]),
    ...renderParity(differences, rules),
    `in ${seconds.toFixed(1)} s`,
  ];
}

function renderParity(differences: readonly ParityDifference[] | undefined, { alike }: Rules): string[] {
  if (alike === undefined) return ["parity: no rules installed"];
  if (differences === undefined) return [`parity: ${alike.join(" and ")} were not both judged`];
  const forbidden = differences.filter(({ allowed }) => !allowed);
  const allowed = differences.length - forbidden.length;
  return [
    `parity of ${alike.join(" and ")}: ${plural(forbidden.length, "difference")} not allowed, ${allowed} allowed`,
    ...forbidden.map(
      ({ path, left, right, reason }) => `  ${path}: ${reason ?? `${show(left)} and ${show(right)}`}`,
    ),
  ];
}
