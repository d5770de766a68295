import { metricOf } from "../metrics";
import {
  budgetSlices,
  BURNS,
  leastBadOf,
  minutesToPage,
  STEP_SECONDS,
  thresholdOf,
  WINDOWS,
  type Objective,
} from "./objective";

/** Latest page after everything has become bad. */
const LATEST_PAGE_MINUTES = 45;
/** Requests a minute at which every burn has to be detectable. */
const BUSY_PER_MINUTE = 20;

/** What is impossible or missing in an objective. */
export const problemsOf = (objective: Objective): string[] =>
  [...itself(objective), ...burnProblems(objective), ...guardProblems(objective), ...pageProblems(objective)]
    .map((problem) => `${objective.name}: ${problem}`)
    .concat(bucketProblems(objective));

function itself({ name, target }: Objective): string[] {
  const problems: string[] = [];
  if (!/^[a-z]+(-[a-z0-9]+)*$/.test(name))
    problems.push("the name has to be lower-case words joined by hyphens");
  if (!(target > 0 && target < 1))
    problems.push(`the target ${target} leaves no budget, or is none: it lies between 0 and 1`);
  return problems;
}

function burnProblems(objective: Objective): string[] {
  const { burns } = objective;
  const twice = burns.filter((burn, index) => burns.indexOf(burn) !== index);
  const never = burns.filter((burn) => thresholdOf(objective, burn) >= 1);
  return [
    ...twice.map((burn) => `the ${burn} burn is there twice: one alert would be raised by two rules`),
    ...never.map(
      (burn) =>
        `the ${burn} burn can never fire: it asks for ${thresholdOf(objective, burn) * 100} % bad events; leave it out`,
    ),
  ];
}

/** The guard against too few events must not hide a burn. */
function guardProblems(objective: Objective): string[] {
  const { burns, leastBad, indicator } = objective;
  const problems: string[] = [];
  const has = (level: keyof typeof leastBad) => burns.some((burn) => BURNS[burn].level === level);
  if (has("critical") && leastBad.critical < 2)
    problems.push("a single bad event would page: leastBad.critical has to be 2 or more");
  if (has("warning") && leastBad.warning < 1)
    problems.push("nothing bad would raise an alert: leastBad.warning has to be 1 or more");
  return [
    ...problems,
    ...(indicator.kind === "slices" ? sliceGuards(objective) : []),
    ...(indicator.kind === "events" || indicator.kind === "latency" ? eventGuards(objective) : []),
  ];
}

function sliceGuards(objective: Objective): string[] {
  const { burns, leastBad, periodDays } = objective;
  const problems: string[] = [];
  for (const burn of burns) {
    const least = leastBadOf(objective, burn);
    if (least * STEP_SECONDS > WINDOWS[burn])
      problems.push(`the ${burn} burn can never fire: ${least} bad minutes do not fit into it`);
  }
  const budget = budgetSlices(objective);
  if (burns.length > 0 && leastBad.critical >= budget)
    problems.push(`pages wait for ${leastBad.critical} bad minutes, and the whole budget is ${budget}`);
  // What its slowest burn lets pass, nothing sees: over and over, that must not be more than the budget.
  const [slowest] = burns
    .filter((burn) => BURNS[burn].level === "warning")
    .sort((a, b) => WINDOWS[b] - WINDOWS[a]);
  if (slowest === undefined) return problems;
  const times = (periodDays * 86_400) / WINDOWS[slowest];
  const unseen = (leastBad.warning - 1) * times;
  if (unseen > budget)
    problems.push(
      `${leastBad.warning - 1} bad minutes in every ${slowest} pass unseen, ${unseen} in ${periodDays} days, and the whole ` +
        `budget is ${budget}: leastBad.warning has to be ${1 + Math.floor(budget / times)} or less`,
    );
  return problems;
}

/** Whether a guard hides a burn depends on how many events there are: at a busy service it must not. */
function eventGuards(objective: Objective): string[] {
  return objective.burns.flatMap((burn) => {
    const least = leastBadOf(objective, burn);
    const most = Math.floor(thresholdOf(objective, burn) * BUSY_PER_MINUTE * (WINDOWS[burn] / 60));
    if (least <= most) return [];
    return [
      `the ${burn} burn is blind: of ${BUSY_PER_MINUTE} events a minute no more than ${most} are bad at its pace, and it ` +
        `waits for ${least}: leastBad.${BURNS[burn].level} has to be ${most} or less`,
    ];
  });
}

function pageProblems(objective: Objective): string[] {
  const minutes = minutesToPage(objective);
  if (minutes === undefined || minutes <= LATEST_PAGE_MINUTES) return [];
  return [
    `pages only after ${minutes} minutes of nothing but bad events: at most ${LATEST_PAGE_MINUTES}; raise the target, or leave ` +
      "the critical burns out",
  ];
}

function bucketProblems({ name, indicator }: Objective): string[] {
  if (indicator.kind !== "latency") return [];
  const { histogram, seconds } = indicator;
  const metric = metricOf(histogram);
  if (metric?.type !== "histogram") return [`${name}: ${histogram} is no histogram of the catalogue`];
  const buckets = metric.buckets ?? [];
  if (buckets.includes(seconds)) return [];
  return [`${name}: ${histogram} has no bucket at ${seconds} s; it has ${buckets.join(", ")}`];
}

/**
 * Validates a catalogue of objectives.
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
