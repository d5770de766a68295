/** What tells of trouble can tell it: alarms that fire, events that are passed on, a probe that looks. */
import { UNKNOWN, type Resource } from "../../graph/resource";
import {
  atLeast,
  atMost,
  between,
  is,
  isSet,
  judge,
  matches,
  notOneOf,
  oneOf,
  orAbsent,
  property,
  properties,
  softened,
} from "../expect";
import { resourceRule, type Expectation, type Finding } from "../rule";
import { aws } from "../tokens";
import { groupsOfRules, routesThatTell } from "./prometheus";

const ALARM = aws("cloudwatch", "metricAlarm");
const COMPOSITE = aws("cloudwatch", "compositeAlarm");
const EVENT = aws("cloudwatch", "eventRule");
const GUIDE = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring";
const SECONDS_PER_HOUR = 3600;
const SECONDS_PER_DAY = 86_400;
/** As far as an alarm can look back: "Alarm evaluation", CloudWatch user guide. */
const SECONDS_PER_WEEK = 604_800;

/** Figures of which little is bad; of the others much is. */
const SCARCE =
  /^(Free(StorageSpace|ableMemory|LocalStorage)|(CPU|Burst|EBS\w*)(Credit)?Balance%?|HealthyHostCount|RunningTaskCount|DaysToExpiry|SuccessPercent|CacheHitRate)$/;
/** Figures of what runs and answers: where there are none, nothing does. */
const ALIVE = /^(HealthyHostCount|RunningTaskCount|SuccessPercent)$/;
/** Figures that commands tell, once a night or when somebody runs them: what was told holds until it is told anew. */
const TOLD = /^mainstay_/;
/** Figures of which there is a hundred at most. */
const PERCENT = /(Utilization|Percent(age)?)$/;

export const alarms = [
  resourceRule({
    name: "alarm-can-fire",
    description: "An alarm fires when its figure is bad, within an hour, and not only where it never is.",
    severity: "high",
    remediation:
      "Compare in the direction in which the figure is bad, with a statistic and a threshold that show it within an hour",
    link: `${GUIDE}/AlarmThatSendsEmail.html`,
    types: [...ALARM, ...COMPOSITE],
    check: (alarm) =>
      COMPOSITE.includes(alarm.type)
        ? judge(alarm, "alarmRule", matches(/\bALARM\(/, "a rule with an alarm in it"))
        : judgeAlarm(alarm),
  }),
  resourceRule({
    name: "alarm-missing-data",
    description: "An alarm says what silence means: a figure that is no longer sent is not a good one.",
    severity: "medium",
    remediation: 'Set treatMissingData, to "breaching" where silence means an outage',
    link: `${GUIDE}/alarms-and-missing-data.html`,
    types: ALARM,
    check: (alarm) => unlessOpen(alarm, judge(alarm, "treatMissingData", silence(alarm))),
  }),
  resourceRule({
    name: "event-passed-on",
    description: "A rule about events is switched on, and says which events.",
    severity: "medium",
    remediation:
      "Remove state and isEnabled, and set eventPattern to events that happen, or scheduleExpression",
    link: "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rules.html",
    types: EVENT,
    check: (rule) => [
      ...properties({
        state: orAbsent(matches(/^ENABLED/, "ENABLED")),
        isEnabled: orAbsent(is(true)),
        eventPattern: orAbsent(matches(/"(source|detail-type)"/, "a pattern with a source")),
      })(rule),
      ...(rule.inputs.eventPattern === undefined ? judge(rule, "scheduleExpression", isSet) : []),
    ],
  }),
  resourceRule({
    name: "canary-runs",
    description: "A canary looks again and again, and what it saw is kept for a month.",
    severity: "medium",
    remediation:
      'Set startCanary: true, schedule.expression to a rate such as "rate(5 minutes)", and keep runs for 31 days',
    link: `${GUIDE}/CloudWatch_Synthetics_Canaries_Create.html`,
    types: aws("synthetics", "canary"),
    check: properties({
      startCanary: is(true),
      "schedule.expression": matches(/^(rate\((?!0)|cron\()/, "a rate or a cron expression"),
      "schedule.durationInSeconds": orAbsent(is(0)),
      failureRetentionPeriod: orAbsent(atLeast(31)),
      successRetentionPeriod: orAbsent(atLeast(31)),
    }),
  }),
  resourceRule({
    name: "budget-told",
    description: "Somebody is told before a budget is used up.",
    severity: "low",
    remediation: "Set notifications with a threshold of 100 percent or less, and subscribers",
    link: "https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-managing-costs.html",
    types: aws("budgets", "budget"),
    check: properties({
      notifications: isSet,
      "notifications[*].threshold": between(1, 100),
      "notifications[*].comparisonOperator": is("GREATER_THAN"),
      limitAmount: atLeast(1),
    }),
  }),
  resourceRule({
    name: "log-filter",
    description: "What is counted in a log is named, and counted as one or more.",
    severity: "medium",
    remediation: "Set pattern, and metricTransformation.value to 1 or to a field of the line",
    link: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/MonitoringLogData.html",
    types: aws("cloudwatch", "logMetricFilter"),
    check: properties({
      pattern: isSet,
      "metricTransformation.value": matches(/^([1-9]\d*|\$.+)$/, "1 or more, or a field"),
    }),
  }),
  resourceRule({
    name: "amp-alerting",
    description: "Figures are kept for thirty days or more; their rules, and who is told, are given.",
    severity: "medium",
    remediation: "Set retentionPeriodInDays to 30 or more, data to rules and definition to routes",
    link: "https://docs.aws.amazon.com/prometheus/latest/userguide/AMP-alert-manager.html",
    types: aws("amp", "workspaceConfiguration", "ruleGroupNamespace", "alertManagerDefinition"),
    check: (resource) => {
      const kind = resource.type.split(":").at(-1);
      if (kind === "WorkspaceConfiguration")
        return property("retentionPeriodInDays", orAbsent(atLeast(30)))(resource);
      return kind === "RuleGroupNamespace"
        ? property("data", groupsOfRules)(resource)
        : property("definition", routesThatTell)(resource);
    },
  }),
];

const ABOVE = ["GreaterThanThreshold", "GreaterThanOrEqualToThreshold"];
const BELOW = ["LessThanThreshold", "LessThanOrEqualToThreshold"];

function judgeAlarm(alarm: Resource): Finding[] {
  const { comparisonOperator, metricName, evaluationPeriods, threshold } = alarm.inputs;
  const periods = typeof evaluationPeriods === "number" ? evaluationPeriods : 1;
  const [most, time] = slowest(alarm);
  const soon = orAbsent({ ...atMost(most / periods), allowed: `${time} or less in all periods` });
  const findings = properties({
    evaluationPeriods: atLeast(1),
    datapointsToAlarm: orAbsent({ ...atMost(periods), allowed: "evaluationPeriods or less" }),
    period: soon,
    "metricQueries[*].period": soon,
    "metricQueries[*].metric.period": soon,
    ...(isOfSilence(alarm) ? SILENT : BELOW.includes(String(comparisonOperator)) ? LOW : HIGH),
    // Of figures that are worked out from others it is not known in which direction they are bad.
    ...(metricName === undefined ? { threshold: isSet } : reach(String(metricName), Number(threshold))),
  })(alarm);
  return unlessOpen(alarm, findings);
}

/** An alarm is judged by its metric, comparison and periods: while one is unknown, every finding is undecidable. */
function unlessOpen({ inputs }: Resource, findings: Finding[]): Finding[] {
  const { comparisonOperator, metricName, evaluationPeriods, period, threshold } = inputs;
  return [comparisonOperator, metricName, evaluationPeriods, period, threshold].includes(UNKNOWN)
    ? softened(findings)
    : findings;
}

/** Of a figure's values in a period the one that shows it is bad, and not the best of them or their number. */
const HIGH = {
  statistic: orAbsent(notOneOf("Minimum", "SampleCount")),
  extendedStatistic: orAbsent(matches(/^[a-z]+([5-9]\d(\.\d+)?|100)$/, "p50 or above")),
};
const LOW = { statistic: orAbsent(notOneOf("Maximum", "SampleCount")) };
const SILENT = { statistic: orAbsent(notOneOf("Maximum")) };

/** Whether an alarm is about something that no longer happens: less than one of it. */
const isOfSilence = ({ inputs }: Resource) =>
  BELOW.includes(String(inputs.comparisonOperator)) && inputs.threshold === 1;

/** Whether what it counts is expected once a week: seven days without any. */
const isWeekly = (alarm: Resource) =>
  isOfSilence(alarm) && alarm.inputs.evaluationPeriods === 7 && alarm.inputs.period === SECONDS_PER_DAY;

/** Whether a figure comes once a day, or what it counts is expected once a day. */
const isDaily = (alarm: Resource) => {
  const { evaluationPeriods, metricName } = alarm.inputs;
  if (metricName === "DaysToExpiry") return true;
  return (
    metricName !== undefined &&
    !SCARCE.test(String(metricName)) &&
    isOfSilence(alarm) &&
    evaluationPeriods === 1
  );
};

/** How long an alarm may take, in seconds and in words. A nightly command may be late by hours. */
function slowest(alarm: Resource): readonly [number, string] {
  if (isWeekly(alarm)) return [SECONDS_PER_WEEK, "a week"];
  if (isTold(alarm) && isOfSilence(alarm)) return [2 * SECONDS_PER_DAY, "two days"];
  return isDaily(alarm) ? [SECONDS_PER_DAY, "a day"] : [SECONDS_PER_HOUR, "an hour"];
}

const isTold = ({ inputs }: Resource) => TOLD.test(String(inputs.metricName));

/** What an alarm may take silence for. A figure that comes once a day stays as it was in between. */
function silence(alarm: Resource): Expectation {
  if (isOfSilence(alarm) || ALIVE.test(String(alarm.inputs.metricName))) return is("breaching");
  if (isTold(alarm)) return is("ignore");
  return oneOf("breaching", "notBreaching", ...(isDaily(alarm) ? ["ignore"] : []));
}

/** How far a figure goes, and in which direction it is bad. Less than one of anything is silence. */
function reach(metric: string, threshold: number): Readonly<Record<string, Expectation>> {
  if (SCARCE.test(metric)) return { threshold: atLeast(1), comparisonOperator: oneOf(...BELOW) };
  if (PERCENT.test(metric)) return { threshold: between(1, 99), comparisonOperator: oneOf(...ABOVE) };
  return {
    threshold: atLeast(0),
    comparisonOperator: threshold === 1 ? oneOf(...ABOVE, ...BELOW) : oneOf(...ABOVE),
  };
}
