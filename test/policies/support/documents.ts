/** Weakens a document that stands in an input as text: a policy in each statement and key, another in each leaf. */
import type { Json } from "../../../graph/resource";
import { changed, partsOf } from "./graphs";
import { at, leaves, plain, weaker } from "./mutate";

/** What is weakened, for what is the same elsewhere, and the ways to do so; to notice one of them is enough. */
export interface Weakness {
  readonly what: string;
  readonly ways: readonly string[];
}

type Statement = Readonly<Record<string, Json>>;

const list = (value: Json | undefined): readonly Json[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];
const object = (value: Json | undefined): Statement =>
  value !== null && typeof value === "object" && !Array.isArray(value) ? value : {};

/** The weaknesses of a policy, each made in one statement alone. */
export function weakPolicies(text: string): Weakness[] {
  const policy = object(JSON.parse(text) as Json);
  const statements = list(policy.Statement).map(object);
  const written = (index: number, to: Statement | undefined) =>
    JSON.stringify({
      ...policy,
      Statement: statements.flatMap((one, place) => (place === index ? (to ?? []) : [one])),
    });
  return statements.flatMap((one, index) =>
    (one.Effect === "Deny" ? weakDeny(one) : weakAllow(one))
      .map(([what, to]) => ({ what: `${String(one.Effect)} ${what}`, ways: [written(index, to)] }))
      // What is so already cannot be weakened to it.
      .filter(({ ways }) => ways[0] !== JSON.stringify(policy)),
  );
}

type Weak = readonly [what: string, to: Statement | undefined];

/** Each element of a list in turn, by another or by none. */
const each = (one: Statement, key: string, to: (element: Json) => readonly Json[]): Statement[] =>
  list(one[key]).map((element, place, all) => ({
    ...one,
    [key]: all.flatMap((other, index) => (index === place ? to(element) : [other])),
  }));

const without = (one: Statement, ...keys: string[]): Statement =>
  Object.fromEntries(Object.entries(one).filter(([key]) => !keys.includes(key)));

function weakAllow(one: Statement): Weak[] {
  const asked = JSON.stringify(one.Condition ?? null).includes('"aws:SourceAccount"')
    ? ", on behalf of one account"
    : "";
  const everyService = (action: Json) => [`${String(action).split(":")[0] ?? ""}:*`];
  const principals = Object.entries(object(one.Principal)).flatMap(([kind, ids]) =>
    list(ids).flatMap((_, place, all): Weak[] =>
      ["*", "arn:aws:iam::999999999999:root"].map((id) => [
        id === "*" ? `Principal to everyone${asked}` : "Principal to another account",
        {
          ...one,
          Principal: {
            ...without(object(one.Principal), kind),
            AWS: [id],
            [kind === "AWS" ? "Service" : kind]: all.filter((__, index) => index !== place),
          },
        },
      ]),
    ),
  );
  return [
    ...each(one, "Action", () => ["*"]).map((to): Weak => ["Action to all", to]),
    ...each(one, "Action", everyService).map((to): Weak => ["Action to all of its service", to]),
    ...each(one, "Resource", () => ["*"]).map((to): Weak => ["Resource to all", to]),
    ["Action to NotAction", { ...without(one, "Action"), NotAction: "sts:TagSession" }],
    ...(one.Resource === undefined
      ? []
      : [["Resource to NotResource", { ...without(one, "Resource"), NotResource: "arn:x" }] as const]),
    ...principals,
    ...weakConditions(one),
  ];
}

function weakConditions(one: Statement): Weak[] {
  if (one.Condition === undefined) return [];
  const condition = object(one.Condition);
  const operators = Object.entries(condition);
  return [
    ["Condition gone", without(one, "Condition")],
    [
      "Condition to IfExists",
      { ...one, Condition: Object.fromEntries(operators.map(([key, asked]) => [`${key}IfExists`, asked])) },
    ],
    [
      "Condition to any value",
      {
        ...one,
        Condition: {
          StringLike: Object.fromEntries(
            operators.flatMap(([, asked]) => Object.keys(object(asked)).map((key) => [key, "*"])),
          ),
        },
      },
    ],
  ];
}

function weakDeny(one: Statement): Weak[] {
  return [
    ["gone", undefined],
    ["to Allow", { ...one, Effect: "Allow" }],
    [
      "Condition more",
      { ...one, Condition: { ...object(one.Condition), Null: { "aws:TokenIssueTime": "true" } } },
    ],
    ...each(one, "Action", () => []).map((to): Weak => ["Action gone", to]),
    ...each(one, "Resource", () => ["arn:aws:s3:::nothing"]).map((to): Weak => ["Resource to another", to]),
    ...(one.NotResource === undefined ? [] : [["NotResource to all", { ...one, NotResource: "*" }] as const]),
    ...(one.Principal === undefined
      ? []
      : [["Principal to one", { ...one, Principal: { AWS: "arn:aws:iam::123456789012:root" } }] as const]),
    ...(one.Condition === undefined ? [] : [["Condition gone", without(one, "Condition")] as const]),
  ];
}

/** The leaves of any other document. */
export function weakLeaves(text: string): Weakness[] {
  const content = JSON.parse(text) as Json;
  return leaves(content).map((path) => ({
    what: plain(path).replace(/^\./, ""),
    ways: weaker(at(content, path)).map((to) => JSON.stringify(changed(content, partsOf(path), to))),
  }));
}
