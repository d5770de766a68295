import { BOUNDS } from "../bounds";
import { group, type AlertsFor } from "./alert";

const requests = (matchers = "") => `sum(increase(edge_requests_total${matchers}[5m]))`;
const all = requests();
const failed = requests('{answered_by="edge",status_code=~"5.."}');
const refused = requests('{answered_by="edge",status_code=~"413|429"}');

/**
 * What callers are told by the edge itself, and no service has heard of. Few requests prove nothing, hence the second
 * conditions.
 */
export const edge: AlertsFor = () =>
  group("edge", { owner: "platform", board: "mainstay-overview" }, [
    {
      name: "EdgeErrorsHigh",
      // Longer than the probes take to tell of it: then they do.
      levels: { critical: [BOUNDS.failedShare.critical, "3m"], warning: [BOUNDS.failedShare.warning, "5m"] },
      expr: (share) => `${failed} / ${all} > ${share} and ${failed} >= 5`,
      summary: "Too many requests fail at the edge, before a service answers",
      description:
        "The edge fails {{ $value | humanizePercentage }} of the requests: no service answers them.",
    },
    {
      name: "EdgeRefusalsHigh",
      levels: { warning: [0.1, "5m"] },
      expr: (share) => `${refused} / ${all} > ${share} and ${refused} >= 50`,
      summary: "The edge refuses an unusual share of requests",
      description:
        "The edge refuses {{ $value | humanizePercentage }} of the requests: they are too many, or too large.",
    },
    {
      name: "EdgeConnectionsHigh",
      levels: { warning: [0.8, "5m"] },
      expr: (share) => `max(edge_requests_in_progress) / max(edge:request_limit:count) > ${share}`,
      summary: "The edge is about to have no connections left",
      description:
        "The edge works on {{ $value | humanizePercentage }} of the requests it has connections for.",
    },
    {
      name: "EdgeLinesMissing",
      levels: { warning: [0, "5m"] },
      // The probes leave lines as well. Without the shipper there are none, and that is told of it.
      expr: (lines) => `
        (${all} or vector(0)) <= ${lines}
        and max(probe_success) * min(up{job="shipper"}) > 0`,
      summary: "The edge answers, and none of its lines arrives",
      description: "The probes come through the edge, and no line of it has arrived within 5 minutes.",
    },
  ]);
