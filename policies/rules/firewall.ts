/** The firewall in front of the load balancer. */
import { UNKNOWN, type Json, type Resource } from "../../graph/resource";
import { list, object } from "../documents";
import { hold, is, isSet, judge, longerThan, property, properties, some, unless } from "../expect";
import { graphRule, resourceRule, type Answer, type Finding } from "../rule";
import { aws } from "../tokens";
import { companion } from "./companion";

const ACL = aws("wafv2", "webAcl");
const LOGGING = aws("wafv2", "webAclLoggingConfiguration");
const WAF_GUIDE = "https://docs.aws.amazon.com/waf/latest/developerguide";

/** Of one client, in the five minutes a rate is counted over unless it says otherwise. */
const MOST_REQUESTS = 10_000;

export const firewall = [
  resourceRule({
    name: "waf-rules",
    description: "A firewall has rules, and they do more than count.",
    severity: "medium",
    references: { fsbp: "WAF.10", checkov: "CKV_AWS_175 CKV_AWS_342" },
    remediation: "Add rules with overrideAction: { none: {} } or an action that blocks",
    types: ACL,
    check: (acl) => (acl.inputs.ruleJson === undefined ? judgeEffect(acl) : judge(acl, "ruleJson", isSet)),
  }),
  resourceRule({
    name: "waf-bad-inputs",
    description: "A firewall stops requests that are known to exploit something.",
    severity: "medium",
    references: { checkov: "CKV_AWS_192 CKV2_AWS_76" },
    remediation: "Add the managed group AWSManagedRulesKnownBadInputsRuleSet",
    link: `${WAF_GUIDE}/aws-managed-rule-groups-baseline.html`,
    types: ACL,
    check: ofRules(
      ({ managedRuleGroupStatement: managed }) =>
        managed === UNKNOWN || object(managed).name === UNKNOWN
          ? undefined
          : object(managed).name === "AWSManagedRulesKnownBadInputsRuleSet",
      "no rule uses AWSManagedRulesKnownBadInputsRuleSet",
    ),
  }),
  resourceRule({
    name: "waf-rate",
    description: "A firewall bounds the requests of one client.",
    severity: "medium",
    remediation: "Add a rule with a rateBasedStatement",
    link: `${WAF_GUIDE}/waf-rule-statement-type-rate-based.html`,
    types: ACL,
    check: ofRules(
      ({ rateBasedStatement: rate }) =>
        rate === UNKNOWN || object(rate).limit === UNKNOWN
          ? undefined
          : rate !== undefined && Number(object(rate).limit) <= MOST_REQUESTS,
      `no rule has a rateBasedStatement with a limit of ${MOST_REQUESTS} or less`,
    ),
  }),
  graphRule({
    name: "waf-logging",
    description: "A firewall writes down what it stopped.",
    severity: "medium",
    references: { fsbp: "WAF.11", nag: "WAFv2LoggingEnabled", checkov: "CKV2_AWS_31" },
    remediation: "Declare a wafv2.WebAclLoggingConfiguration with the ACL's arn",
    types: ACL,
    check: (acl, view) =>
      companion(acl, view, LOGGING, "resourceArn", "no WebAclLoggingConfiguration refers to it"),
  }),
  resourceRule({
    name: "waf-metrics",
    description: "A firewall and each of its rules are counted.",
    severity: "low",
    references: { fsbp: "WAF.12" },
    remediation: "Set visibilityConfig.cloudwatchMetricsEnabled: true",
    types: ACL,
    check: properties({
      "visibilityConfig.cloudwatchMetricsEnabled": is(true),
      "rules[*].visibilityConfig.cloudwatchMetricsEnabled": is(true),
    }),
  }),
  resourceRule({
    name: "waf-redacted",
    description: "What a firewall writes down holds no credentials.",
    severity: "medium",
    remediation: 'Add redactedFields: [{ singleHeader: { name: "authorization" } }]',
    link: `${WAF_GUIDE}/logging.html`,
    types: LOGGING,
    check: property("redactedFields", longerThan(1)),
  }),
];

/** A check that one of a firewall's rules is of a kind. Rules given as JSON text are not looked into. */
function ofRules(isOne: (statement: Readonly<Record<string, Json>>) => Answer, missing: string) {
  return (acl: Resource): Finding[] => {
    if (acl.inputs.rules === UNKNOWN || acl.inputs.ruleJson !== undefined)
      return unless(undefined, acl, missing, "rules");
    const answers = list(acl.inputs.rules).map((rule): Answer => {
      const { statement } = object(rule);
      return rule === UNKNOWN || statement === UNKNOWN ? undefined : isOne(object(statement));
    });
    return unless(some(answers), acl, missing, "rules");
  };
}

function judgeEffect(acl: Resource): Finding[] {
  if (hold(acl.inputs.rules, longerThan(1)) !== true) return judge(acl, "rules", longerThan(1));
  return list(acl.inputs.rules).flatMap((rule, index): Finding[] => {
    const { action, overrideAction } = object(rule);
    const counts = object(action).count !== undefined || object(overrideAction).count !== undefined;
    if (!counts && ![rule, action, overrideAction].includes(UNKNOWN)) return [];
    const outcome = counts ? "violation" : "undecidable";
    const found = counts ? "count" : "unknown until up";
    const property = `rules[${index}].${object(action).count === undefined ? "overrideAction" : "action"}`;
    return [{ outcome, resource: acl, property, found, allowed: "an action that stops the request" }];
  });
}
