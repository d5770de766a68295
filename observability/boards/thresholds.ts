import { selfHostedAlerts, sharedAlerts, type Level } from "../alerts";
import type { Figures } from "../figures";
import { BURNS, budgetOf, thresholdOf, type Burn, type Objective } from "../slo/objective";
import { OBJECTIVES } from "../slo/objectives";

/** What a threshold is taken from. A board has none of its own, which would become outdated. */
export type Source =
  /** `next`: of what is counted in whole numbers, the first at which "more than" or "at most" holds no longer. */
  | { readonly alert: string; readonly level: Level; readonly next: boolean }
  | { readonly objective: string; readonly part: "target" | "budget" | "seconds" | Burn }
  | { readonly burn: Burn }
  /** There is no such alert and no such promise, for this reason. */
  | { readonly because: string };

export interface Threshold {
  readonly value: number;
  readonly from: Source;
}

/** From where a value is bad. Grafana colours what lies above (or below) it. */
export interface Bound {
  readonly warning?: Threshold;
  readonly critical?: Threshold;
  /** Whether smaller values are the bad ones. */
  readonly below?: true;
}

/** Levels are the same in every environment. Only those of secrets and drills are its own, and no board judges them. */
const ANY: Figures = {
  environment: "",
  platform: "docker",
  services: [],
  scraped: [],
  limits: [],
  databaseBytes: NaN,
  drillDays: NaN,
  recoverySeconds: NaN,
  secretRotationDays: NaN,
};
const alerts = [...sharedAlerts(ANY), ...selfHostedAlerts(ANY)].flatMap((group) => group.alerts);

/** Where an alert of that level begins, if there is one. */
function levelOf(alert: string, level: Level, next: boolean): Threshold | undefined {
  const threshold = alerts.find((one) => one.name === alert && one.level === level)?.threshold;
  return threshold === undefined
    ? undefined
    : { value: next ? threshold + 1 : threshold, from: { alert, level, next } };
}

/** Where an alert begins. A ticket has no colour of its own: where nothing less grave is told, it is a warning. */
export function alertBound(
  alert: string,
  { next = false, below }: { next?: boolean; below?: true } = {},
): Bound {
  const critical = levelOf(alert, "critical", next);
  const warning = levelOf(alert, "warning", next) ?? (critical ? undefined : levelOf(alert, "info", next));
  if (!warning && !critical) throw new Error(`no alert is called ${alert}`);
  return { warning, critical, below };
}

function objectiveOf(name: string): Objective {
  const objective = OBJECTIVES.find((one) => one.name === name);
  if (!objective) throw new Error(`no objective is called ${name}`);
  return objective;
}

/** The share an objective promises. */
export const targetOf = (name: string): Threshold => ({
  value: objectiveOf(name).target,
  from: { objective: name, part: "target" },
});

/** The share that may be bad. */
export const badOf = (name: string): Threshold => ({
  value: budgetOf(objectiveOf(name)),
  from: { objective: name, part: "budget" },
});

/** The share of bad events at which a burn's alert begins. */
export const burnOf = (name: string, burn: Burn): Threshold => ({
  value: thresholdOf(objectiveOf(name), burn),
  from: { objective: name, part: burn },
});

/** How many times faster than it may a budget goes when the alerts of a burn begin. */
export const factorOf = (burn: Burn): Threshold => ({ value: BURNS[burn].factor, from: { burn } });

/** The time an objective promises. */
export function secondsOf(name: string): Threshold {
  const { indicator } = objectiveOf(name);
  if (indicator.kind !== "latency") throw new Error(`${name} promises no time`);
  return { value: indicator.seconds, from: { objective: name, part: "seconds" } };
}

/** A threshold that neither an alert nor an objective has, and the reason for it. */
export const because = (value: number, reason: string): Threshold => ({ value, from: { because: reason } });

/** Of an error budget. */
export const BUDGET_LEFT: Bound = {
  warning: because(0.5, "half of a budget gone is worth a look, and nothing is promised of it"),
  critical: because(0.1, "the policy of the objectives holds changes back until a tenth is there again"),
  below: true,
};
