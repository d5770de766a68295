import { alarmsOn, ONCE } from "./alarm";

/**
 * A service's tasks, seen from outside.
 *
 * @param replicas fewest there should be
 */
export const serviceAlarms = (replicas: number) => [
  ...alarmsOn("ECS/ContainerInsights", [
    {
      name: "TasksMissing",
      level: "critical",
      summary: "A service has had fewer running copies than it should for a quarter of an hour",
      metric: "RunningTaskCount",
      statistic: "Minimum",
      bound: { below: replicas },
      period: 5,
      datapoints: [3, 3],
      missingData: "breaching",
    },
  ]),
  ...alarmsOn("AWS/ECS", [
    {
      name: "ServiceCpuHigh",
      level: "warning",
      summary: "A service uses more than 85 % of its processors, with as many copies as it may have",
      metric: "CPUUtilization",
      statistic: "Average",
      bound: { above: 85 },
      period: 5,
      datapoints: [3, 3],
      missingData: "notBreaching",
    },
    {
      name: "ServiceMemoryHigh",
      level: "warning",
      summary: "A copy of a service uses more than 85 % of its task's memory",
      metric: "MemoryUtilization",
      statistic: "Maximum",
      bound: { above: 85 },
      period: 5,
      datapoints: [2, 3],
      missingData: "notBreaching",
    },
  ]),
];

/** One way out to the internet. */
export const gatewayAlarms = alarmsOn("AWS/NATGateway", [
  {
    name: "WayOutFull",
    level: "warning",
    summary: "No more connections fit through a way out to the internet",
    metric: "ErrorPortAllocation",
    statistic: "Sum",
    bound: { above: 0 },
    period: 5,
    datapoints: [2, 3],
    missingData: "notBreaching",
  },
  {
    name: "WayOutLossy",
    level: "warning",
    summary: "A way out to the internet loses packets",
    metric: "PacketsDropCount",
    statistic: "Sum",
    bound: { above: 100 },
    period: 5,
    datapoints: [3, 3],
    missingData: "notBreaching",
  },
]);

/** Tasks that died, by the lines in their log: ECS itself forgets them within the hour. */
export const [tasksDying] = alarmsOn("AWS/Logs", [
  {
    name: "TasksDying",
    level: "warning",
    summary: "Copies of services end without being told to",
    metric: "IncomingLogEvents",
    statistic: "Sum",
    bound: { above: 0 },
    period: 5,
    datapoints: ONCE,
    missingData: "notBreaching",
  },
]);

/** Restores of AWS Backup's that came to a good end, by the lines in their log. */
export const [trialRestoreMissing] = alarmsOn("AWS/Logs", [
  {
    name: "TrialRestoreMissing",
    level: "warning",
    summary: "AWS Backup has restored no backup for a week",
    metric: "IncomingLogEvents",
    statistic: "Sum",
    bound: { below: 1 },
    // Seven days are as far as an alarm can look back, so trials come twice a week.
    period: 24 * 60,
    datapoints: [7, 7],
    missingData: "breaching",
    // The longest there is.
    warmUp: 48 * 60,
  },
]);

/** Backups that AWS Backup finished, by the lines in their log. The runner's are told of by itself. */
export const [vaultBackupMissing] = alarmsOn("AWS/Logs", [
  {
    name: "VaultBackupMissing",
    level: "critical",
    summary: "AWS Backup has made no backup for a day",
    metric: "IncomingLogEvents",
    statistic: "Sum",
    bound: { below: 1 },
    period: 24 * 60,
    datapoints: ONCE,
    missingData: "breaching",
    // The first one is made in the first night.
    warmUp: 48 * 60,
  },
]);
