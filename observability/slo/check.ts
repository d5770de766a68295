import { metricOf } from "../metrics";
import { budgetOf, STEP_SECONDS, thresholdOf, WINDOWS, type Objective } from "./objective";

/** Says what is impossible or forgotten in an objective. */
export function problemsOf(objective: Objective): string[] {
  const { name, target, indicator, burns, leastBad, periodDays } = objective;
  const problems: string[] = [];
  const say = (problem: string) => problems.push(`${name}: ${problem}`);
  if (!/^[a-z]+(-[a-z0-9]+)*$/.test(name)) say("the name has to be lower-case words joined by hyphens");
  if (!(target > 0 && target < 1))
    say(`the target ${target} leaves no budget, or is none: it lies between 0 and 1`);
  const twice = burns.filter((burn, index) => burns.indexOf(burn) !== index);
  for (const burn of twice) say(`the ${burn} burn is there twice: one alert would be raised by two rules`);
  if (indicator.kind !== "records" && periodDays !== 30) {
    say(
      `rules add up 30 days, and it promises ${periodDays}: only what is kept in records may have another period`,
    );
  }
  for (const burn of burns) {
    const threshold = thresholdOf(objective, burn);
    if (threshold >= 1) {
      say(`the ${burn} burn can never fire: it asks for ${threshold * 100} % bad events; leave it out`);
    }
    // A burn that asks for more bad events than its window can hold slices never fires either.
    if (indicator.kind === "slices" && leastBad * STEP_SECONDS > WINDOWS[burn]) {
      say(`the ${burn} burn can never fire: ${leastBad} bad minutes do not fit into it`);
    }
  }
  if (burns.length > 0 && leastBad < 2) {
    say("a single bad event would raise an alert: leastBad has to be 2 or more");
  }
  if (indicator.kind === "slices" && burns.length > 0) {
    const minutes = Number(((budgetOf(objective) * periodDays * 86_400) / STEP_SECONDS).toPrecision(6));
    if (leastBad >= minutes)
      say(`alerts wait for ${leastBad} bad minutes, and the whole budget is ${minutes}`);
  }
  if (indicator.kind === "records" && burns.length > 0)
    say("no rule can watch records: burns has to be empty");
  if (indicator.kind === "latency") problems.push(...bucketProblems(name, indicator));
  return problems;
}

function bucketProblems(
  name: string,
  { histogram, seconds }: Extract<Objective["indicator"], { kind: "latency" }>,
): string[] {
  const metric = metricOf(histogram);
  if (metric?.type !== "histogram") return [`${name}: ${histogram} is no histogram of the catalogue`];
  const buckets = metric.buckets ?? [];
  if (buckets.includes(seconds)) return [];
  return [`${name}: ${histogram} has no bucket at ${seconds} s; it has ${buckets.join(", ")}`];
}

/**
 * Takes a catalogue of objectives that can all work.
 *
 * @throws with every problem at once
 */
export function catalogue(objectives: readonly Objective[]): readonly Objective[] {
  const names = objectives.map(({ name }) => name);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  const problems = [
    ...twice.map((name) => `${name}: there are two of this name`),
    ...objectives.flatMap(problemsOf),
  ];
  if (problems.length > 0) throw new Error(`objectives that cannot work:\n  ${problems.join("\n  ")}`);
  return objectives;
}
