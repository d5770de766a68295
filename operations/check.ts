import { formatProblems, InvalidConfiguration, type Problem } from "../environment/problems";
import { listStacks } from "../environment/stack-files";
import { ProgramFailed } from "../graph/program-failed";
import type { Graph } from "../graph/resource";
import { asShown } from "../policies/parity/as-shown";
import type { ParityDifference } from "../policies/parity/compare";
import { toJson } from "../policies/reports/json";
import {
  isClean,
  problemsOf,
  type InvalidStack,
  type Report,
  type StackVerdict,
} from "../policies/reports/report";
import type { Rule } from "../policies/rule";
import { isProduction } from "../policies/situation";
import { unjudged } from "../policies/unjudged";
import type { CheckOptions } from "./commands/check";
import { changesSince, requireBefore } from "./offline/before";
import { sketchStack } from "./offline/declare";
import { readRecorded, RECORDED, type RecordedKind } from "./offline/recorded";
import { renderReport } from "./offline/render";
import { loadRules } from "./offline/rules";
import { verdictOn, type Rules, type Verdict } from "./offline/verdict";
import { EXIT, UserError, type ExitCode } from "./outcome";
import { openProject, readStack, requireStack, type Project } from "./project";
import { writeReports } from "./reports";
import { note, paintFor, print, printJson, stopwatch } from "./terminal";

/** What was judged, and what it was judged by. */
interface Judgement {
  readonly stacks: readonly StackVerdict[];
  readonly invalid: readonly InvalidStack[];
  /** Undefined where nothing is compared. */
  readonly differences: readonly ParityDifference[] | undefined;
  readonly graphs: readonly Graph[];
}

/** Judges stacks without an engine: every one that is named, or all; or what the engine has recorded of one. */
export async function check(named: readonly string[], options: CheckOptions): Promise<ExitCode> {
  const seconds = stopwatch();
  const kind = recordedKind(options);
  if (kind && named.length > 1)
    throw new UserError(`--${kind} holds one stack: name that one, or none; found ${named.join(" and ")}`);
  if (options.before !== undefined) requireBefore(options.before);
  const project = openProject(options.project);
  for (const stack of named) requireStack(project, stack);
  const wanted = named.length > 0 ? named : listStacks(project.root);
  const rules = rulesOf(project);
  if ("problems" in rules) {
    const unruled = { rules: 0, eased: [], stacks: [], differences: undefined, seconds: seconds() };
    const { problems } = rules;
    tell({ ...unruled, invalid: wanted.map((stack) => ({ stack, problems })) }, [], options);
    return EXIT.invalid;
  }
  const judgement = kind
    ? await judgeRecorded(project, rules, kind, options[kind] ?? "", named)
    : await judgeDeclared(project, rules, wanted);
  const { graphs, ...judged } = judgement;
  const report: Report = {
    rules: rules.all.length,
    eased: rules.eased,
    ...judged,
    ...(options.before === undefined ? {} : { changes: changesSince(options.before, graphs) }),
    seconds: seconds(),
  };
  tell(report, rules.all, options);
  if (report.invalid.length > 0) return EXIT.invalid;
  return isClean(report) ? EXIT.done : EXIT.failed;
}

/** The rules, or what is wrong with the pack's own files: reports tell of that, too. */
function rulesOf(project: Project): Rules | InvalidConfiguration {
  try {
    return loadRules(project);
  } catch (error) {
    if (error instanceof InvalidConfiguration) return error;
    throw error;
  }
}

function tell(report: Report, rules: readonly Rule[], options: CheckOptions): void {
  const problems = problemsOf(report);
  if (problems.length > 0) note(formatProblems(problems));
  if (options.json) {
    printJson(toJson(report));
  } else {
    for (const line of renderReport(report, paintFor(process.stdout))) print(line);
  }
  writeReports(report, rules, options);
}

/** What stacks are held to, or are held to them, is declared as well, and not judged by itself. */
async function judgeDeclared(project: Project, rules: Rules, wanted: readonly string[]): Promise<Judgement> {
  const invalid: InvalidStack[] = [];
  const declared = async (stack: string) => {
    try {
      const valid = readStack(project, stack);
      return { valid, graph: await sketchStack(valid) };
    } catch (error) {
      invalid.push({ stack, problems: problemsIn(error) });
      return undefined;
    }
  };
  const stacks: StackVerdict[] = [];
  const graphs = new Map<string, Graph>();
  for (const stack of wanted) {
    const found = await declared(stack);
    if (!found) continue;
    graphs.set(stack, found.graph);
    stacks.push(verdict(found.graph, rules, verdictOn(found.graph, rules, found.valid)));
  }
  const differences = await rules.parity(wanted, async (stack) =>
    wanted.includes(stack) ? graphs.get(stack) : (await declared(stack))?.graph,
  );
  return { stacks, invalid, differences, graphs: [...graphs.values()] };
}

/** Why a stack cannot be judged. */
function problemsIn(error: unknown): readonly Problem[] {
  if (error instanceof InvalidConfiguration) return error.problems;
  if (!(error instanceof ProgramFailed)) throw error;
  const { file, line, said } = error;
  const key = line === undefined ? "(program)" : `line ${line}`;
  return [{ file, key, found: `an error, ${said}`, allowed: "a program that declares the stack to its end" }];
}

function recordedKind({ state, preview }: CheckOptions): RecordedKind | undefined {
  return state !== undefined ? "state" : preview !== undefined ? "preview" : undefined;
}

async function judgeRecorded(
  project: Project,
  rules: Rules,
  kind: RecordedKind,
  file: string,
  [wanted]: readonly string[],
): Promise<Judgement> {
  const graph = readRecorded(kind, file);
  const { stack } = graph;
  if (wanted !== undefined && wanted !== stack)
    throw new UserError(`${file} is ${RECORDED[kind].what} of the stack ${stack}, not of ${wanted}`);
  const judged = rules.judge(
    graph,
    { production: isProduction(project.root, stack) },
    {
      remediate: false,
      settled: kind === "state",
    },
  );
  const differences = await rules.parity([stack], async (other) => {
    const declared = await sketchStack(readStack(project, other));
    return other === stack ? asShown(declared, graph) : declared;
  });
  return { stacks: [verdict(graph, rules, judged)], invalid: [], differences, graphs: [graph] };
}

const verdict = (graph: Graph, { all }: Rules, judged: Verdict): StackVerdict => ({
  stack: graph.stack,
  resources: graph.resources.filter(({ custom }) => custom).length,
  unjudged: all.length === 0 ? [] : unjudged(graph, all),
  ...judged,
});
