/** What a load balancer does with some requests, beside what its listeners do with all. */
import { UNKNOWN, type Resource } from "../../graph/resource";
import { matches, orAbsent, property, softened } from "../expect";
import { graphRule, resourceRule, type Finding } from "../rule";
import { lb } from "../tokens";
import type { GraphView } from "../view";
import { ALB_GUIDE, isRedirected, isSentToHttps, LISTENER, speaksHttp } from "./edge";

const RULE = lb("listenerRule");

export const listenerRules = [
  graphRule({
    name: "listener-rule-redirect",
    description: "A rule of a plain listener sends clients to HTTPS for good, as the listener does.",
    severity: "critical",
    references: { fsbp: "ELB.1 ELB.18", checkov: "CKV_AWS_2" },
    remediation:
      'Give the rule to the listener that speaks HTTPS, or a redirect with protocol: "HTTPS" and statusCode: "HTTP_301"',
    types: RULE,
    check: judgePlain,
  }),
  resourceRule({
    name: "listener-rule-rewrite",
    description:
      "Where a path is written over, no client makes of it one that the firewall, which has read another, keeps closed, such as /metrics.",
    severity: "medium",
    remediation: 'Begin the replacement with a name of its own, such as "/v1/$1"',
    link: `${ALB_GUIDE}/rule-transforms.html`,
    types: RULE,
    check: property(
      "transforms[*].urlRewriteConfig.rewrite.replace",
      orAbsent(
        matches(/^\/(?!metrics)[\w.~-]+(\/|$)/i, "a path that begins with a name, and not with /metrics"),
      ),
    ),
  }),
];

/** Of a listener that is not of this stack it is not known what it speaks. */
function judgePlain(rule: Resource, view: GraphView): Finding[] {
  const { sure } = view.targets(rule, "listenerArn", LISTENER);
  const handedOn = isRedirected("actions")(rule);
  const findings = handedOn.length > 0 ? handedOn : isSentToHttps("actions")(rule);
  if (sure.some(speaksHttp)) return findings;
  const isKnown = sure.length > 0 && sure.every(({ inputs }) => inputs.protocol !== UNKNOWN);
  return isKnown ? [] : softened(findings);
}
