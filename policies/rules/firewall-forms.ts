/** The forms a firewall's rules may be given in, each as if they were the firewall's own inputs. */
import { UNKNOWN, type Json, type Resource } from "../../graph/resource";
import { documentAt, judgeDocument } from "../documents";
import type { Finding } from "../rule";
import { aws } from "../tokens";

const RULE = aws("wafv2", "webAclRule");
const GROUP_IN_USE = aws("wafv2", "webAclRuleGroupAssociation");

/** Rules that are declared beside their firewall, one by one. */
export const RULES_BESIDE = [...RULE, ...GROUP_IN_USE];

/** Of a firewall, and of a group: rules in the words of AWS's API. */
const JSON_INPUTS = ["ruleJson", "rulesJson"];

type Check = (holder: Resource) => Finding[];

/** Asks of rules in each form what it asks of those in the input `rules`. */
export const inEachForm =
  (check: Check): Check =>
  (holder) => {
    if (RULES_BESIDE.includes(holder.type)) return ofOne(holder, check);
    const input = JSON_INPUTS.find((one) => documentAt(holder, one).state !== "absent");
    if (input === undefined) return check(holder);
    return judgeDocument(holder, input, (content) =>
      check({ ...holder, inputs: { ...holder.inputs, rules: asInputs(content) } }).map((finding) => ({
        ...finding,
        property: finding.property?.replace(/^rules/, input),
      })),
    );
  };

const ofOne = (rule: Resource, check: Check): Finding[] =>
  check({ ...rule, inputs: { rules: [asRule(rule)] } }).map((finding) => ({
    ...finding,
    resource: rule,
    property: finding.property
      ?.replace(/^rules\[0\]\./, "")
      .replace(
        "statement.managedRuleGroupStatement",
        GROUP_IN_USE.includes(rule.type) ? "managedRuleGroup" : "$&",
      ),
  }));

/** A rule that is declared beside its firewall, as it would stand in it. */
export function asRule({ type, inputs }: Resource): Json {
  if (RULE.includes(type)) return inputs;
  const { managedRuleGroup, ruleGroupReference, overrideAction = "none" } = inputs;
  return {
    ...inputs,
    overrideAction: overrideAction === UNKNOWN ? UNKNOWN : { [String(overrideAction)]: {} },
    statement: {
      ...(managedRuleGroup === undefined ? {} : { managedRuleGroupStatement: managedRuleGroup }),
      ...(ruleGroupReference === undefined ? {} : { ruleGroupReferenceStatement: ruleGroupReference }),
    },
  };
}

function asInputs(value: Json): Json {
  if (Array.isArray(value)) return value.map(asInputs);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [inputName(key), asInputs(inner)]));
}

/** `ManagedRuleGroupStatement` is `managedRuleGroupStatement`; the provider writes one of the names otherwise. */
const inputName = (key: string) =>
  key === "CloudWatchMetricsEnabled"
    ? "cloudwatchMetricsEnabled"
    : `${key.slice(0, 1).toLowerCase()}${key.slice(1)}`;
