/** Who may do what: policies, and roles with those who take them. */
import { UNKNOWN, type Resource } from "../../graph/resource";
import { documentAt, holdsAny } from "../documents";
import {
  atMost,
  every,
  isSet,
  judge,
  longerThan,
  matches,
  not,
  onlyOf,
  orAbsent,
  property,
  softened,
  some,
  unless,
} from "../expect";
import { graphRule, resourceRule, type Answer, type Finding } from "../rule";
import { aws } from "../tokens";
import type { GraphView } from "../view";
import { asksFor, isBounded, isScoped, questionsOf } from "./conditions";
import { ATTACHMENTS, RIGHTS, RIGHTS_INPUTS, ROLE } from "./holders";
import { isEvery, isFor, isOnEverything, statementsOf, type Statement } from "./statement";
import { namesEverybody, statements } from "./statements";

const USER = aws("iam", "user");
const IAM_GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html";

/** Every action, or every one but some. */
const anyAction = ({ actions, notActions }: Statement): boolean =>
  notActions.length > 0 || actions.some((action) => /^[*?]+(:[*?]+)?$/.test(action));

const isAdmin = (statement: Statement): boolean =>
  statement.allows && anyAction(statement) && isOnEverything(statement);

/** Actions that know no resource, or whose resources cannot be named. */
const UNBOUNDED =
  /^(ecr:GetAuthorizationToken|cloudwatch:PutMetricData|xray:\w+|ec2:Describe\w+|logs:Describe\w+|ssmmessages:\w+|tag:GetResources|sts:GetCallerIdentity|aps:RemoteWrite|kms:ListAliases|s3:ListAllMyBuckets)$/;

function wildcard(statement: Statement): string | undefined {
  if (!statement.allows) return undefined;
  if (statement.notActions.length > 0) return "every action but some";
  if (statement.notResources.length > 0) return "every resource but some";
  const { actions } = statement;
  const bounded = isBounded(statement);
  // A pipeline manages whole services; what bounds it then is where, and in what.
  const wide = actions.find((action) => /^[*?]/.test(action) || (!bounded && /^[\w-]+:[*?]+$/.test(action)));
  if (wide !== undefined) return `every action (${wide})`;
  if (bounded || !isOnEverything(statement)) return undefined;
  const unscoped = actions.find((action) => !UNBOUNDED.test(action));
  return unscoped === undefined ? undefined : `${unscoped} on every resource`;
}

const PASSES = "iam:PassRole";

function passesAnyRole(statement: Statement): string | undefined {
  if (!statement.allows || !isFor(statement, PASSES)) return undefined;
  if (isOnEverything(statement) || statement.resources.some((arn) => isEvery("role", arn)))
    return `${PASSES} of every role`;
  return asksFor(statement, /^iam:passedtoservice$/) ? undefined : `${PASSES} to every service`;
}

/** What comes after the repository: of that alone, every branch and every pull request may be one. */
const NARROW_SUBJECT = /^([^*?]+|repo:[^:*?]+:[^*?]*[^*?:][^*?]*[*?].*)$/;

function trustsAnyone(statement: Statement): string | undefined {
  if (!statement.allows) return undefined;
  if (namesEverybody(statement)) return isScoped(statement) ? undefined : "everyone";
  if (statement.principals.every(({ kind }) => kind !== "Federated")) return undefined;
  const subjects = questionsOf(statement, /:(sub|namequalifier)$/);
  if (!subjects.some(({ values }) => values.length > 0 && values.every((one) => NARROW_SUBJECT.test(one))))
    return "every user of an identity provider";
  return asksFor(statement, /:aud$/) ? undefined : "tokens that are meant for somebody else";
}

function mayBeTakenByService(role: Resource): Answer {
  const trust = documentAt(role, "assumeRolePolicy");
  if (trust.state !== "parsed") return trust.state === "absent" ? false : undefined;
  return statementsOf(trust.value).some(({ principals }) =>
    principals.some(({ kind, id }) => kind === "Service" || id.endsWith(".amazonaws.com")),
  );
}

/** A trust nobody knows yet may name a service. */
function judgeBoundary(role: Resource): Finding[] {
  const taken = mayBeTakenByService(role);
  const findings = taken === false ? [] : judge(role, "permissionsBoundary", isSet);
  return taken === undefined ? softened(findings) : findings;
}

/** Of the user that the environment itself declares, where backups have no role to take. */
const OWN_PATH = "/mainstay/";

/** One that is switched off opens nothing. */
function judgeAccessKey(key: Resource, view: GraphView): Finding[] {
  const { sure, open } = view.targets(key, "user", USER);
  const own = every([
    sure.length > 0 ? true : open ? undefined : false,
    ...sure.map(({ inputs: { path } }) => (path === UNKNOWN ? undefined : path === OWN_PATH)),
  ]);
  const answer = some([own, key.inputs.status === UNKNOWN ? undefined : key.inputs.status === "Inactive"]);
  return unless(answer, key, "it lets its user in until somebody removes it", "user");
}

export const identity = [
  resourceRule({
    name: "iam-no-admin",
    description: "Nobody is allowed everything.",
    severity: "critical",
    references: {
      fsbp: "IAM.1",
      nag: "IAMPolicyNoStatementsWithAdminAccess",
      checkov: "CKV_AWS_62 CKV_AWS_274 CKV2_AWS_40",
    },
    remediation: "Name the actions and resources that are needed",
    types: [...RIGHTS, ...ATTACHMENTS],
    check: (resource) => [
      ...statements(
        RIGHTS_INPUTS,
        (one) => (isAdmin(one) ? "everything" : undefined),
        "named actions on named resources",
      )(resource),
      ...judge(resource, "policyArn", noAdminArn),
      ...judge(resource, "managedPolicyArns[*]", noAdminArn),
    ],
  }),
  resourceRule({
    name: "iam-no-wildcard",
    description: "Permissions name actions and resources.",
    severity: "high",
    references: {
      fsbp: "IAM.21 KMS.1 KMS.2",
      nag: "IAM5",
      checkov: "CKV_AWS_63 CKV_AWS_289 CKV_AWS_290 CKV_AWS_355",
      trivy: "AWS-0057",
    },
    remediation: "Replace * by what is needed, or add a condition on where or on what",
    types: RIGHTS,
    check: statements(RIGHTS_INPUTS, wildcard, "named actions on named resources"),
  }),
  resourceRule({
    name: "iam-passrole",
    description: "Whoever may hand on a role may hand on named ones only, to named services.",
    severity: "high",
    references: { checkov: "CKV_AWS_286", trivy: "AWS-0342" },
    remediation: "Name the roles in Resource and the service in the condition iam:PassedToService",
    link: IAM_GUIDE,
    types: RIGHTS,
    check: statements(RIGHTS_INPUTS, passesAnyRole, "named roles, to named services"),
  }),
  resourceRule({
    name: "iam-trust",
    description: "A role says who takes it.",
    severity: "high",
    references: { checkov: "CKV_AWS_60 CKV_AWS_61" },
    remediation: "Name a service or role as Principal; of an identity provider ask for :sub and :aud",
    link: IAM_GUIDE,
    types: ROLE,
    check: statements(["assumeRolePolicy"], trustsAnyone, "named principals"),
  }),
  resourceRule({
    name: "iam-boundary",
    description: "A role a service takes has a boundary: whoever may make roles makes none above themselves.",
    severity: "medium",
    remediation: "Set permissionsBoundary to a policy that those who make roles cannot change",
    link: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
    types: ROLE,
    check: judgeBoundary,
  }),
  graphRule({
    name: "iam-one-style",
    description: "A role's policies stand in it or beside it, not both: they would undo each other.",
    severity: "medium",
    remediation: "Move inlinePolicies and managedPolicyArns to resources of their own",
    link: "https://www.pulumi.com/registry/packages/aws/api-docs/iam/role/",
    types: ROLE,
    check: (role, view) => {
      const inline = some([holdsAny(role.inputs.inlinePolicies), holdsAny(role.inputs.managedPolicyArns)]);
      const apart =
        view.referring([...aws("iam", "rolePolicy"), ...ATTACHMENTS], "role", role).sure.length > 0;
      return unless(apart ? not(inline) : true, role, "it has policies of its own and others refer to it");
    },
  }),
  resourceRule({
    name: "oidc-audience",
    description: "An identity provider is asked for by https, and its tokens are meant for AWS.",
    severity: "high",
    remediation: 'Set url to one of https, and clientIdLists to ["sts.amazonaws.com"]',
    link: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html",
    types: aws("iam", "openIdConnectProvider"),
    check: (provider) => [
      ...judge(provider, "url", matches(/^(https:\/\/)?[\w-]+(\.[\w-]+)+(\/|$)/, "an address of https")),
      ...judge(provider, "clientIdLists", onlyOf("sts.amazonaws.com")),
      ...judge(provider, "clientIdLists", longerThan(1)),
    ],
  }),
  resourceRule({
    name: "iam-session",
    description: "A role taken by a person or a pipeline is given back within four hours.",
    severity: "low",
    remediation: "Set maxSessionDuration to 14400 or less",
    link: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use.html",
    types: ROLE,
    check: property("maxSessionDuration", orAbsent(atMost(14_400))),
  }),
  graphRule({
    name: "iam-no-access-key",
    description: `Nobody has a key that never ends, but the user of the path ${OWN_PATH}: backups of a host outside AWS, where there is no role to take.`,
    severity: "high",
    remediation:
      "Let a pipeline take a role by an iam.OpenIdConnectProvider, a service by its task or instance, and people by IAM Identity Center",
    link: IAM_GUIDE,
    types: aws("iam", "accessKey"),
    check: judgeAccessKey,
  }),
];

const noAdminArn = {
  ...isSet,
  given: false,
  absent: true,
  allowed: "no AdministratorAccess, PowerUserAccess or IAMFullAccess",
  test: (value: unknown) =>
    !/:policy\/(AdministratorAccess|PowerUserAccess|IAMFullAccess)$/.test(String(value)),
};
