/** Ways around the rules about rights, each of which one of them closes. */
import type { Json } from "../../../graph/resource";
import { DEPLOYS, LOOKS, trust } from "../support/aws-stack/compute";
import { document } from "../support/aws-stack/parts";
import type { Case } from "../support/cases";
import { allow, NAMED, statement } from "./documents";

const ISSUER = "token.actions.githubusercontent.com";
const AUDIENCE = { [`${ISSUER}:aud`]: "sts.amazonaws.com" };
const SUBJECT = `${ISSUER}:sub`;

const ofRole = (rule: string, change: Json, says: string, also: readonly string[] = []) =>
  statement(rule, "rolePolicy", "policy", change, says, also);

/** Conditions that narrow nothing: what a request without an answer passes, or whatever it answers. */
const NARROWING_NOTHING: readonly Json[] = [
  { StringLike: { "aws:RequestedRegion": "*" } },
  { StringLike: { "aws:RequestedRegion": ["eu-west-1", "?*"] } },
  { StringEqualsIfExists: { "aws:RequestedRegion": "eu-west-1" } },
  { "ForAllValues:StringEquals": { "aws:RequestedRegion": "eu-west-1" } },
  { StringNotEquals: { "aws:RequestedRegion": "eu-west-1" } },
  { Null: { "aws:RequestedRegion": "false" } },
  { Bool: { "aws:SecureTransport": "true" } },
  { DateGreaterThan: { "aws:CurrentTime": "2026-01-01T00:00:00Z" } },
  { StringEquals: { "aws:RequestedRegion": [] } },
];

const admin = [
  ofRole(
    "iam-no-admin",
    { Sid: "X", Effect: "Allow", NotAction: "sts:*", Resource: "*" },
    `everything in X; ${NAMED}`,
    ["iam-escalation", "iam-no-wildcard", "iam-passrole"],
  ),
  ...[allow("*:*", "*"), allow(["s3:GetObject", "**"], "arn:aws:*"), allow("*", "arn:aws:*:*:*:*")].map(
    (one) =>
      ofRole("iam-no-admin", one, `everything in X; ${NAMED}`, [
        "iam-escalation",
        "iam-no-wildcard",
        "iam-passrole",
      ]),
  ),
  ofRole(
    "iam-no-admin",
    { Sid: "X", Effect: "Allow", Action: "*", NotResource: "arn:aws:s3:::x" },
    `everything in X; ${NAMED}`,
    ["iam-escalation", "iam-no-wildcard", "iam-passrole"],
  ),
];

const wildcards = [
  ofRole(
    "iam-no-wildcard",
    { Sid: "X", Effect: "Allow", NotAction: "iam:*", Resource: "arn:aws:s3:::x" },
    `every action but some in X; ${NAMED}`,
  ),
  ofRole(
    "iam-no-wildcard",
    { Sid: "X", Effect: "Allow", Action: "s3:GetObject", NotResource: "arn:aws:s3:::x" },
    `every resource but some in X; ${NAMED}`,
  ),
  ...["arn:aws:s3:::*", "arn:aws:s3:::*/*", "arn:aws:*:*:*:*"].map((arn) =>
    ofRole("iam-no-wildcard", allow("s3:GetObject", arn), `s3:GetObject on every resource in X; ${NAMED}`),
  ),
  ...NARROWING_NOTHING.map((condition) =>
    ofRole("iam-no-wildcard", allow("sqs:*", "*", condition), `every action (sqs:*) in X; ${NAMED}`),
  ),
  ofRole(
    "iam-no-wildcard",
    allow("kms:Decrypt", "*", { StringLike: { "kms:ViaService": "*" } }),
    `kms:Decrypt on every resource in X; ${NAMED}`,
  ),
  ofRole(
    "iam-no-wildcard",
    allow("kms:Decrypt", "*", { StringEquals: { "kms:ViaService": "s3.eu-west-1.amazonaws.com" } }),
    `kms:Decrypt on every resource in X; ${NAMED}`,
  ),
];

const PASSED = "allowed: named roles, to named services.";
const TO_TASKS = { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } };
const ROLE_ARN = "arn:aws:iam::123456789012:role/app/x";

const TO_ANY: readonly (Json | undefined)[] = [
  undefined,
  { StringLike: { "iam:PassedToService": "*" } },
  { StringLike: { "iam:PassedToService": "*.amazonaws.com" } },
  { StringEqualsIfExists: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
  { StringNotEquals: { "iam:PassedToService": "ec2.amazonaws.com" } },
  { StringEquals: { "aws:RequestedRegion": "eu-west-1" } },
];

const passed = [
  ...["arn:aws:iam::123456789012:role/*", "arn:aws:iam::123456789012:*", "arn:aws:iam::*:role/*"].map((arn) =>
    ofRole(
      "iam-passrole",
      allow("iam:Pass*", arn, TO_TASKS),
      `iam:PassRole of every role in X; ${PASSED}`,
      arn.includes("::*:") ? ["iam-no-wildcard"] : [],
    ),
  ),
  ofRole(
    "iam-passrole",
    { Sid: "X", Effect: "Allow", Action: "iam:PassRole", NotResource: ROLE_ARN, Condition: TO_TASKS },
    `iam:PassRole of every role in X; ${PASSED}`,
    ["iam-no-wildcard"],
  ),
  ...TO_ANY.map((condition) =>
    ofRole(
      "iam-passrole",
      allow("iam:PassRole", ROLE_ARN, condition),
      `iam:PassRole to every service in X; ${PASSED}`,
    ),
  ),
];

const trusts = (change: Json, says: string, also: readonly string[] = []) =>
  statement(
    "iam-trust",
    "deployer",
    "assumeRolePolicy",
    change,
    `${says} in X; allowed: named principals.`,
    also,
  );

const anybody = (condition: Json) => ({
  Sid: "X",
  Effect: "Allow",
  Action: "sts:AssumeRole",
  Principal: { AWS: "*" },
  Condition: condition,
});

/** Conditions that do not say who asks. */
const SCOPING_NOTHING: readonly Json[] = [
  { StringLike: { "aws:SourceAccount": "*" } },
  { StringLike: { "aws:SourceAccount": "12345678901?" } },
  { StringEqualsIfExists: { "aws:PrincipalOrgID": "o-1234567890" } },
  { "ForAllValues:StringEquals": { "aws:PrincipalOrgID": "o-1234567890" } },
  { StringNotEquals: { "aws:SourceAccount": "111111111111" } },
  { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/deployer" } },
  { ArnLike: { "aws:SourceArn": "arn:aws:s3:::*" } },
  { Null: { "aws:SourceAccount": "false" } },
  { IpAddress: { "aws:SourceIp": "0.0.0.0/1" } },
  { StringEquals: { "aws:RequestedRegion": "eu-west-1" } },
];

const trusted = [
  trusts(
    { Sid: "X", Effect: "Allow", Action: "sts:AssumeRole", NotPrincipal: { AWS: "arn:aws:iam::1:root" } },
    "everyone",
  ),
  ...SCOPING_NOTHING.map((condition) => trusts(anybody(condition), "everyone")),
  trusts(trust({ StringEquals: AUDIENCE }), "every user of an identity provider"),
  ...["*", "repo:*", "repo:owner/*", "repo:owner/name:*", "repo:owner/name*", "?epo:owner/name:ref:x"].map(
    (sub) =>
      trusts(
        trust({ StringEquals: AUDIENCE, StringLike: { [SUBJECT]: sub } }),
        "every user of an identity provider",
      ),
  ),
  trusts(
    trust({
      StringEquals: AUDIENCE,
      StringLike: { [SUBJECT]: ["repo:owner/name:ref:refs/heads/main", "*"] },
    }),
    "every user of an identity provider",
  ),
  trusts(
    trust({ StringEquals: AUDIENCE, StringEqualsIfExists: { [SUBJECT]: "repo:owner/name:environment:x" } }),
    "every user of an identity provider",
  ),
  trusts(
    trust({ StringEquals: { [SUBJECT]: "repo:owner/name:environment:x" } }),
    "tokens that are meant for somebody else",
  ),
  trusts(
    trust({
      StringEquals: { [SUBJECT]: "repo:owner/name:environment:x" },
      StringLike: { [`${ISSUER}:aud`]: "*" },
    }),
    "tokens that are meant for somebody else",
  ),
];

const OWN = "allowed: principals of the stack's own account.";

const accounts = [
  ...["arn:aws:iam::999999999999:root", "999999999999", "arn:aws:iam::999999999999:role/x"].map((AWS) =>
    statement(
      "iam-own-account",
      "looker",
      "assumeRolePolicy",
      { Sid: "X", Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS } },
      `account 999999999999 in X; ${OWN}`,
    ),
  ),
  ...["repositoryPolicy", "secret", "secretPolicy", "vaultPolicy", "key", "queue"].map((at) =>
    statement(
      "iam-own-account",
      at,
      "policy",
      { Sid: "X", Effect: "Allow", Action: "*", Principal: { AWS: "999999999999" } },
      `account 999999999999 in X; ${OWN}`,
    ),
  ),
  statement(
    "iam-own-account",
    "bucket",
    "policy",
    { Sid: "X", Effect: "Allow", Action: "*", Principal: { AWS: "999999999999" } },
    `account 999999999999 in X; ${OWN}`,
    ["s3-tls-only"],
  ),
  statement(
    "iam-own-account",
    "bucketPolicy",
    "policy",
    {
      Sid: "X",
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: "*",
      Principal: { CanonicalUser: "79a5" },
    },
    `somebody whose account cannot be told in X; ${OWN}`,
    ["s3-tls-only"],
  ),
];

/** Conditions that let in somebody of elsewhere. */
const ELSEWHERE: readonly (readonly [condition: Json, who: string])[] = [
  [{ StringEquals: { "kms:CallerAccount": "999999999999" } }, "account 999999999999"],
  [{ StringEquals: { "aws:SourceAccount": ["123456789012", "999999999999"] } }, "account 999999999999"],
  [{ StringLike: { "aws:PrincipalAccount": "999999999999" } }, "account 999999999999"],
  [{ ArnLike: { "aws:PrincipalArn": "arn:aws:iam::999999999999:role/*" } }, "account 999999999999"],
  [{ ArnEquals: { "aws:SourceArn": "arn:aws:sns:eu-west-1:999999999999:x" } }, "account 999999999999"],
  [{ StringEquals: { "aws:PrincipalOrgID": "o-1234567890" } }, "organization o-1234567890"],
];

const openTo = (Principal: Json, Condition: Json) => ({
  Sid: "X",
  Effect: "Allow",
  Action: "sns:Publish",
  Resource: "*",
  Principal,
  Condition,
});

const elsewhere = ELSEWHERE.flatMap(([condition, who]) => [
  ...["key", "topicPolicy", "secretPolicy"].map((at) =>
    statement("iam-own-account", at, "policy", openTo("*", condition), `${who} in X; ${OWN}`),
  ),
  statement(
    "iam-own-account",
    "topicPolicy",
    "policy",
    openTo({ Service: "s3.amazonaws.com" }, condition),
    `${who} in X; ${OWN}`,
  ),
  statement(
    "iam-own-account",
    "taskRole",
    "assumeRolePolicy",
    openTo({ AWS: "*" }, condition),
    `${who} in X; ${OWN}`,
  ),
]);

/** What is said of a policy as a whole. */
const whole = (
  rule: string,
  at: string,
  change: readonly Json[],
  says: string,
  more: Partial<Case> = {},
): Case => ({
  rule,
  at,
  path: "policy",
  bad: document(...change),
  absent: "pass",
  says,
  ...more,
});

const { Roles, HandOn, Rights, Boundary } = DEPLOYS;
const deploys = (change: readonly Json[], says: string) =>
  whole("iam-escalation", "deployerPolicy", change, says);

const UNBOUND: readonly Json[] = [
  {},
  { StringLike: { "iam:PermissionsBoundary": "*" } },
  { StringEqualsIfExists: Roles.Condition.StringEquals },
  { StringNotEquals: Roles.Condition.StringEquals },
  { Null: { "iam:PermissionsBoundary": "false" } },
];

const escalations = [
  deploys([Roles, HandOn, Rights], "Nothing denies iam:DeleteRolePermissionsBoundary."),
  deploys(
    [Roles, Rights, { ...Boundary, Condition: { Bool: { "aws:SecureTransport": "true" } } }],
    "Nothing denies iam:DeleteRolePermissionsBoundary.",
  ),
  deploys(
    [Roles, Rights, { ...Boundary, Resource: "arn:aws:iam::123456789012:role/app/*" }],
    "Nothing denies iam:DeleteRolePermissionsBoundary.",
  ),
  deploys([Roles, HandOn, Boundary], "Nothing denies changes of the boundary."),
  deploys([Roles, HandOn, Boundary], "Nothing denies changes of whoever it belongs to."),
  deploys(
    [Roles, Boundary, { ...Rights, Resource: Rights.Resource.slice(0, 1) }],
    "Nothing denies changes of the boundary.",
  ),
  deploys(
    [
      Roles,
      Boundary,
      { ...Rights, Action: ["iam:Put*", "iam:Update*", "iam:Create*", "iam:Set*", "iam:De*"] },
    ],
    "Nothing denies changes of whoever it belongs to.",
  ),
  ...UNBOUND.map((Condition) =>
    deploys([{ ...Roles, Condition }, Rights, Boundary], "Rights are given without iam:PermissionsBoundary."),
  ),
  deploys(
    [Roles, Rights, Boundary, allow("iam:PutUser*", "arn:aws:iam::123456789012:user/x")],
    "Rights are given without iam:PermissionsBoundary.",
  ),
];

/** What takes others' rights, and whose. */
const TAKING: readonly (readonly [whose: string, ...actions: string[]])[] = [
  ["policy", "CreatePolicyVersion", "SetDefaultPolicyVersion"],
  ["role", "UpdateAssumeRolePolicy"],
  ["user", "CreateAccessKey", "CreateLoginProfile", "UpdateLoginProfile"],
  ["group", "AttachGroupPolicy", "PutGroupPolicy", "AddUserToGroup"],
];

const taken = [
  ...TAKING.flatMap(([whose, ...names]) =>
    names.map((name) =>
      whole(
        "iam-escalation",
        "rolePolicy",
        [allow(`iam:${name}`, `arn:aws:iam::123456789012:${whose}/*`)],
        `Nothing bounds iam:${name}.`,
      ),
    ),
  ),
  whole(
    "iam-escalation",
    "personPolicy",
    [
      ...LOOKS,
      allow(["iam:CreateAccessKey", "iam:CreateLoginProfile"], "*"),
      { Sid: "Y", Effect: "Deny", Action: "iam:CreateLoginProfile", Resource: "*" },
      {
        Sid: "Z",
        Effect: "Deny",
        Action: "iam:CreateAccessKey",
        Resource: "arn:aws:iam::123456789012:user/x",
      },
    ],
    "Nothing bounds iam:CreateAccessKey.",
    { also: ["iam-no-wildcard"] },
  ),
  whole(
    "iam-escalation",
    "deployerPolicy",
    [...Object.values(DEPLOYS), allow("iam:CreatePolicyVersion", "arn:aws:iam::*:policy/**")],
    "Nothing bounds iam:CreatePolicyVersion.",
    { also: ["iam-no-wildcard"] },
  ),
  ...["personPolicy", "peoplePolicy", "deploys"].map((at) =>
    whole(
      "iam-escalation",
      at,
      [...LOOKS, Roles, Boundary, { ...Rights, Resource: [...Rights.Resource.slice(1), ROLE_ARN] }],
      "Nothing denies changes of whoever it belongs to.",
    ),
  ),
];

const [Data, Values] = LOOKS as [{ Action: string[] }, Record<string, Json>];
const looks = (change: readonly Json[], says: string, at = "lookerPolicy", path = "policy") =>
  whole("iam-looks-only", at, change, says, { path, absent: "violation" });

const looking = [
  looks([Data as Json], "Nothing denies secretsmanager:GetSecretValue."),
  looks([Data as Json, { ...Values, NotResource: "*" }], "Nothing denies s3:GetObject."),
  looks(
    [Data as Json, { ...Values, Condition: { Bool: { "aws:SecureTransport": "false" } } }],
    "Nothing denies s3:GetObject.",
  ),
  looks([{ ...Data, Resource: "arn:aws:s3:::x" } as Json, Values], "Nothing denies kms:Decrypt."),
  looks(
    [{ ...Data, Action: Data.Action.filter((one) => one !== "sts:AssumeRole") } as Json, Values],
    "Nothing denies sts:AssumeRole.",
  ),
  looks([Values as Json], "Nothing denies kms:Decrypt.", "worker", "inlinePolicies[0].policy"),
  looks([Values as Json], "Nothing denies kms:Decrypt.", "personPolicy"),
  looks([Values as Json], "Nothing denies kms:Decrypt.", "peoplePolicy"),
  {
    rule: "iam-looks-only",
    at: "executionRole",
    path: "managedPolicyArns",
    bad: ["arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"],
    absent: "pass",
    also: ["iam-one-style"],
    says: "Nothing denies kms:Decrypt.",
  } satisfies Case,
];

/** What a role holds itself is judged like what stands beside it. */
const within = [
  statement(
    "iam-no-admin",
    "worker",
    "inlinePolicies[1].policy",
    allow("*", "*"),
    `everything in X; ${NAMED}`,
    ["iam-escalation", "iam-no-wildcard", "iam-passrole"],
  ),
  statement(
    "iam-no-wildcard",
    "worker",
    "inlinePolicies[1].policy",
    allow("s3:GetObject", "*"),
    `s3:GetObject on every resource in X; ${NAMED}`,
  ),
  statement(
    "iam-passrole",
    "worker",
    "inlinePolicies[1].policy",
    allow("iam:PassRole", ROLE_ARN),
    `iam:PassRole to every service in X; ${PASSED}`,
  ),
  whole("iam-escalation", "worker", [Roles, Rights], "Nothing denies iam:DeleteRolePermissionsBoundary.", {
    path: "inlinePolicies[1].policy",
  }),
  whole("iam-escalation", "worker", [Roles, Boundary], "Nothing denies changes of whoever it belongs to.", {
    path: "inlinePolicies[1].policy",
  }),
  {
    rule: "iam-no-admin",
    at: "taskRole",
    path: "inlinePolicies",
    bad: [{ name: "all", policy: document(allow("*", "*")) }],
    absent: "pass",
    also: ["iam-escalation", "iam-no-wildcard", "iam-one-style", "iam-passrole"],
    says: `inlinePolicies[0].policy is everything in X; ${NAMED}`,
  } satisfies Case,
];

/** The same conditions, where a resource says who reaches it. */
const opened = SCOPING_NOTHING.map((Condition) =>
  statement(
    "kms-policy",
    "key",
    "policy",
    { Sid: "X", Effect: "Allow", Action: "kms:Decrypt", Resource: "*", Principal: "*", Condition },
    "everyone in X; allowed: named principals.",
  ),
);

export const IDENTITY: readonly Case[] = [
  ...admin,
  ...wildcards,
  ...passed,
  ...trusted,
  ...opened,
  ...accounts,
  ...elsewhere,
  ...escalations,
  ...taken,
  ...looking,
  ...within,
];
