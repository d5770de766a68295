/** Rights that would let somebody have more of them: what has to be denied outright. */
import { parseUrn, UNKNOWN, type Resource } from "../../graph/resource";
import { judgeDocument } from "../documents";
import { unless } from "../expect";
import { graphRule, type Answer, type Finding } from "../rule";
import type { GraphView } from "../view";
import { ownAccounts } from "./accounts";
import { asksFor } from "./conditions";
import { holdersOf, RIGHTS, RIGHTS_INPUTS, type Kind } from "./holders";
import { isEvery, isFor, isOn, isPlainDeny, statementsOf, type Statement } from "./statement";
import { holdsOpen } from "./statements";

/** Each of them gives a role or a user rights, or makes one. AWS tells of the boundary in these. */
const GIVES_RIGHTS = [
  ...["CreateRole", "PutRolePolicy", "AttachRolePolicy", "PutRolePermissionsBoundary"],
  ...["CreateUser", "PutUserPolicy", "AttachUserPolicy", "PutUserPermissionsBoundary"],
].map((action) => `iam:${action}`);

/** Each of them gives others' rights, or takes them over. AWS tells of no boundary in these: they are for named ones. */
const TAKES_RIGHTS: Readonly<Record<string, readonly string[]>> = {
  policy: ["iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion"],
  role: ["iam:UpdateAssumeRolePolicy"],
  user: ["iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:UpdateLoginProfile"],
  group: ["iam:AttachGroupPolicy", "iam:PutGroupPolicy", "iam:AddUserToGroup"],
};

const CHANGES_POLICY = ["iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion", "iam:DeletePolicy"];
const CHANGES_HOLDER: Readonly<Record<Kind, readonly string[]>> = {
  role: [...changesOf("Role"), "iam:UpdateAssumeRolePolicy"],
  user: changesOf("User"),
  group: changesOf("Group"),
};

function changesOf(kind: string): readonly string[] {
  return ["Put", "Attach", "Detach", "Delete"].map((verb) => `iam:${verb}${kind}Policy`);
}

export const escalation = [
  graphRule({
    name: "iam-escalation",
    description:
      "Whoever may give rights gives none above a boundary, takes over none but named ones, and can change neither the boundary nor their own rights.",
    severity: "critical",
    references: { checkov: "CKV_AWS_286 CKV2_AWS_40" },
    remediation:
      "Ask for iam:PermissionsBoundary, deny iam:DeleteRolePermissionsBoundary and changes of the boundary and of whoever the policy belongs to, and name the policies, roles, users and groups of what knows no boundary",
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
  const denies = (actions: readonly string[], arn: string) =>
    actions.every((action) =>
      statements.some((one) => isPlainDeny(one) && isFor(one, action) && isOn(one, arn)),
    );
  const any = (kind: string) => `arn:aws:iam::${ownAccounts(view)[0] ?? "000000000000"}:${kind}/any`;
  const taking = Object.entries(TAKES_RIGHTS).flatMap(([kind, actions]) =>
    actions.filter(
      (action) =>
        statements.some((one) => one.allows && isFor(one, action) && isOnEvery(kind, one)) &&
        !denies([action], any(kind)),
    ),
  );
  const demands: readonly Demand[] = [
    [taking.length === 0, `nothing bounds ${taking.join(", ")}`],
    ...demandsOfGiving(statements, denies, any("role"), holdersIn(policy, view)),
  ];
  return demands.flatMap(([met, what]) => unless(met, policy, what, path));
}

type Demand = readonly [met: Answer, what: string];

function demandsOfGiving(
  statements: readonly Statement[],
  denies: (actions: readonly string[], arn: string) => boolean,
  anyRole: string,
  holders: readonly NamedHolder[] | undefined,
): readonly Demand[] {
  const giving = statements.filter((one) => one.allows && GIVES_RIGHTS.some((action) => isFor(one, action)));
  if (giving.length === 0) return [];
  const boundaries = giving.map((one) => asksFor(one, /^iam:permissionsboundary$/));
  return [
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
      holders?.every(({ kind, arn }) => denies(CHANGES_HOLDER[kind], arn)),
      "nothing denies changes of whoever it belongs to",
    ],
  ];
}

const isOnEvery = (kind: string, { resources, notResources }: Statement) =>
  notResources.length > 0 || resources.some((pattern) => isEvery(kind, pattern));

interface NamedHolder {
  readonly kind: Kind;
  readonly arn: string;
}

/** Whose a policy is; undefined where that is not known. AWS makes up names from those given here. */
function holdersIn(policy: Resource, view: GraphView): NamedHolder[] | undefined {
  const [account] = ownAccounts(view);
  const holders = holdersOf(policy, view);
  if (account === undefined || holders.length === 0) return undefined;
  const named = holders.flatMap(
    ({
      kind,
      resource: {
        inputs: { path = "/", name },
        urn,
      },
    }) =>
      [path, name].includes(UNKNOWN)
        ? []
        : {
            kind,
            arn: `arn:aws:iam::${account}:${kind}${String(path)}${typeof name === "string" ? name : parseUrn(urn).name}`,
          },
  );
  return named.length === holders.length ? named : undefined;
}
