import { BOUNDS } from "../bounds";
import { group, type AlertsFor } from "./alert";

const DAY = 86_400;
const { critical, warning } = BOUNDS.certificateDaysLeft;

/** What users find when they come in, tried from inside. */
export const probes: AlertsFor = () =>
  group("probes", { owner: "platform", board: "mainstay-overview" }, [
    {
      name: "ProbeFailing",
      levels: { critical: [1, "2m"] },
      expr: (success) => `probe_success < ${success}`,
      summary: "The environment does not answer at its edge",
      description: "The probe {{ $labels.probe }} does not get the answer it should.",
      inhibitsFor: "7m",
    },
    {
      name: "ProbeSlow",
      levels: { warning: [2, "5m"] },
      expr: (seconds) => `probe_duration_seconds > ${seconds} and on (probe) probe_success > 0`,
      summary: "The environment answers slowly at its edge",
      description: "The probe {{ $labels.probe }} waits {{ $value | humanizeDuration }} for its answer.",
    },
    {
      name: "CertificateExpiring",
      levels: { critical: [critical * DAY, "1h"], warning: [warning * DAY, "1h"] },
      expr: (seconds) => `probe_ssl_earliest_cert_expiry - time() < ${seconds}`,
      summary: "The certificate at the edge is about to end",
      description: "The certificate that {{ $labels.probe }} sees ends in {{ $value | humanizeDuration }}.",
    },
  ]);
