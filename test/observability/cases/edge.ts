import { counter, gauge, type Case, type Course, type Inputs } from "../support/case";

const SELF = 'job="shipper",instance="log-shipper:9598"';
const answered = (status: number, by: "edge" | "service") =>
  `edge_requests_total{${SELF},status_code="${status}",answered_by="${by}"}`;
const inProgress = `edge_requests_in_progress{${SELF}}`;
const probe = (name: string) => `probe_success{job="probe",instance="probe-exporter:9115",probe="${name}"}`;
const shipper = `up{${SELF}}`;

/** Requests a minute: answered well by services, and otherwise by the edge. */
const answers = (good: Course, bad: Course, status = 502): Inputs => ({
  [answered(200, "service")]: good,
  [answered(status, "edge")]: bad,
});
const steady = (good: number, bad: number, status = 502) =>
  answers(counter([40, good]), counter([40, bad]), status);
const outage = answers(counter([20, 100], [15, 50], [40, 100]), counter([20, 0], [15, 50], [40, 0]));
const worked = (course: Course): Inputs => ({
  [inProgress]: course,
  'edge:request_limit:count{environment="trial"}': gauge([60, 1000]),
});
/** Lines a minute, while the probes get their answer and the shipper is there. */
const lines = (course: Course, answer: Course = gauge([60, 1]), there: Course = gauge([60, 1])): Inputs => ({
  [answered(200, "service")]: course,
  [probe("api")]: answer,
  [probe("web")]: gauge([60, 0]),
  [shipper]: there,
});

export const edge: readonly Case[] = [
  {
    alert: "EdgeErrorsHigh",
    level: "critical",
    series: outage,
    fires: 23,
    ends: 45,
    exact: { series: steady(18.5, 1), at: 30 },
    description: "The edge fails 5.128% of the requests: no service answers them.",
    near: [
      { series: steady(95, 5), at: 30 },
      { series: steady(9, 0.9), at: 30 },
      // What a service failed itself is told of it.
      {
        series: {
          [answered(200, "service")]: counter([40, 50]),
          [answered(503, "service")]: counter([40, 50]),
        },
        at: 30,
      },
    ],
  },
  {
    alert: "EdgeErrorsHigh",
    level: "warning",
    series: outage,
    fires: 25,
    ends: 45,
    exact: { series: steady(95, 1), at: 30 },
    description: "The edge fails 1.042% of the requests: no service answers them.",
    near: [
      { series: steady(990, 9.8), at: 30 },
      { series: steady(60, 0.9), at: 30 },
    ],
  },
  {
    alert: "EdgeRefusalsHigh",
    level: "warning",
    series: answers(counter([20, 100], [15, 50], [40, 100]), counter([20, 0], [15, 50], [40, 0]), 429),
    fires: 26,
    ends: 45,
    exact: { series: steady(87, 10.5, 413), at: 30 },
    description: "The edge refuses 10.77% of the requests: they are too many, or too large.",
    near: [
      { series: steady(92, 10, 429), at: 30 },
      { series: steady(10, 9.5, 429), at: 30 },
      { series: steady(50, 50, 403), at: 30 },
    ],
  },
  {
    alert: "EdgeConnectionsHigh",
    level: "warning",
    series: worked(gauge([5, 100], [15, 850], [40, 100])),
    fires: 10,
    ends: 20,
    description: "The edge works on 85% of the requests it has connections for.",
    near: [{ series: worked(gauge([40, 790])), at: 30 }],
  },
  {
    alert: "EdgeLinesMissing",
    level: "warning",
    series: lines(counter([10, 12], [20, 0], [30, 12])),
    fires: 19,
    ends: 35,
    exact: { series: lines(gauge([60, NaN])), at: 30 },
    description: "The probes come through the edge, and no line of it has arrived within 5 minutes.",
    near: [
      { series: lines(counter([40, 0.1])), at: 30 },
      // No answer either: the edge is told of by the probes.
      { series: lines(counter([40, 0]), gauge([40, 0])), at: 30 },
      // No shipper: that is told of as what is scraped and does not answer.
      { series: lines(counter([40, 0]), gauge([40, 1]), gauge([40, 0])), at: 30 },
    ],
    firesBy: "absence",
  },
];
