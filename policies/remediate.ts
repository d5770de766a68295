/** What rules mend by themselves, where they may. Pure: a resource goes in, and comes out as it should be. */
import { copyWith } from "../graph/plain";
import type { Json, Resource } from "../graph/resource";
import { shown } from "./expect";
import type { ResourceRule, Rule, Severity, Situation } from "./rule";
import { asJudged, touchesSecret } from "./secrets";

/** An input that was given another value. */
export interface Remediated {
  readonly policy: string;
  readonly severity: Severity;
  readonly urn: string;
  readonly property: string;
  readonly message: string;
}

export interface RemediateOptions extends Situation {
  /** Whether a violation is to be left as it is: it is waived, or its rule is switched off. */
  readonly spared: (rule: string, urn: string) => boolean;
  /** Leaves found values out of messages. */
  readonly hideFound: boolean;
}

/** Applies the rules' remedies to a resource, in the order of the rules. */
export function remediateResource(
  resource: Resource,
  rules: readonly ResourceRule[],
  options: RemediateOptions,
): { resource: Resource; changed: Readonly<Record<string, Json>>; remediated: readonly Remediated[] } {
  let mended = resource;
  const changed: Record<string, Json> = {};
  const remediated: Remediated[] = [];
  for (const rule of rules) {
    if (!rule.remedy || (rule.production && !options.production)) continue;
    if (options.spared(rule.name, resource.urn) || !isBroken(rule, mended, options)) continue;
    const remedy = rule.remedy(mended);
    // What is put in a secret's place would be no secret any more, and what is beside it might be lost.
    if (Object.keys(remedy).some((property) => touchesSecret(resource, property))) continue;
    const after = copyWith(mended, {}, remedy);
    // Half a remedy would change what runs, and leave the violation.
    if (isBroken(rule, after, options)) continue;
    for (const [property, value] of Object.entries(remedy)) {
      remediated.push(told(rule, mended, property, value, options));
      changed[property] = value;
    }
    mended = after;
  }
  return { resource: mended, changed, remediated };
}

/** A remedy is for what is surely wrong. A rule that throws has no business changing anything. */
function isBroken(rule: ResourceRule, resource: Resource, situation: Situation): boolean {
  try {
    return rule.check(asJudged(resource), situation).some(({ outcome }) => outcome === "violation");
  } catch {
    return false;
  }
}

function told(
  { name, severity }: Rule,
  { urn, inputs }: Resource,
  property: string,
  value: Json,
  { hideFound }: RemediateOptions,
): Remediated {
  const before = hideFound && inputs[property] !== undefined ? "something else" : shown(inputs[property]);
  return {
    policy: name,
    severity,
    urn,
    property,
    message: `${property} is ${before}, and becomes ${shown(value)}`,
  };
}
