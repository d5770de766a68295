import { gauge, type Case } from "../support/case";

const SELF = 'job="host",instance="host-exporter:9100"';
const deployed = (result: string) => `mainstay_deployment_timestamp_seconds{${SELF},result="${result}"}`;
const failed = `mainstay_deployment_failed{${SELF}}`;
const differences = `mainstay_drift_differences{${SELF}}`;
const look = `mainstay_drift_look_timestamp_seconds{${SELF}}`;
const made = `mainstay_secret_made_timestamp_seconds{${SELF},secret="database-password-api"}`;
const given = `mainstay_secret_given_timestamp_seconds{${SELF},secret="OPENAI_API_KEY"}`;
const ends = (certificate: string) =>
  `mainstay_certificate_ends_timestamp_seconds{${SELF},certificate="${certificate}"}`;
const HOUR = 3600;
const DAY = 24 * HOUR;

/** A certificate that has so long from the start, until it is renewed in the fifteenth hour. */
const certificate = (name: string, seconds: number) => ({
  [ends(name)]: gauge([15, seconds], [60, 400 * DAY]),
});

export const operations: readonly Case[] = [
  {
    alert: "DeploymentFailed",
    level: "warning",
    series: { [failed]: gauge([5, 0], [10, 1], [60, 0]) },
    fires: 5,
    ends: 15,
    description: "A deployment failed, and none has succeeded since.",
    near: [{ series: { [failed]: gauge([20, 0]) }, at: 10 }],
  },
  {
    alert: "DriftFound",
    level: "warning",
    series: { [differences]: gauge([5, 0], [10, 1], [60, 0]) },
    fires: 5,
    ends: 15,
    description: "1 resources differ from what was deployed.",
    near: [{ series: { [differences]: gauge([20, 0]) }, at: 10 }],
  },
  {
    alert: "DriftUnknown",
    level: "info",
    step: 60,
    // A deployment, a look an hour later, and the next one when it is missed for long.
    series: {
      [deployed("success")]: gauge([80, 0]),
      [look]: gauge([1, NaN], [59, HOUR], [20, 60 * HOUR]),
    },
    fires: 50,
    ends: 60,
    description: "The last look was 2d 1h 0m 0s ago.",
    near: [
      { series: { [deployed("success")]: gauge([80, 30 * HOUR]), [look]: gauge([80, 0]) }, at: 77 },
      { series: { [deployed("failed")]: gauge([80, 0]) }, at: 77 },
    ],
    firesBy: "age",
  },
  {
    alert: "SecretOverdue",
    level: "warning",
    step: 24 * 60,
    series: { [made]: gauge([95, 0], [20, 95 * 24 * HOUR]) },
    fires: 91,
    ends: 95,
    labels: { secret: "database-password-api" },
    description: "database-password-api was made 91d 0h 0m 0s ago.",
    near: [{ series: { [made]: gauge([120, 25 * 24 * HOUR]) }, at: 115 }],
    firesBy: "age",
  },
  {
    alert: "GivenSecretOverdue",
    level: "warning",
    step: 24 * 60,
    series: { [given]: gauge([95, 0], [20, 95 * 24 * HOUR]) },
    fires: 91,
    ends: 95,
    labels: { secret: "OPENAI_API_KEY" },
    description: "OPENAI_API_KEY was given 91d 0h 0m 0s ago.",
    near: [{ series: { [given]: gauge([120, 25 * 24 * HOUR]) }, at: 115 }],
    firesBy: "age",
  },
  {
    alert: "OwnCertificateExpiring",
    level: "critical",
    step: 60,
    series: certificate("database-server-certificate", 7 * DAY + 9.5 * HOUR),
    fires: 10,
    ends: 15,
    labels: { certificate: "database-server-certificate" },
    description: "database-server-certificate ends in 6d 23h 30m 0s.",
    near: [{ series: certificate("edge-server-certificate", 9.5 * HOUR), at: 9 }],
  },
  {
    alert: "OwnCertificateExpiring",
    level: "warning",
    step: 60,
    series: certificate("database-server-certificate", 21 * DAY + 9.5 * HOUR),
    fires: 10,
    ends: 15,
    labels: { certificate: "database-server-certificate" },
    description: "database-server-certificate ends in 20d 23h 30m 0s.",
    near: [{ series: certificate("edge-server-certificate", 9.5 * HOUR), at: 9 }],
  },
];
