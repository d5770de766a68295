/** AWS's policies of what only looks: they let see more than how things are set. */
import { UNKNOWN, type Resource } from "../../graph/resource";
import { documentAt } from "../documents";
import { every, unless } from "../expect";
import { graphRule, type Answer, type Finding } from "../rule";
import { spots } from "../spots";
import type { GraphView } from "../view";
import { ATTACHMENTS, holdersOf, INLINE, MANAGED, RIGHTS_INPUTS, ROLE, type Holder } from "./holders";
import { fits, isFor, isPlainDeny, statementsOf, type Statement } from "./statement";
import { holdsOpen } from "./statements";

/** What AWS counts as looking, and would give away what is kept: values, rows, lines, code, objects. */
const READS_DATA = [
  ...["secretsmanager:GetSecretValue", "secretsmanager:BatchGetSecretValue", "ssm:GetParameter"],
  ...["s3:GetObject", "kms:Decrypt", "lambda:GetFunction", "ecr:GetDownloadUrlForLayer"],
  ...["logs:GetLogEvents", "logs:FilterLogEvents", "logs:GetLogRecord", "logs:GetQueryResults"],
  ...["logs:StartQuery", "logs:StartLiveTail", "aps:QueryMetrics", "xray:BatchGetTraces"],
  ...["rds:DownloadDBLogFilePortion", "sts:AssumeRole"],
];

export const looking = [
  graphRule({
    name: "iam-looks-only",
    description: "Whoever may look at everything sees nothing of what is kept, unless it is named.",
    severity: "high",
    remediation: "Deny, in a policy of whoever holds it, what reads values, rows, lines, code and objects",
    link: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_job-functions.html",
    types: [...ATTACHMENTS, ...ROLE],
    check: (resource, view) =>
      ["policyArn", "managedPolicyArns"].flatMap((input) => judgeAttached(resource, input, view)),
  }),
];

const LOOKS_AT_EVERYTHING = /:policy\/(job-function\/)?(ReadOnly|ViewOnly)Access$/;

function judgeAttached(resource: Resource, input: string, view: GraphView): Finding[] {
  // Policies of the stack's own are judged where they stand.
  const isOwn = view.targets(resource, input, MANAGED).sure.length > 0;
  return spots(resource, `${input}[*]`).flatMap(({ path, value }) => {
    if (value === UNKNOWN)
      return isOwn ? [] : unless(undefined, resource, "it is AWS's policy of what only looks", path);
    return LOOKS_AT_EVERYTHING.test(String(value)) ? judgeLooking(resource, path, view) : [];
  });
}

function judgeLooking(resource: Resource, path: string, view: GraphView): Finding[] {
  const denials = holdersOf(resource, view).map((holder) => denialsOf(holder, view));
  return READS_DATA.flatMap((action) =>
    unless(
      denials.length > 0 && every(denials.map((of) => of(action))),
      resource,
      `nothing denies ${action}`,
      path,
    ),
  );
}

/** What the policies of a holder deny, as far as they are known. */
function denialsOf({ kind, resource }: Holder, view: GraphView): (action: string) => Answer {
  const policies = [resource, ...view.referring(INLINE, kind, resource).sure].flatMap((policy) =>
    RIGHTS_INPUTS.flatMap((input) => spots(policy, input).map(({ path }) => known(policy, path))),
  );
  const denials = policies.flatMap((one) => one ?? []).filter(isDenyOfMost);
  return (action) =>
    denials.some((one) => isFor(one, action)) || (policies.includes(undefined) ? undefined : false);
}

/** The statements of a resource's policy; undefined where they are not known. */
function known(resource: Resource, path: string): readonly Statement[] | undefined {
  const document = documentAt(resource, path);
  if (document.state === "parsed")
    return holdsOpen(document.value) ? undefined : statementsOf(document.value);
  // What cannot be read as JSON is a violation of others.
  return document.state === "absent" || document.state === "broken" ? [] : undefined;
}

/** Of everything, or of everything but what is named. */
const isDenyOfMost = (statement: Statement) =>
  isPlainDeny(statement) &&
  (statement.resources.includes("*") ||
    (statement.notResources.length > 0 && !statement.notResources.some((one) => fits(one, ANYTHING))));

/** Names no real resource, so that only a pattern for everything fits. */
const ANYTHING = "arn:aws:any:any:000000000000:any/any";
