import {
  budgetSlices,
  BURNS,
  leastBadOf,
  thresholdOf,
  WINDOWS,
  type Burn,
  type Objective,
} from "../../../observability/slo/objective";
import { OBJECTIVES } from "../../../observability/slo/objectives";
import { alertName, rulesOf } from "../../../observability/slo/rules";
import { gauge, type Case, type Course, type Inputs, type Moment } from "../support/case";

/** Long enough for a window to be full, in steps of a twelfth of it. */
const FULL = 17;

/** The recorded series a burn is read from, as they are while nothing is bad, while much is, and afterwards. */
function burnCase(objective: Objective, burn: Burn): Case {
  const { short, level } = BURNS[burn];
  const threshold = thresholdOf(objective, burn);
  const of = (series: string) => `${series}{slo="${objective.name}",environment="trial"}`;
  const inputs = (long: Course, brief: Course, bad: Course): Inputs => ({
    [of(`slo:error_ratio:${burn}`)]: long,
    [of(`slo:error_ratio:${short}`)]: brief,
    [of("slo:bad_events:per_minute")]: bad,
  });
  // All that is bad lies well inside the window, so that it does not matter whether its ends belong to it.
  const steady = (long: number, brief: number, bad: number): Moment => ({
    series: inputs(
      gauge([FULL + 1, long]),
      gauge([FULL + 1, brief]),
      gauge([FULL - 6, 0], [2, bad / 2], [5, 0]),
    ),
    at: FULL,
  });
  const above = threshold * 1.04;
  const below = threshold * 0.96;
  const least = leastBadOf(objective, burn);
  return {
    alert: alertName(objective, "BudgetBurn"),
    level,
    window: burn,
    step: WINDOWS[burn] / 60 / 12,
    series: inputs(
      gauge([FULL, 0], [10, above], [60, above]),
      // The short window is what ends it: the long one remembers.
      gauge([FULL, 0], [10, above], [60, 0]),
      gauge([FULL, 0], [10, least * 10], [60, 0]),
    ),
    fires: FULL,
    ends: FULL + 10,
    exact: steady(above, above, least),
    labels: { slo: objective.name },
    description: descriptionOf(objective, burn, above),
    near: [steady(below, above, least), steady(above, below, least), steady(above, above, least * 0.96)],
  };
}

/** Templates are filled in by hand here: what the rule says stands in the rule, what the value is stands here. */
function descriptionOf(objective: Objective, burn: Burn, value: number): string {
  const rule = rulesOf(objective).alerts.find(({ labels }) => labels?.["window"] === burn);
  return (rule?.description ?? "").replace(
    "{{ $value | humanizePercentage }}",
    `${Number((value * 100).toPrecision(4))}%`,
  );
}

/** What is left of a budget and what went bad, while it lasts, when it is gone, and when it has come back. */
function spentCase(objective: Objective): Case {
  const of = (series: string) => `${series}{slo="${objective.name}",environment="trial"}`;
  const { indicator, leastBad, policy } = objective;
  const least = indicator.kind === "slices" ? budgetSlices(objective) : Math.max(leastBad.warning, 1);
  const inputs = (left: Course, bad: Course): Inputs => ({
    [of("slo:budget_remaining:ratio")]: left,
    [of("slo:bad_events:per_minute")]: bad,
  });
  const steady = (left: number, bad: number): Moment => ({
    series: inputs(gauge([30, left]), gauge([5, 0], [2, bad / 2], [23, 0])),
    at: 25,
  });
  return {
    alert: "BudgetSpent",
    level: "warning",
    window: objective.name,
    series: inputs(gauge([10, 0.2], [20, -0.5], [30, 0.1]), gauge([5, 0], [2, least], [53, 0])),
    fires: 15,
    ends: 30,
    exact: steady(-0.231, least),
    labels: { slo: objective.name },
    description: `Of the budget of 30 days -23.1% is left. ${policy}`,
    near: [steady(0, least), steady(-0.5, least * 0.96)],
  };
}

function absentCase(objective: Objective): Case {
  const series = `slo:events:per_minute{slo="${objective.name}",environment="trial"}`;
  return {
    alert: "ObjectiveNotMeasured",
    level: "warning",
    window: objective.name,
    step: 10,
    series: { [series]: gauge([5, 0], [30, NaN], [30, 1]) },
    fires: 11,
    ends: 35,
    description: `${objective.title}: the metrics it is read from are gone.`,
    near: [{ series: { [series]: gauge([5, 0], [3, NaN], [30, 1]) }, at: 20 }],
    firesBy: "absence",
  };
}

/** Of these a minute of which nothing is known is a bad one. */
const ALWAYS_COUNTED = ["api-availability", "queue-freshness", "backup-freshness"];

export const objectives: readonly Case[] = OBJECTIVES.flatMap((objective) => [
  ...objective.burns.map((burn) => burnCase(objective, burn)),
  spentCase(objective),
  ...(ALWAYS_COUNTED.includes(objective.name) ? [] : [absentCase(objective)]),
]);
