/** Rights that would let somebody have more of them: what has to be denied outright. */
import { parseUrn, UNKNOWN, type Resource } from "../../graph/resource";
import { judgeDocument } from "../documents";
import { unless } from "../expect";
import { graphRule, type Answer, type Finding } from "../rule";
import type { GraphView } from "../view";
import { ownAccounts } from "./accounts";
import { asksFor } from "./conditions";
import { holdersOf, RIGHTS, RIGHTS_INPUTS } from "./holders";
import { isFor, isOn, isPlainDeny, statementsOf, type Statement } from "./statement";
import { holdsOpen } from "./statements";

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

export const escalation = [
  graphRule({
    name: "iam-escalation",
    description:
      "Whoever may give rights gives none above a boundary, and can change neither it nor their own rights.",
    severity: "critical",
    references: { checkov: "CKV_AWS_286 CKV2_AWS_40" },
    remediation:
      "Ask for iam:PermissionsBoundary, and deny iam:DeleteRolePermissionsBoundary and changes of the boundary and of the role itself",
    link: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
    types: RIGHTS,
    check: (resource, view) =>
      RIGHTS_INPUTS.flatMap((input) =>
        judgeDocument(resource, input, (content, path) =>
          holdsOpen(content)
            ? unless(undefined, resource, "it gives rights within a boundary only", path)
            : judgeRights(statementsOf(content), resource, path, view),
        ),
      ),
  }),
];

function judgeRights(
  statements: readonly Statement[],
  policy: Resource,
  path: string,
  view: GraphView,
): Finding[] {
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
      rolesOf(policy, view)?.every((arn) => denies(CHANGES_ROLE, arn)),
      "nothing denies changes of the role it belongs to",
    ],
  ];
  return demands.flatMap(([met, what]) => unless(met, policy, what, path));
}

/** ARNs of the roles a policy is for; undefined where one is not known. AWS makes up names from those given here. */
function rolesOf(policy: Resource, view: GraphView): string[] | undefined {
  const [account] = ownAccounts(view);
  const roles = holdersOf(policy, view).filter(({ kind }) => kind === "role");
  const arns = roles.map(
    ({
      resource: {
        inputs: { path = "/", name },
        urn,
      },
    }) =>
      account === undefined || [path, name].includes(UNKNOWN)
        ? undefined
        : `arn:aws:iam::${account}:role${String(path)}${typeof name === "string" ? name : parseUrn(urn).name}`,
  );
  return arns.every((arn) => arn !== undefined) ? arns : undefined;
}
