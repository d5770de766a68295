/** A firewall's rules that are given as JSON, in the words of AWS's API, as if they were inputs. */
import type { Json, Resource } from "../../graph/resource";
import { documentAt, judgeDocument } from "../documents";
import type { Finding } from "../rule";

const RULE_JSON = "ruleJson";

/** Asks of rules that are given as JSON what it asks of those that are inputs. */
export const inEitherForm =
  (check: (acl: Resource) => Finding[]) =>
  (acl: Resource): Finding[] =>
    documentAt(acl, RULE_JSON).state === "absent"
      ? check(acl)
      : judgeDocument(acl, RULE_JSON, (content) =>
          check({ ...acl, inputs: { ...acl.inputs, rules: asInputs(content) } }).map((finding) => ({
            ...finding,
            property: finding.property?.replace(/^rules/, RULE_JSON),
          })),
        );

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
