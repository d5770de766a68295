/** The firewall in front of the load balancer. */
import { UNKNOWN, type Json, type Resource } from "../../graph/resource";
import { list, object } from "../documents";
import {
  hold,
  is,
  isEmptyOrAbsent,
  judge,
  longerThan,
  matches,
  property,
  properties,
  softened,
  some,
  unless,
} from "../expect";
import { graphRule, resourceRule, type Answer, type Finding } from "../rule";
import { aws } from "../tokens";
import type { GraphView } from "../view";
import { companion } from "./companion";
import { asRule, inEachForm, RULES_BESIDE } from "./firewall-forms";

const ACL = aws("wafv2", "webAcl");
const GROUP = aws("wafv2", "ruleGroup");
/** What holds rules, or is one. */
const HOLDERS = [...ACL, ...GROUP, ...RULES_BESIDE];
const LOGGING = aws("wafv2", "webAclLoggingConfiguration");
const WAF_GUIDE = "https://docs.aws.amazon.com/waf/latest/developerguide";

/** Of one client, in the five minutes a rate is counted over unless it says otherwise. */
const MOST_REQUESTS = 10_000;

export const firewall = [
  graphRule({
    name: "waf-rules",
    description: "A firewall and a group of rules have some, and they do more than count.",
    severity: "medium",
    references: { fsbp: "WAF.10", checkov: "CKV_AWS_175 CKV_AWS_342" },
    remediation: "Give each rule overrideAction: { none: {} } or an action that blocks",
    types: HOLDERS,
    check: (holder, view) => {
      const { sure, possible } = view.referring(RULES_BESIDE, "webAclArn", holder);
      return inEachForm((acl) => {
        if (acl.inputs.rules !== undefined) return judgeEffect(acl);
        if (sure.length > 0) return [];
        return possible.length > 0 ? softened(judgeEffect(acl)) : judgeEffect(acl);
      })(holder);
    },
  }),
  graphRule({
    name: "waf-bad-inputs",
    description: "A firewall stops requests that are known to exploit something.",
    severity: "medium",
    references: { checkov: "CKV_AWS_192 CKV2_AWS_76" },
    remediation: "Add the managed group AWSManagedRulesKnownBadInputsRuleSet",
    link: `${WAF_GUIDE}/aws-managed-rule-groups-baseline.html`,
    types: ACL,
    check: ofRules(
      usesGroup("AWSManagedRulesKnownBadInputsRuleSet"),
      "no rule uses AWSManagedRulesKnownBadInputsRuleSet",
    ),
  }),
  graphRule({
    name: "waf-common",
    description: "A firewall stops what attacks have in common: scripts, inclusions of files, odd requests.",
    severity: "medium",
    remediation: "Add the managed group AWSManagedRulesCommonRuleSet",
    link: `${WAF_GUIDE}/aws-managed-rule-groups-baseline.html`,
    types: ACL,
    check: ofRules(usesGroup("AWSManagedRulesCommonRuleSet"), "no rule uses AWSManagedRulesCommonRuleSet"),
  }),
  resourceRule({
    name: "waf-overrides",
    description:
      "A rule of a managed group that only counts is acted on by another rule, which asks for its label.",
    severity: "medium",
    remediation: "Remove the override, or add a rule that blocks what bears the label",
    link: `${WAF_GUIDE}/web-acl-rule-group-override-options.html`,
    types: ACL,
    check: inEachForm(judgeOverrides),
  }),
  resourceRule({
    name: "waf-every-request",
    description: "A group of rules and a bound on requests are for all requests, and not for some of them.",
    severity: "high",
    remediation: "Remove scopeDownStatement; what must not be stopped is let through by a rule of its own",
    link: `${WAF_GUIDE}/waf-rule-scope-down-statements.html`,
    types: HOLDERS,
    check: inEachForm(
      properties({
        "rules[*].statement.managedRuleGroupStatement.scopeDownStatement": isEmptyOrAbsent,
        "rules[*].statement.rateBasedStatement.scopeDownStatement": isEmptyOrAbsent,
      }),
    ),
  }),
  resourceRule({
    name: "waf-addresses",
    description: "A set of addresses names networks, and not the most of the internet.",
    severity: "high",
    remediation: "Name networks of 8 bits or more",
    link: `${WAF_GUIDE}/waf-ip-set-creating.html`,
    types: aws("wafv2", "ipSet"),
    check: property(
      "addresses[*]",
      matches(/\/([89]|[1-9]\d|1[01]\d|12[0-8])$/, "a network of 8 bits or more"),
    ),
  }),
  graphRule({
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
          : rate !== undefined &&
            Number(object(rate).limit) <= MOST_REQUESTS &&
            // All requests together are no client.
            object(rate).aggregateKeyType !== "CONSTANT",
      `no rule has a rateBasedStatement with a limit of ${MOST_REQUESTS} or less`,
    ),
  }),
  graphRule({
    name: "waf-metrics-closed",
    description: "Nobody outside reads the figures a service tells its monitoring.",
    severity: "low",
    remediation:
      "Add a rule that blocks paths that start with /metrics, decoded, but for networks of one's own",
    link: `${WAF_GUIDE}/waf-rule-statement-type-string-match.html`,
    types: ACL,
    check: ofRules(closesMetrics, "no rule blocks what starts with /metrics when decoded"),
  }),
  graphRule({
    name: "waf-logging",
    description: "A firewall writes down what it stopped.",
    severity: "medium",
    references: { fsbp: "WAF.11", nag: "WAFv2LoggingEnabled", checkov: "CKV2_AWS_31" },
    remediation: "Declare a wafv2.WebAclLoggingConfiguration with the ACL's arn",
    types: ACL,
    check: (acl, view) => [
      ...companion(acl, view, LOGGING, "resourceArn", "no WebAclLoggingConfiguration refers to it"),
      ...view.referring(LOGGING, "resourceArn", acl).sure.flatMap(judgeKept),
    ],
  }),
  resourceRule({
    name: "waf-metrics",
    description: "What a firewall, a group and each of their rules do is counted.",
    severity: "low",
    references: { fsbp: "WAF.12" },
    remediation: "Set visibilityConfig.cloudwatchMetricsEnabled: true",
    types: HOLDERS,
    check: (holder) => [
      ...(RULES_BESIDE.includes(holder.type)
        ? []
        : judge(holder, "visibilityConfig.cloudwatchMetricsEnabled", is(true))),
      ...inEachForm(property("rules[*].visibilityConfig.cloudwatchMetricsEnabled", is(true)))(holder),
    ],
  }),
  resourceRule({
    name: "waf-redacted",
    description: "What a firewall writes down holds no credentials.",
    severity: "medium",
    remediation: "Name the headers authorization and cookie, a singleHeader each, in redactedFields",
    link: `${WAF_GUIDE}/logging.html`,
    types: LOGGING,
    check: (logging) => {
      const findings = judge(logging, "redactedFields", longerThan(1));
      if (findings.length > 0) return findings;
      const fields = list(logging.inputs.redactedFields);
      return ["authorization", "cookie"].flatMap((header) => {
        const answers = fields.map((field): Answer => {
          const { name } = object(object(field).singleHeader);
          return holdsUnknown(field) ? undefined : String(name).toLowerCase() === header;
        });
        return unless(some(answers), logging, `the header ${header} is not redacted`, "redactedFields");
      });
    },
  }),
];

const holdsUnknown = (value: Json | undefined) => JSON.stringify(value ?? null).includes(UNKNOWN);

function closesMetrics(statement: Readonly<Record<string, Json>>): Answer {
  return metIn(statement) || (holdsUnknown(statement) ? undefined : false);
}

/** The statement itself, one of those that all have to hold, or of those of which one has to. */
function metIn({ byteMatchStatement, andStatement, orStatement }: Readonly<Record<string, Json>>): boolean {
  const { fieldToMatch, positionalConstraint, searchString, textTransformations } =
    object(byteMatchStatement);
  const met =
    object(fieldToMatch).uriPath !== undefined &&
    positionalConstraint === "STARTS_WITH" &&
    searchString === "/metrics" &&
    list(textTransformations).some((one) => object(one).type === "URL_DECODE");
  return met || [andStatement, orStatement].flatMap(within).some((one) => metIn(object(one)));
}

const within = (statement: Json | undefined) => list(object(statement).statements);

function usesGroup(name: string) {
  return ({ managedRuleGroupStatement: managed }: Readonly<Record<string, Json>>): Answer => {
    const group = object(managed);
    if ([managed, group.name, group.vendorName].includes(UNKNOWN)) return undefined;
    return group.name === name && group.vendorName === "AWS";
  };
}

/** A check that one of a firewall's rules, in it or beside it, is of a kind. */
function ofRules(isOne: (statement: Readonly<Record<string, Json>>) => Answer, missing: string) {
  return (firewall: Resource, view: GraphView): Finding[] => {
    const { sure, possible } = view.referring(RULES_BESIDE, "webAclArn", firewall);
    return inEachForm((acl) => {
      const own = acl.inputs.rules === UNKNOWN ? [UNKNOWN] : list(acl.inputs.rules);
      const answers = [...own, ...sure.map(asRule), ...possible.map(() => UNKNOWN)].map((rule): Answer => {
        const { statement } = object(rule);
        return rule === UNKNOWN || statement === UNKNOWN ? undefined : isOne(object(statement));
      });
      return unless(some(answers), acl, missing, "rules");
    })(firewall);
  };
}

/** Of a rule's own action, or, of a group, that its rules' actions are left to them. */
const isEffect = (action: string) => ["block", "captcha", "challenge", "none"].includes(action);

function judgeEffect(acl: Resource): Finding[] {
  if (hold(acl.inputs.rules, longerThan(1)) !== true) return judge(acl, "rules", longerThan(1));
  return list(acl.inputs.rules).flatMap((rule, index): Finding[] => {
    const { action, overrideAction } = object(rule);
    if ([...Object.keys(object(action)), ...Object.keys(object(overrideAction))].some(isEffect)) return [];
    const unknown = [rule, action, overrideAction].includes(UNKNOWN);
    const outcome = unknown ? "undecidable" : "violation";
    const found = unknown
      ? "unknown until up"
      : (Object.keys(object(action ?? overrideAction))[0] ?? "not set");
    const property = `rules[${index}].${action === undefined ? "overrideAction" : "action"}`;
    return [{ outcome, resource: acl, property, found, allowed: "an action that stops the request" }];
  });
}

/** Labels are spelt like the rules, but for the case: `SizeRestrictions_BODY` sets `…:SizeRestrictions_Body`. */
function judgeOverrides(acl: Resource): Finding[] {
  const rules = list(acl.inputs.rules);
  const labels = [...JSON.stringify(rules).matchAll(/"labelMatchStatement":\{[^{}]*"key":"([^"]+)"/g)].map(
    ([, key]) => key?.split(":").at(-1)?.toLowerCase(),
  );
  // How large a body may be is a rule of one's own where uploads are larger than the group lets through.
  const bounded = rules.some(boundsBody);
  return rules.flatMap((rule, index) => {
    const group = object(object(object(rule).statement).managedRuleGroupStatement);
    return list(group.ruleActionOverrides).flatMap((override, place): Finding[] => {
      const { name, actionToUse } = object(override);
      if (actionToUse !== UNKNOWN && Object.keys(object(actionToUse)).some(isEffect)) return [];
      if (labels.includes(String(name).toLowerCase())) return [];
      if (name === "SizeRestrictions_BODY" && bounded) return [];
      const unknown = holdsUnknown(acl.inputs.rules);
      const property = `rules[${index}].statement.managedRuleGroupStatement.ruleActionOverrides[${place}]`;
      const what = "an override lets one of the group's rules only count, and no rule asks for its label";
      return [{ outcome: unknown ? "undecidable" : "violation", resource: acl, property, what }];
    });
  });
}

/** Bytes in a body that is too large whatever is uploaded, as a header says it. */
const TOO_LARGE = ["1000000000", "9999999999"];

/** Whether a rule stops such a body, with no condition beside it. */
function boundsBody(rule: Json): boolean {
  const { regexMatchStatement, sizeConstraintStatement } = object(object(rule).statement);
  const { fieldToMatch: field, regexString } = object(regexMatchStatement);
  const { fieldToMatch: measured, comparisonOperator, size } = object(sizeConstraintStatement);
  const byHeader =
    String(object(object(field).singleHeader).name).toLowerCase() === "content-length" &&
    TOO_LARGE.every((bytes) => isMatch(String(regexString), bytes));
  const bySize =
    object(measured).body !== undefined &&
    ["GT", "GE"].includes(String(comparisonOperator)) &&
    Number(size) <= Number(TOO_LARGE[0]);
  return byHeader || bySize;
}

/** What is no pattern here matches nothing. */
function isMatch(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern).test(text);
  } catch {
    return false;
  }
}

/** A filter may leave out what was let through, and not what was stopped. */
function judgeKept(logging: Resource): Finding[] {
  const { loggingFilter } = logging.inputs;
  const { defaultBehavior, filters } = object(loggingFilter);
  if (loggingFilter === undefined || defaultBehavior === "KEEP") return [];
  const kept = list(filters).map((filter): Answer => {
    const { behavior, conditions } = object(filter);
    if (holdsUnknown(filter)) return undefined;
    const actions = list(conditions).map((one) => object(object(one).actionCondition).action);
    return behavior === "KEEP" && actions.includes("BLOCK");
  });
  const answer = [loggingFilter, defaultBehavior, filters].includes(UNKNOWN) ? undefined : some(kept);
  return unless(answer, logging, "its filter drops the requests that were stopped", "loggingFilter");
}
