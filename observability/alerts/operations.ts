import { BOUNDS } from "../bounds";
import { group, type AlertsFor } from "./alert";

const DAY = 86_400;
const { critical, warning } = BOUNDS.certificateDaysLeft;
const deployed = (result: string) => `mainstay_deployment_timestamp_seconds{result="${result}"}`;

/** What operators' commands came to, and what they were not run for in time. */
export const operations: AlertsFor = ({ secretRotationDays }) =>
  group("operations", { owner: "platform", board: "mainstay-releases" }, [
    {
      name: "DeploymentFailed",
      levels: { warning: [0, "0m"] },
      expr: (failed) => `max(mainstay_deployment_failed) > ${failed}`,
      summary: "The newest deployment did not succeed",
      description: "A deployment failed, and none has succeeded since.",
    },
    {
      name: "DriftFound",
      levels: { warning: [0, "0m"] },
      expr: (resources) => `max(mainstay_drift_differences) > ${resources}`,
      summary: "What runs was changed by hand",
      description: "{{ $value }} resources differ from what was deployed.",
    },
    {
      name: "DriftUnknown",
      levels: { info: [2 * DAY, "0m"] },
      // Right after a deployment nothing differs.
      expr: (seconds) => `
        time() - max(mainstay_drift_look_timestamp_seconds or ${deployed("success")}) > ${seconds}`,
      summary: "Nobody has looked for changes by hand for days",
      description: "The last look was {{ $value | humanizeDuration }} ago.",
    },
    {
      name: "SecretOverdue",
      levels: { warning: [secretRotationDays * DAY, "0m"] },
      expr: (seconds) => `time() - max by (secret) (mainstay_secret_made_timestamp_seconds) > ${seconds}`,
      summary: "A secret is older than it may be",
      description: "{{ $labels.secret }} was made {{ $value | humanizeDuration }} ago.",
    },
    {
      name: "GivenSecretOverdue",
      levels: { warning: [secretRotationDays * DAY, "0m"] },
      expr: (seconds) => `time() - max by (secret) (mainstay_secret_given_timestamp_seconds) > ${seconds}`,
      summary: "A secret that people gave is older than it may be",
      description: "{{ $labels.secret }} was given {{ $value | humanizeDuration }} ago.",
    },
    {
      name: "OwnCertificateExpiring",
      levels: { critical: [critical * DAY, "0m"], warning: [warning * DAY, "0m"] },
      // The edge's is the one that the probes see, and tell of.
      expr: (seconds) => `
        min by (certificate) (mainstay_certificate_ends_timestamp_seconds{certificate!="edge-server-certificate"})
        - time() < ${seconds}`,
      summary: "A certificate of the environment's own is about to end",
      description: "{{ $labels.certificate }} ends in {{ $value | humanizeDuration }}.",
    },
  ]);
