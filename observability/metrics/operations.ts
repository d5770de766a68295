import { exportedBy, type Metric } from "./metric";

/**
 * What the commands `up` and `drift` leave on record: on a Docker host where the host's exporter reads it. On AWS
 * CloudWatch is told the same, and alarms look at it there.
 */
const commands = exportedBy("mainstay's commands, through node_exporter's textfile collector", ["host"]);

export const OPERATIONS: readonly Metric[] = commands.gauges([
  [
    "mainstay_deployment_timestamp_seconds",
    "timestamp",
    ["result"],
    "When the newest `up` ended that succeeded, and the newest that failed",
  ],
  ["mainstay_deployment_failed", "state", [], "1 where the newest `up` failed, 0 where it succeeded"],
  ["mainstay_drift_look_timestamp_seconds", "timestamp", [], "When `drift` last compared all there is"],
  ["mainstay_drift_differences", "count", [], "Resources that were found changed by hand"],
  [
    "mainstay_secret_made_timestamp_seconds",
    "timestamp",
    ["secret"],
    "When a generated secret was made, by the program's state",
  ],
  [
    "mainstay_secret_given_timestamp_seconds",
    "timestamp",
    ["secret"],
    "The day people gave a secret, by the stack's file; one whose day is not known is not among them",
  ],
  [
    "mainstay_certificate_ends_timestamp_seconds",
    "timestamp",
    ["certificate"],
    "When a certificate ends that the environment's own authority signed, by the program's state",
  ],
]);
