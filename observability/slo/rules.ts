import type { Alert } from "../alerts/alert";
import { JOBS, type Job } from "../metrics";
import { bucket, oneLine } from "../promql";
import {
  BURNS,
  budgetOf,
  budgetSlices,
  exhaustionHours,
  leastBadOf,
  STEP_SECONDS,
  thresholdOf,
  WINDOWS,
  type Indicator,
  type Objective,
  type Window,
} from "./objective";

/** A recorded series: what is read often, or needs a long look back. */
export interface Recording {
  readonly record: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** An objective's recordings before its alerts: one group, so that they are evaluated in this order. */
export interface ObjectiveRules {
  readonly objective: Objective;
  readonly recordings: readonly Recording[];
  readonly alerts: readonly Alert[];
}

/** Counted at each evaluation: summed over a window they are its events, or its minutes. */
const BAD = "slo:bad_events:per_minute";
const ALL = "slo:events:per_minute";
const windows = Object.keys(WINDOWS) as Window[];

/**
 * The rules of an objective; none for one whose metrics nobody is asked for.
 *
 * @param scraped who can tell of what is bad
 */
export function rulesOf(objective: Objective, scraped: readonly Job[] = JOBS): ObjectiveRules {
  const { scrapedBy } = objective;
  if (scrapedBy && !scraped.includes(scrapedBy)) return { objective, recordings: [], alerts: [] };
  const counts = countsOf(objective.indicator, scraped);
  const labels = { slo: objective.name };
  const of = (series: string) => `${series}{slo="${objective.name}"}`;
  const record = (name: string, expr: string): Recording => ({ record: name, expr: oneLine(expr), labels });
  const over = (series: string, window: Window) => `sum_over_time(${of(series)}[${window}])`;
  const budget = budgetOf(objective);
  return {
    objective,
    recordings: [
      record(BAD, counts.bad),
      record(ALL, counts.all),
      record("slo:target:ratio", `vector(${objective.target})`),
      record("slo:budget:ratio", `vector(${budget})`),
      // Both are added up minute by minute before one is divided by the other: so an hour with many requests
      // weighs more than a quiet one, and an hour with none weighs nothing.
      ...windows.map((window) =>
        record(`slo:error_ratio:${window}`, `${over(BAD, window)} / (${over(ALL, window)} > 0)`),
      ),
      // Without any events nothing was spent.
      record(
        "slo:budget_remaining:ratio",
        `1 - (${of("slo:error_ratio:30d")} or ${of(ALL)} * 0) / ${budget}`,
      ),
    ],
    alerts: [
      ...objective.burns.map((burn) => burnAlert(objective, burn)),
      spentAlert(objective),
      ...(isAlwaysCounted(objective) ? [] : [absenceAlert(objective)]),
    ],
  };
}

/** Bad and all events of one evaluation: a minute's worth of requests, or the minute itself. */
function countsOf(indicator: Indicator, scraped: readonly Job[]): { bad: string; all: string } {
  const perMinute = (rate: string) => `(${rate}) * ${STEP_SECONDS}`;
  switch (indicator.kind) {
    case "events":
      // While nothing has gone bad yet there may be no series of it: then none was.
      return { bad: perMinute(`${indicator.bad} or (${indicator.all}) * 0`), all: perMinute(indicator.all) };
    case "latency": {
      const { histogram, matchers, seconds } = indicator;
      const all = `sum(rate(${histogram}_count{${matchers}}[5m]))`;
      const within = [matchers, bucket(seconds)].filter(Boolean).join(",");
      return {
        bad: perMinute(`${all} - sum(rate(${histogram}_bucket{${within}}[5m]))`),
        all: perMinute(all),
      };
    }
    case "slices": {
      const { bad, present, seenBy } = indicator;
      // Whatever is there is one minute: its value to the power of 0.
      const one = present === undefined ? "vector(1)" : `(${present}) ^ 0`;
      const either = seenBy && scraped.includes(seenBy.job) ? `${bad} or ${seenBy.bad}` : bad;
      return { bad: `${one} and on () (${either}) or (${one}) * 0`, all: one };
    }
  }
}

/** `api-errors` gives `ApiErrorsBudgetBurn`: as stable as the objective's own name. */
export const alertName = ({ name }: Pick<Objective, "name">, suffix: string): string =>
  name.replace(/(^|-)([a-z])/g, (_, _hyphen, letter: string) => letter.toUpperCase()) + suffix;

function burnAlert(objective: Objective, burn: Objective["burns"][number]): Alert {
  const { factor, short, level } = BURNS[burn];
  const of = (series: string) => `${series}{slo="${objective.name}"}`;
  const threshold = thresholdOf(objective, burn);
  return {
    name: alertName(objective, "BudgetBurn"),
    level,
    for: "0m",
    expr: oneLine(`
      ${of(`slo:error_ratio:${burn}`)} > ${threshold}
      and ${of(`slo:error_ratio:${short}`)} > ${threshold}
      and sum_over_time(${of(BAD)}[${burn}]) >= ${leastBadOf(objective, burn)}`),
    summary: `${objective.title}: the error budget burns ${factor === 1 ? "faster than it may" : `${factor} times faster than it may`}`,
    description: `Over ${burn}, {{ $value | humanizePercentage }} were bad; ${percent(budgetOf(objective))} may be. At this pace the budget of ${objective.periodDays} days is gone in ${Math.round(exhaustionHours(objective.periodDays, burn))} hours.`,
    owner: objective.owner,
    board: "mainstay-objectives",
    labels: { window: burn },
  };
}

/**
 * The promise of the period is broken, however slowly that came about. While an environment is young its shares say
 * little: of minutes, it takes as many bad ones as a whole period may have; of events, as many as prove something.
 */
function spentAlert(objective: Objective): Alert {
  const of = (series: string) => `${series}{slo="${objective.name}"}`;
  const { indicator, leastBad, periodDays, policy } = objective;
  const least = indicator.kind === "slices" ? budgetSlices(objective) : leastBad.warning;
  return {
    name: "BudgetSpent",
    level: "warning",
    for: "5m",
    expr: oneLine(`
      ${of("slo:budget_remaining:ratio")} < 0
      and sum_over_time(${of(BAD)}[30d]) >= ${least}`),
    summary: `${objective.title}: the error budget is spent`,
    description: `Of the budget of ${periodDays} days {{ $value | humanizePercentage }} is left. ${policy}`,
    owner: objective.owner,
    board: "mainstay-objectives",
    labels: { slo: objective.name },
  };
}

/** Where every minute counts, one of which nothing is known is a bad one: that tells of it. */
const isAlwaysCounted = ({ indicator }: Objective) =>
  indicator.kind === "slices" && indicator.present === undefined;

/** An objective nobody measures any more looks as if it were met. */
function absenceAlert(objective: Objective): Alert {
  return {
    name: "ObjectiveNotMeasured",
    level: "warning",
    // As long as the fastest burn looks back: before that, it could not have fired anyway.
    for: "1h",
    expr: `absent(${ALL}{slo="${objective.name}"})`,
    summary: "Nothing is known any more about an objective",
    description: `${objective.title}: the metrics it is read from are gone.`,
    owner: objective.owner,
    board: "mainstay-objectives",
    labels: { slo: objective.name },
  };
}

const percent = (share: number) => `${Number((share * 100).toPrecision(6))} %`;
