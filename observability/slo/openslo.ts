import { bucket } from "../promql";
import { alertName } from "./rules";
import { BURNS, thresholdOf, WINDOWS, type Burn, type Objective } from "./objective";

const API = "openslo/v1";
const SERVICE = "mainstay";

type Document = Readonly<Record<string, unknown>>;

/** The objectives as OpenSLO documents: what other tools read. */
export function openSlo(objectives: readonly Objective[]): Document[] {
  const used = [...new Set(objectives.flatMap(({ burns }) => burns))];
  const levels = [...new Set(used.map((burn) => BURNS[burn].level))];
  return [
    {
      apiVersion: API,
      kind: "Service",
      metadata: { name: SERVICE },
      spec: { description: "The environment's users see this" },
    },
    {
      apiVersion: API,
      kind: "DataSource",
      metadata: { name: "prometheus" },
      spec: { type: "Prometheus", connectionDetails: {} },
    },
    ...levels.map(notified),
    ...used.map(condition),
    ...objectives.flatMap((objective) => [
      ...objective.burns.map((burn) => policy(objective, burn)),
      slo(objective),
    ]),
  ];
}

/** OpenSLO knows one window a condition; the short one, which ends an alert early, has no place in it. */
function condition(burn: Burn): Document {
  const { factor, level } = BURNS[burn];
  return {
    apiVersion: API,
    kind: "AlertCondition",
    metadata: { name: `burn-${burn}` },
    spec: {
      severity: level,
      condition: { kind: "burnrate", op: "gt", threshold: factor, lookbackWindow: burn, alertAfter: "0m" },
    },
  };
}

/** Who is told stands in Alertmanager's configuration, by level; here it has its name. */
const notified = (level: string): Document => ({
  apiVersion: API,
  kind: "AlertNotificationTarget",
  metadata: { name: level },
  spec: {
    description: `Whoever Alertmanager tells of alerts with severity ${level}`,
    target: "alertmanager",
  },
});

const policyName = ({ name }: Objective, burn: Burn) => `${name}-${burn}`;

function policy(objective: Objective, burn: Burn): Document {
  return {
    apiVersion: API,
    kind: "AlertPolicy",
    metadata: { name: policyName(objective, burn) },
    spec: {
      description: `${alertName(objective, "BudgetBurn")}: more than ${Number((thresholdOf(objective, burn) * 100).toPrecision(6))} % bad over ${WINDOWS[burn] / 3600} h`,
      alertWhenNoData: false,
      alertWhenBreaching: true,
      alertWhenResolved: true,
      conditions: [{ conditionRef: `burn-${burn}` }],
      notificationTargets: [{ targetRef: BURNS[burn].level }],
    },
  };
}

function slo(objective: Objective): Document {
  const { name, title, promise, target, periodDays, indicator, burns, owner } = objective;
  const sliced = indicator.kind === "slices";
  return {
    apiVersion: API,
    kind: "SLO",
    metadata: { name, displayName: title, labels: { owner: [owner] } },
    spec: {
      service: SERVICE,
      description: promise,
      indicator: { metadata: { name }, spec: { ratioMetric: ratio(objective) } },
      timeWindow: [{ duration: `${periodDays}d`, isRolling: true }],
      budgetingMethod: sliced ? "Timeslices" : "Occurrences",
      objectives: [
        { displayName: title, target, ...(sliced && { timeSliceTarget: 1, timeSliceWindow: "1m" }) },
      ],
      alertPolicies: burns.map((burn) => ({ alertPolicyRef: policyName(objective, burn) })),
    },
  };
}

function ratio({ name, indicator }: Objective): Document {
  const source = (query: string) => ({
    metricSource: { metricSourceRef: "prometheus", type: "Prometheus", spec: { query } },
  });
  switch (indicator.kind) {
    case "events":
      return { counter: false, bad: source(indicator.bad), total: source(indicator.all) };
    case "latency": {
      const { histogram, matchers, seconds } = indicator;
      const within = [matchers, bucket(seconds)].filter(Boolean).join(",");
      return {
        counter: true,
        good: source(`sum(${histogram}_bucket{${within}})`),
        total: source(`sum(${histogram}_count{${matchers}})`),
      };
    }
    // What is bad about a minute stands in one place, the recordings: they are read from here, too.
    default:
      return {
        counter: false,
        bad: source(`slo:bad_events:per_minute{slo="${name}"}`),
        total: source(`slo:events:per_minute{slo="${name}"}`),
      };
  }
}
