import { gauge, type Case, type Course } from "../support/case";

const HOUR = 3600;
const DAY = 24 * HOUR;
const PROBE = { job: "probe", instance: "probe-exporter:9115", probe: "api" };
const of = (metric: string) => `${metric}{job="probe",instance="probe-exporter:9115",probe="api"}`;

const success = (course: Course) => ({ [of("probe_success")]: course });
const slow = (duration: Course, answered: Course) => ({
  [of("probe_duration_seconds")]: duration,
  ...success(answered),
});
/** Hour by hour towards the end of a certificate that is renewed at last. */
const expiry = (seconds: number) => ({
  [of("probe_ssl_earliest_cert_expiry")]: gauge([15, seconds], [20, 400 * DAY]),
});

export const probes: readonly Case[] = [
  {
    alert: "ProbeFailing",
    level: "critical",
    series: success(gauge([5, 1], [10, 0], [20, 1])),
    fires: 7,
    ends: 15,
    labels: PROBE,
    description: "The probe api does not get the answer it should.",
    near: [{ series: success(gauge([20, 1])), at: 15 }],
  },
  {
    alert: "ProbeSlow",
    level: "warning",
    series: slow(gauge([5, 0.1], [10, 2.5], [20, 0.1]), gauge([40, 1])),
    fires: 10,
    ends: 15,
    labels: PROBE,
    description: "The probe api waits 2.5s for its answer.",
    near: [
      { series: slow(gauge([20, 2]), gauge([20, 1])), at: 15 },
      { series: slow(gauge([20, 1.5]), gauge([20, 1])), at: 15 },
      { series: slow(gauge([20, 5]), gauge([20, 0])), at: 15 },
    ],
  },
  {
    alert: "CertificateExpiring",
    level: "critical",
    step: 60,
    series: expiry(7 * DAY + 9.5 * HOUR),
    fires: 11,
    ends: 15,
    labels: PROBE,
    description: "The certificate that api sees ends in 6d 22h 30m 0s.",
    near: [],
  },
  {
    alert: "CertificateExpiring",
    level: "warning",
    step: 60,
    series: expiry(21 * DAY + 9.5 * HOUR),
    fires: 11,
    ends: 15,
    labels: PROBE,
    description: "The certificate that api sees ends in 20d 22h 30m 0s.",
    near: [],
  },
];
