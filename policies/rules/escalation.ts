/** Rights that would let somebody have more of them, or see what is kept: what has to be denied outright. */
import { parseUrn, UNKNOWN, type Resource } from "../../graph/resource";
import { documentAt, judgeDocument } from "../documents";
import { unless } from "../expect";
import { graphRule, type Answer, type Finding } from "../rule";
import { aws } from "../tokens";
import type { GraphView } from "../view";
import { ownAccounts } from "./accounts";
import { asksFor } from "./conditions";
import { fits, isFor, isOn, partsOfArn, statementsOf, type Principal, type Statement } from "./statement";
import { holdsOpen } from "./statements";

const ROLE = aws("iam", "role");
const INLINE = aws("iam", "rolePolicy", "userPolicy", "groupPolicy");
const POLICY = aws("iam", "policy");
const ATTACHMENT = aws("iam", "rolePolicyAttachment", "policyAttachment");
const TRUSTS = [
  ...aws("s3", "bucketPolicy"),
  ...aws("kms", "key", "keyPolicy"),
  ...aws("sqs", "queue", "queuePolicy"),
  ...aws("sns", "topic", "topicPolicy"),
  ...aws("ecr", "repositoryPolicy"),
  ...aws("cloudwatch", "logResourcePolicy"),
  ...aws("secretsmanager", "secretPolicy"),
];
const IAM_GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide";

/** Each of them gives a role or a user rights, or makes one. AWS tells of the boundary in these. */
const GIVES_RIGHTS = [
  ...["CreateRole", "PutRolePolicy", "AttachRolePolicy", "PutRolePermissionsBoundary"],
  ...["CreateUser", "PutUserPolicy", "AttachUserPolicy", "PutUserPermissionsBoundary"],
].map((action) => `iam:${action}`);

const CHANGES_POLICY = ["iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion", "iam:DeletePolicy"];
const CHANGES_ROLE = [
  "PutRolePolicy",
  "AttachRolePolicy",
  "DetachRolePolicy",
  "DeleteRolePolicy",
  "UpdateAssumeRolePolicy",
].map((action) => `iam:${action}`);

/** What AWS counts as looking, and would give away what is kept: values, rows, lines, code, objects. */
const READS_DATA = [
  ...["secretsmanager:GetSecretValue", "secretsmanager:BatchGetSecretValue", "ssm:GetParameter"],
  ...["s3:GetObject", "kms:Decrypt", "lambda:GetFunction", "ecr:GetDownloadUrlForLayer"],
  ...["logs:GetLogEvents", "logs:FilterLogEvents", "logs:GetLogRecord", "logs:GetQueryResults"],
  ...["logs:StartQuery", "logs:StartLiveTail", "aps:QueryMetrics", "xray:BatchGetTraces"],
  ...["rds:DownloadDBLogFilePortion", "sts:AssumeRole"],
];

export const escalation = [
  graphRule({
    name: "iam-escalation",
    description:
      "Whoever may give rights gives none above a boundary, and can change neither it nor their own rights.",
    severity: "critical",
    references: { checkov: "CKV_AWS_286 CKV2_AWS_40" },
    remediation:
      "Ask for iam:PermissionsBoundary, and deny iam:DeleteRolePermissionsBoundary and changes of the boundary and of the role itself",
    link: `${IAM_GUIDE}/access_policies_boundaries.html`,
    types: [...INLINE, ...POLICY],
    check: judgeEscalation,
  }),
  graphRule({
    name: "iam-looks-only",
    description: "Whoever may look at everything sees nothing of what is kept, unless it is named.",
    severity: "high",
    remediation: "Deny, in a policy of the role, what reads values, rows, lines, code and objects",
    link: `${IAM_GUIDE}/access_policies_job-functions.html`,
    types: ATTACHMENT,
    check: judgeLooking,
  }),
  graphRule({
    name: "iam-own-account",
    description: "Nobody of another account is let in.",
    severity: "high",
    references: { fsbp: "S3.6", checkov: "CKV_AWS_61" },
    remediation: "Name principals of the account the stack is for; what another one needs has to be waived",
    link: `${IAM_GUIDE}/reference_policies_elements_principal.html`,
    types: [...ROLE, ...TRUSTS],
    check: judgeAccounts,
  }),
];

const POLICY_INPUTS = ["policy", "assumeRolePolicy", "policyDocument"];

/** The statements of a resource's policy; undefined where they are not known. */
function known(resource: Resource, input: string): readonly Statement[] | undefined {
  const document = documentAt(resource, input);
  if (document.state === "parsed")
    return holdsOpen(document.value) ? undefined : statementsOf(document.value);
  // What cannot be read as JSON is a violation of others.
  return document.state === "absent" || document.state === "broken" ? [] : undefined;
}

function judgeEscalation(policy: Resource, view: GraphView): Finding[] {
  return judgeDocument(policy, "policy", (content) =>
    holdsOpen(content)
      ? unless(undefined, policy, "it gives rights within a boundary only", "policy")
      : judgeRights(statementsOf(content), policy, view),
  );
}

function judgeRights(statements: readonly Statement[], policy: Resource, view: GraphView): Finding[] {
  const giving = statements.filter((one) => one.allows && GIVES_RIGHTS.some((action) => isFor(one, action)));
  if (giving.length === 0) return [];
  const boundaries = giving.map((one) => asksFor(one, /^iam:permissionsboundary$/));
  const denies = (actions: readonly string[], arn: string) =>
    actions.every((action) =>
      statements.some((one) => isPlainDeny(one) && isFor(one, action) && isOn(one, arn)),
    );
  const anyRole = `arn:aws:iam::${ownAccounts(view)[0] ?? "000000000000"}:role/any`;
  const demands: readonly (readonly [Answer, string])[] = [
    [!boundaries.includes(undefined), "rights are given without iam:PermissionsBoundary"],
    [
      denies(["iam:DeleteRolePermissionsBoundary"], anyRole),
      "nothing denies iam:DeleteRolePermissionsBoundary",
    ],
    [
      boundaries.flatMap((arns) => arns ?? []).every((arn) => denies(CHANGES_POLICY, arn)),
      "nothing denies changes of the boundary",
    ],
    [
      holdersOf(policy, view)?.every((arn) => denies(CHANGES_ROLE, arn)),
      "nothing denies changes of the role it belongs to",
    ],
  ];
  return demands.flatMap(([met, what]) => unless(met, policy, what, "policy"));
}

/** Whatever else may be so. */
const isPlainDeny = ({ allows, questions }: Statement) => !allows && questions.length === 0;

/** ARNs of the roles a policy is for; undefined where one is not known. AWS makes up names from those given here. */
function holdersOf(policy: Resource, view: GraphView): string[] | undefined {
  const [account] = ownAccounts(view);
  const roles = view.targets(policy, "role", ROLE).sure;
  const arns = roles.map(({ inputs: { path = "/", name }, urn }) =>
    account === undefined || [path, name].includes(UNKNOWN)
      ? undefined
      : `arn:aws:iam::${account}:role${String(path)}${typeof name === "string" ? name : parseUrn(urn).name}`,
  );
  return arns.every((arn) => arn !== undefined) ? arns : undefined;
}

function judgeLooking(attachment: Resource, view: GraphView): Finding[] {
  const { policyArn } = attachment.inputs;
  // Policies of the stack's own are judged where they stand.
  if (view.targets(attachment, "policyArn", POLICY).sure.length > 0) return [];
  if (policyArn === UNKNOWN)
    return unless(undefined, attachment, "it is AWS's policy of what only looks", "policyArn");
  if (!/:policy\/(job-function\/)?(ReadOnly|ViewOnly)Access$/.test(String(policyArn))) return [];
  const { sure: roles } = view.targets(attachment, "role", ROLE);
  const documents = roles.flatMap((role) =>
    view.referring(INLINE, "role", role).sure.map((policy) => known(policy, "policy")),
  );
  const statements = documents.flatMap((one) => one ?? []).filter(isDenyOfMost);
  return READS_DATA.filter((action) => !statements.some((one) => isFor(one, action))).flatMap((action) =>
    unless(
      documents.includes(undefined) ? undefined : false,
      attachment,
      `nothing denies ${action}`,
      "policyArn",
    ),
  );
}

/** Of everything, or of everything but what is named. */
const isDenyOfMost = (statement: Statement) =>
  isPlainDeny(statement) &&
  (statement.resources.includes("*") ||
    (statement.notResources.length > 0 && !statement.notResources.some((one) => fits(one, ANYTHING))));

/** Names no real resource, so that only a pattern for everything fits. */
const ANYTHING = "arn:aws:any:any:000000000000:any/any";

function judgeAccounts(resource: Resource, view: GraphView): Finding[] {
  const own = ownAccounts(view);
  const allowed = "principals of the stack's own account";
  return POLICY_INPUTS.flatMap((input) =>
    judgeDocument(resource, input, (content) => {
      if (holdsOpen(content)) return [{ outcome: "undecidable", found: "unknown until up", allowed }];
      return statementsOf(content)
        .filter(({ allows }) => allows)
        .flatMap(({ principals, label }) =>
          principals.flatMap((principal) => {
            const account = accountOf(principal);
            if (account === undefined || own.includes(account)) return [];
            const outcome = own.length === 0 && account !== "" ? "undecidable" : "violation";
            const found = account === "" ? "somebody whose account cannot be told" : `account ${account}`;
            return [{ outcome, found: `${found} in ${label}`, allowed } as const];
          }),
        );
    }),
  );
}

/** Undefined for whoever is in no account, or is judged by other rules; empty where it cannot be told. */
function accountOf({ kind, id }: Principal): string | undefined {
  if (kind === "CanonicalUser" || (kind === "AWS" && /^[A-Z0-9]{16,}$/.test(id))) return "";
  const account = /^\d{12}$/.test(id) ? id : partsOfArn(id)?.account;
  return account === "" ? undefined : account;
}
