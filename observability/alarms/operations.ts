import { alarmsOn, ONCE } from "./alarm";

const DAY_SECONDS = 86_400;

/**
 * A record's name in CloudWatch. No alarm compares a figure with the time of day there, so a moment is told as its
 * age.
 *
 * @param metric of the catalogue
 */
export const nameInCloudWatch = (metric: string) => metric.replace(/_timestamp_seconds$/, "_age_seconds");

/** Figures that come when a command is run: what was told last holds until the next, for weeks if need be. */
const lasting = { statistic: "Maximum", period: 1, datapoints: ONCE, missingData: "ignore" } as const;

/**
 * What operators' commands came to, and what they were not run for in time: the alerts of a Docker host, of what the
 * commands tell CloudWatch.
 *
 * @param namespace of the environment's own figures
 * @param secretRotationDays after how long a secret is to be replaced
 */
export const operationAlarms = (namespace: string, secretRotationDays: number) =>
  alarmsOn(namespace, [
    {
      ...lasting,
      name: "DeploymentFailed",
      level: "warning",
      summary: "The newest deployment did not succeed",
      metric: "mainstay_deployment_failed",
      bound: { above: 0 },
    },
    {
      ...lasting,
      name: "DriftFound",
      level: "warning",
      summary: "What runs was changed by hand",
      metric: "mainstay_drift_differences",
      bound: { above: 0 },
    },
    {
      name: "DriftUnknown",
      level: "info",
      summary: "Nobody has looked for changes by hand for days",
      metric: nameInCloudWatch("mainstay_drift_look_timestamp_seconds"),
      statistic: "SampleCount",
      bound: { below: 1 },
      period: 24 * 60,
      datapoints: [2, 2],
      missingData: "breaching",
      // The first look is taken in the first night.
      warmUp: 48 * 60,
    },
    {
      ...lasting,
      name: "SecretOverdue",
      level: "warning",
      summary: "A secret that Mainstay made is older than it may be",
      metric: nameInCloudWatch("mainstay_secret_made_timestamp_seconds"),
      bound: { above: secretRotationDays * DAY_SECONDS },
    },
    {
      ...lasting,
      name: "GivenSecretOverdue",
      level: "warning",
      summary: "A secret that people gave is older than it may be",
      metric: nameInCloudWatch("mainstay_secret_given_timestamp_seconds"),
      bound: { above: secretRotationDays * DAY_SECONDS },
    },
  ]);
