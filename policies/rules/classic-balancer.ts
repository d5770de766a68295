/** The load balancer of before, of which little but its listeners is its own. */
import { isSet, longerThan, matches, properties } from "../expect";
import { resourceRule } from "../rule";
import { CLASSIC_BALANCER } from "../tokens";

export const classicBalancer = [
  resourceRule({
    name: "clb-https",
    description: "What clients send to a classic load balancer is encrypted.",
    severity: "critical",
    references: { fsbp: "ELB.3" },
    remediation:
      'Set each listener\'s lbProtocol to "https", or "ssl", and its sslCertificateId; a lb.LoadBalancer also takes a firewall',
    types: CLASSIC_BALANCER,
    check: properties({
      listeners: longerThan(1),
      "listeners[*].lbProtocol": matches(/^(https|ssl)$/i, "https or ssl"),
      "listeners[*].sslCertificateId": isSet,
    }),
  }),
];
