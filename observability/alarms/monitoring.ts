import { alarmsOn, ONCE } from "./alarm";

/**
 * The other end of the alert that always fires: every minute it puts a message on its topic. It is watched here
 * by something that shares neither its rules nor its Alertmanager.
 */
export const [alertsSilent] = alarmsOn("AWS/SNS", [
  {
    name: "AlertsSilent",
    level: "critical",
    summary: "The alert that always fires has not been heard for ten minutes: no alert gets out",
    metric: "NumberOfMessagesPublished",
    statistic: "Sum",
    bound: { below: 1 },
    period: 5,
    datapoints: [2, 2],
    missingData: "breaching",
  },
]);

/** A topic whose subscribers cannot be reached. */
export const topicAlarms = alarmsOn("AWS/SNS", [
  {
    name: "MessagesUndelivered",
    level: "critical",
    summary: "Messages to people do not reach a subscriber",
    metric: "NumberOfNotificationsFailed",
    statistic: "Sum",
    bound: { above: 0 },
    period: 5,
    datapoints: ONCE,
    missingData: "notBreaching",
  },
]);

/** The function that passes messages on to chats, pagers and webhooks. */
export const messengerAlarms = alarmsOn("AWS/Lambda", [
  {
    name: "MessengerFailing",
    level: "warning",
    summary: "A receiver did not take a message; it is tried again",
    metric: "Errors",
    statistic: "Sum",
    bound: { above: 0 },
    period: 5,
    datapoints: [2, 3],
    missingData: "notBreaching",
  },
]);

/** Where messages end that no attempt could deliver. */
export const lostMessageAlarms = alarmsOn("AWS/SQS", [
  {
    name: "MessagesLost",
    level: "critical",
    summary: "A message to people was given up",
    metric: "ApproximateNumberOfMessagesVisible",
    statistic: "Maximum",
    bound: { above: 0 },
    period: 5,
    datapoints: ONCE,
    missingData: "notBreaching",
  },
]);

/** The managed Alertmanager, from outside. */
export const workspaceAlarms = alarmsOn("AWS/Prometheus", [
  {
    name: "AlertmanagerFailing",
    level: "critical",
    summary: "The managed Alertmanager cannot hand its messages on",
    metric: "AlertManagerNotificationsFailed",
    statistic: "Sum",
    bound: { above: 0 },
    period: 5,
    datapoints: ONCE,
    missingData: "notBreaching",
  },
]);

/** Rules the managed Prometheus could not evaluate: summed over the groups, whose names the metric carries. */
export const [rulesFailing] = alarmsOn("AWS/Prometheus", [
  {
    name: "RulesFailing",
    level: "critical",
    summary: "Rules cannot be evaluated: their alerts cannot fire",
    metric: "RuleEvaluationFailures",
    statistic: "Sum",
    bound: { above: 0 },
    period: 5,
    datapoints: [2, 3],
    missingData: "notBreaching",
  },
]);

/** The probe from outside: 100 after a run that went well, 0 after one that did not. */
export const [outsideProbeFailing] = alarmsOn("CloudWatchSynthetics", [
  {
    name: "OutsideProbeFailing",
    level: "warning",
    summary: "The environment cannot be used from outside, or the probe does not run",
    metric: "SuccessPercent",
    statistic: "Average",
    bound: { below: 90 },
    period: 5,
    datapoints: [2, 3],
    missingData: "breaching",
  },
]);

/** Lines a service wrote as critical, its last ones before it died included. */
export const criticalLineAlarms = (namespace: string, metric: string) =>
  alarmsOn(namespace, [
    {
      name: "CriticalLines",
      level: "warning",
      summary: "A service wrote a critical log line",
      metric,
      statistic: "Sum",
      bound: { above: 0 },
      period: 5,
      datapoints: ONCE,
      missingData: "notBreaching",
    },
  ]);
