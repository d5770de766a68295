import { BOUNDS } from "../bounds";
import { alarmsOn, ONCE, type Alarm } from "./alarm";

/** The load balancer in the place of a service. */
export const [edgeFailing] = alarmsOn("AWS/ApplicationELB", [
  {
    name: "EdgeFailing",
    level: "warning",
    summary: "The load balancer itself answers with failures: it reaches no copy of a service",
    metric: "HTTPCode_ELB_5XX_Count",
    statistic: "Sum",
    bound: { above: 25 },
    period: 1,
    datapoints: [3, 5],
    missingData: "notBreaching",
  },
]);

/** The load balancer as a whole. */
export const edgeAlarms = alarmsOn("AWS/ApplicationELB", [
  {
    name: "EdgeSlow",
    level: "warning",
    summary: `Five of 100 requests take longer than ${BOUNDS.latencySeconds.warning} seconds`,
    metric: "TargetResponseTime",
    statistic: "p95",
    bound: { above: BOUNDS.latencySeconds.warning },
    period: 5,
    datapoints: [3, 3],
    missingData: "notBreaching",
  },
  {
    name: "EdgeRefusing",
    level: "warning",
    summary: "The load balancer refuses connections: it has as many as it may",
    metric: "RejectedConnectionCount",
    statistic: "Sum",
    bound: { above: 0 },
    period: 5,
    datapoints: ONCE,
    missingData: "notBreaching",
  },
]);

/** Copies of a public service the load balancer may send requests to, in all groups it is served from. */
export const [serviceUnreachable] = alarmsOn("AWS/ApplicationELB", [
  {
    name: "ServiceUnreachable",
    level: "warning",
    summary: "The load balancer has no healthy copy of a service",
    metric: "HealthyHostCount",
    statistic: "Minimum",
    bound: { below: 1 },
    period: 1,
    datapoints: [3, 3],
    missingData: "breaching",
  },
]);

/** One page for an outage, whichever of the alarms that mean one sees it, and however many do. */
export const environmentUnreachable = {
  name: "EnvironmentUnreachable",
  level: "critical",
  summary:
    "Users cannot get in: the load balancer fails, a service has no healthy copy, or the outside probe fails",
} as const satisfies Pick<Alarm, "name" | "level" | "summary">;

/** The firewall in front of it. */
export const firewallAlarms = alarmsOn("AWS/WAFV2", [
  {
    name: "RequestsBlocked",
    level: "warning",
    summary:
      "The firewall blocks more than a thousand requests in five minutes: an attack, or a mistaken rule",
    metric: "BlockedRequests",
    statistic: "Sum",
    bound: { above: 1000 },
    period: 5,
    datapoints: [2, 2],
    missingData: "notBreaching",
  },
]);

const certificate = {
  metric: "DaysToExpiry",
  statistic: "Minimum",
  period: 24 * 60,
  datapoints: ONCE,
  missingData: "ignore",
} as const;
const { warning, critical } = BOUNDS.certificateDaysLeft;

/** The certificate renews itself two months before its end; one with three weeks left was not. */
export const certificateAlarms = alarmsOn("AWS/CertificateManager", [
  {
    ...certificate,
    name: "CertificateEnding",
    level: "warning",
    summary: `The certificate ends in less than ${warning} days and was not renewed`,
    bound: { below: warning },
  },
  {
    ...certificate,
    name: "CertificateRunningOut",
    level: "critical",
    summary: `The certificate ends in less than ${critical} days`,
    bound: { below: critical },
  },
]);
