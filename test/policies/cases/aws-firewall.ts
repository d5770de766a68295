import type { Json } from "../../../graph/resource";
import { FIREWALL_JSON } from "../support/aws-stack/edge";
import { gone, type Case } from "../support/cases";
import { changed } from "../support/graphs";

/** A rule about how large a body is said to be. */
const bodySize = (regexString: string) => ({
  regexMatchStatement: { fieldToMatch: { singleHeader: { name: "content-length" } }, regexString },
});

/** The rules of the safe firewall that are JSON, changed in one place. */
const rulesAsJson = (
  rule: string,
  place: readonly (string | number)[],
  to: Json | undefined,
  says: string,
  absent: Case["absent"],
): Case => ({
  rule,
  at: "firewallAsJson",
  path: "ruleJson",
  bad: JSON.stringify(changed(FIREWALL_JSON, place, to)),
  absent,
  says,
});

const MANAGED = ["Statement", "ManagedRuleGroupStatement"];

/** What cannot be read obeys none of them. */
const RULES_OF_ACL = [
  ...["waf-bad-inputs", "waf-common", "waf-every-request", "waf-metrics", "waf-metrics-closed"],
  ...["waf-overrides", "waf-rate"],
];

export const FIREWALL: readonly Case[] = [
  gone("waf-bad-inputs", "partInputs", "No rule uses AWSManagedRulesKnownBadInputsRuleSet."),
  gone("waf-common", "partCommon", "No rule uses AWSManagedRulesCommonRuleSet."),
  gone("waf-rate", "partRate", "No rule has a rateBasedStatement with a limit of 10000 or less."),
  gone("waf-metrics-closed", "partMetrics", "No rule blocks what starts with /metrics when decoded."),
  {
    rule: "waf-rules",
    at: "partInputs",
    path: "overrideAction",
    bad: "count",
    absent: "pass",
    says: "overrideAction is count; allowed: an action that stops the request.",
  },
  {
    rule: "waf-rules",
    at: "partRate",
    path: "action",
    bad: { count: {} },
    says: "action is count; allowed: an action that stops the request.",
  },
  {
    rule: "waf-every-request",
    at: "partCommon",
    path: "statement.managedRuleGroupStatement.scopeDownStatement",
    bad: { geoMatchStatement: { countryCodes: ["AQ"] } },
    absent: "pass",
    says: "statement.managedRuleGroupStatement.scopeDownStatement is an object; allowed: nothing.",
  },
  ...["partInputs", "partRate", "group"].map((at): Case => ({
    rule: "waf-metrics",
    at,
    path: "visibilityConfig.cloudwatchMetricsEnabled",
    bad: false,
    says: "visibilityConfig.cloudwatchMetricsEnabled is false; allowed: true.",
  })),
  {
    rule: "waf-rules",
    at: "group",
    path: "rules[0].action",
    bad: { allow: {} },
    says: "rules[0].action is allow; allowed: an action that stops the request.",
  },
  {
    rule: "waf-rules",
    at: "group",
    path: "rules",
    bad: [],
    says: "rules is an empty list; allowed: 1 or more entries.",
  },
  {
    rule: "waf-metrics",
    at: "group",
    path: "rules[0].visibilityConfig",
    bad: {},
    says: "rules[0].visibilityConfig.cloudwatchMetricsEnabled is not set; allowed: true.",
  },
  {
    rule: "waf-metrics-closed",
    at: "firewall",
    path: "rules[2].statement.byteMatchStatement.searchString",
    bad: "/figures",
    says: "No rule blocks what starts with /metrics when decoded.",
  },
  {
    rule: "waf-common",
    at: "firewall",
    path: "rules[3].statement.managedRuleGroupStatement.name",
    bad: "X",
    says: "No rule uses AWSManagedRulesCommonRuleSet.",
  },
  {
    rule: "waf-overrides",
    at: "firewall",
    path: "rules[4].statement.labelMatchStatement.key",
    bad: "x:y",
    says: "An override lets one of the group's rules only count, and no rule asks for its label.",
  },
  {
    rule: "waf-overrides",
    at: "firewall",
    path: "rules[4].statement",
    bad: bodySize("^never$"),
    says: "An override lets one of the group's rules only count, and no rule asks for its label.",
  },
  {
    rule: "waf-overrides",
    at: "firewall",
    given: [["firewall", "inputs", "rules", 4, "statement"], bodySize("^[1-9][0-9]{8,}$")],
    path: "rules[4].statement.regexMatchStatement.fieldToMatch.singleHeader.name",
    bad: "x-length",
    says: "An override lets one of the group's rules only count, and no rule asks for its label.",
  },
  ...["rules[3].statement.managedRuleGroupStatement", "rules[1].statement.rateBasedStatement"].map(
    (path): Case => ({
      rule: "waf-every-request",
      at: "firewall",
      path: `${path}.scopeDownStatement`,
      bad: { geoMatchStatement: { countryCodes: ["AQ"] } },
      absent: "pass",
      says: `${path}.scopeDownStatement is an object; allowed: nothing.`,
    }),
  ),
  {
    rule: "waf-rules",
    at: "firewall",
    path: "rules[3].overrideAction",
    bad: { count: {} },
    says: "rules[3].overrideAction is count; allowed: an action that stops the request.",
  },
  rulesAsJson(
    "waf-rules",
    [1, "OverrideAction"],
    { Count: {} },
    "ruleJson[1].overrideAction is count; allowed: an action that stops the request.",
    "violation",
  ),
  rulesAsJson(
    "waf-bad-inputs",
    [1, ...MANAGED, "Name"],
    "AWSManagedRulesLinuxRuleSet",
    "No rule uses AWSManagedRulesKnownBadInputsRuleSet.",
    "violation",
  ),
  rulesAsJson(
    "waf-common",
    [2, ...MANAGED, "VendorName"],
    "Somebody",
    "No rule uses AWSManagedRulesCommonRuleSet.",
    "violation",
  ),
  rulesAsJson(
    "waf-overrides",
    [3, "Statement", "LabelMatchStatement", "Key"],
    "x:y",
    "An override lets one of the group's rules only count, and no rule asks for its label.",
    "pass",
  ),
  rulesAsJson(
    "waf-every-request",
    [1, ...MANAGED, "ScopeDownStatement"],
    { GeoMatchStatement: { CountryCodes: ["AQ"] } },
    "ruleJson[1].statement.managedRuleGroupStatement.scopeDownStatement is an object; allowed: nothing.",
    "pass",
  ),
  rulesAsJson(
    "waf-rate",
    [4, "Statement", "RateBasedStatement", "Limit"],
    1_000_000,
    "No rule has a rateBasedStatement with a limit of 10000 or less.",
    "violation",
  ),
  rulesAsJson(
    "waf-metrics-closed",
    [0, "Statement", "ByteMatchStatement", "TextTransformations"],
    [{ Priority: 0, Type: "NONE" }],
    "No rule blocks what starts with /metrics when decoded.",
    "violation",
  ),
  rulesAsJson(
    "waf-metrics",
    [4, "VisibilityConfig", "CloudWatchMetricsEnabled"],
    false,
    "ruleJson[4].visibilityConfig.cloudwatchMetricsEnabled is false; allowed: true.",
    "pass",
  ),
  {
    rule: "waf-rules",
    at: "firewallAsJson",
    path: "ruleJson",
    bad: "[",
    says: "ruleJson is no JSON; allowed: a document that can be read.",
    also: RULES_OF_ACL,
  },
  {
    rule: "waf-rules",
    at: "firewallAsJson",
    path: "ruleJson",
    bad: "[]",
    says: "ruleJson is an empty list; allowed: 1 or more entries.",
    also: ["waf-bad-inputs", "waf-common", "waf-metrics-closed", "waf-rate"],
  },
  {
    rule: "waf-addresses",
    at: "trusted",
    path: "addresses[0]",
    bad: "0.0.0.0/1",
    absent: "pass",
    says: 'addresses[0] is "0.0.0.0/1"; allowed: a network of 8 bits or more.',
  },
  {
    rule: "waf-redacted",
    at: "firewallLog",
    path: "redactedFields[0].singleHeader.name",
    bad: "x-other",
    says: "The header authorization is not redacted.",
  },
  {
    rule: "waf-logging",
    at: "firewallLog",
    path: "loggingFilter.filters",
    bad: [],
    says: "Its filter drops the requests that were stopped.",
  },
  {
    rule: "waf-rules",
    at: "firewall",
    path: "rules[1].overrideAction",
    bad: { count: {} },
    says: "rules[1].overrideAction is count; allowed: an action that stops the request.",
  },
  {
    rule: "waf-bad-inputs",
    at: "firewall",
    path: "rules[0].statement",
    bad: {},
    says: "No rule uses AWSManagedRulesKnownBadInputsRuleSet.",
  },
  {
    rule: "waf-rate",
    at: "firewall",
    path: "rules[1].statement",
    bad: {},
    says: "No rule has a rateBasedStatement with a limit of 10000 or less.",
  },
  {
    rule: "waf-rate",
    at: "firewall",
    path: "rules[1].statement.rateBasedStatement.limit",
    bad: 1_000_000,
    says: "No rule has a rateBasedStatement with a limit of 10000 or less.",
  },
  gone("waf-logging", "firewallLog", "No WebAclLoggingConfiguration refers to it."),
  {
    rule: "waf-metrics",
    at: "firewall",
    path: "visibilityConfig.cloudwatchMetricsEnabled",
    bad: false,
    says: "visibilityConfig.cloudwatchMetricsEnabled is false; allowed: true.",
  },
  {
    rule: "waf-redacted",
    at: "firewallLog",
    path: "redactedFields",
    bad: [],
    says: "redactedFields is an empty list; allowed: 1 or more entries.",
  },
];
