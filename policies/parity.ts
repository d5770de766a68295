/**
 * Staging is what production is, but for what is declared to differ. Two graphs are compared setting by
 * setting; each difference is allowed by an entry with a reason, or is a violation.
 */
import { UNKNOWN, type Graph, type Json } from "../graph/resource";
import { evaluate } from "./evaluate";
import { contract, type Contract } from "./contract";
import { fingerprint, sharedPathsOf, type Fingerprint, type Print } from "./fingerprint";
import type { Rule } from "./rule";
import { apart, grown, isOpen, type Apart } from "./tree";

/** The stacks that have to be alike: the one that follows, and the one it follows. */
export const ALIKE = ["staging", "prod"] as const;

/** A difference that is meant. */
export interface DeclaredDifference {
  /** A path; `*` stands for anything within one part of it, `**` for any parts. */
  readonly path: string;
  /** Of a text, the lines that may differ. @default the whole value */
  readonly lines?: readonly RegExp[];
  readonly reason: string;
}

/** By the platform both stacks are on; `across` where they are on two. */
export type DeclaredDifferences = Readonly<
  Record<"docker" | "aws" | "across", readonly DeclaredDifference[]>
>;

export interface ParityDifference {
  readonly path: string;
  /** Undefined where the left stack has nothing there. */
  readonly left: Json | undefined;
  readonly right: Json | undefined;
  readonly allowed: boolean;
  /** Why it is allowed; of an entry nothing differs for any more, that. */
  readonly reason?: string;
  /** Neither stack knows what it has there. Left out otherwise. */
  readonly open?: true;
}

export interface ParityOptions {
  readonly declared: DeclaredDifferences;
  readonly rules: readonly Rule[];
  /** `YYYY-MM-DD` */
  readonly today: string;
}

/**
 * Everything the two have not in common.
 *
 * @param left the one that has to be like the other: staging
 * @param right production
 */
export function compare(
  left: Graph,
  right: Graph,
  { declared, rules, today }: ParityOptions,
): ParityDifference[] {
  const platform = platformOf(left);
  const same = platform === platformOf(right);
  const raw = same
    ? [...settings(fingerprint(left), fingerprint(right)), ...posture(left, right, rules, today)]
    : promises(contract(left), contract(right));
  const entries = declared[same ? platform : "across"].map((entry) => ({
    ...entry,
    pattern: patternOf(entry.path),
    used: false,
  }));
  const differences = raw.map((difference): ParityDifference => {
    if (isOpen(difference))
      return { ...difference, allowed: true, open: true, reason: "only up can tell what it is" };
    const entry = entries.find(
      ({ pattern, lines }) => pattern.test(difference.path) && onlyIn(difference, lines),
    );
    if (!entry) return { ...difference, allowed: false };
    entry.used = true;
    return { ...difference, allowed: true, reason: entry.reason };
  });
  const stale = entries.filter(({ used }) => !used);
  return [
    ...differences,
    ...stale.map(({ path }) => ({
      path,
      left: undefined,
      right: undefined,
      allowed: false,
      reason: "nothing differs here: remove the entry",
    })),
  ];
}

/**
 * The same of the two stacks that have to be alike; undefined where one of them is not there.
 *
 * @param graphOf tells what a stack declares
 */
export async function compareAlike(
  graphOf: (stack: string) => Promise<Graph | undefined>,
  options: ParityOptions,
): Promise<ParityDifference[] | undefined> {
  // One after the other: both may run the program in this process.
  const left = await graphOf(ALIKE[0]);
  const right = await graphOf(ALIKE[1]);
  return left && right ? compare(left, right, options) : undefined;
}

/** A difference that is not declared, as a sentence. */
export const differenceText = ({ path, left, right, reason }: ParityDifference) =>
  `${path}: ${reason ?? `${told(left)}, and in production ${told(right)}. Make them alike, or add it to policies/differences.ts with a reason`}.`;

/** What a stack has somewhere, in words. */
export function told(value: Json | undefined): string {
  if (value === undefined) return "nothing";
  const text =
    Array.isArray(value) && value.every((line) => typeof line === "string") ? value.join(" ⏎ ") : value;
  if (text === "") return "nothing";
  return typeof text === "object" ? JSON.stringify(text) : String(text);
}

/** What the components' own types begin with. */
const platformOf = ({ resources }: Graph): "docker" | "aws" =>
  resources.some(({ type }) => type.startsWith("mainstay:aws:")) ? "aws" : "docker";

/** What the contract promises, but for what only one of them can tell already. */
function promises(left: Contract, right: Contract): Apart[] {
  const open = [...left, ...right].flatMap(([path, value]) =>
    value === UNKNOWN ? [path.replace(/[^/]+$/, "")] : [],
  );
  const known = (side: Contract) =>
    [...side].filter(([path]) => !open.some((above) => path.startsWith(above)));
  const [one, other] = [grown(known(left)), grown(known(right))];
  return [...new Set([...Object.keys(one), ...Object.keys(other)])]
    .sort()
    .flatMap((kind) => apart(one[kind] ?? {}, other[kind] ?? {}, kind));
}

/** Every setting of every resource that differs. Of a resource only one has, its presence is told, and no more. */
function settings(left: Fingerprint, right: Fingerprint): Apart[] {
  const paths = [...new Set([...left.keys(), ...right.keys()])].sort();
  const shared = (path: string) => left.has(path) && right.has(path);
  return paths.flatMap((path) => {
    const [one, other] = [left.get(path), right.get(path)];
    if (one && other)
      return [...apart(one.type, other.type, `${path}/type`), ...within(one, other, path, shared)];
    const above = path.slice(0, Math.max(path.lastIndexOf("/"), 0));
    return above !== "" && !shared(above) ? [] : [{ path, left: one?.type, right: other?.type }];
  });
}

/** Links are told where the values do not tell them: of secrets, and of what nobody knows yet. */
function within(left: Print, right: Print, path: string, shared: (path: string) => boolean): Apart[] {
  const values = apart(left.settings, right.settings, path);
  const told = new Set(
    values.filter((one) => !isOpen(one)).map((one) => one.path.slice(path.length + 1).split("/")[0]),
  );
  const names = [...new Set([...Object.keys(left.links), ...Object.keys(right.links)])].sort();
  const links = names
    .filter((name) => !told.has(name))
    .flatMap((name) => {
      const [one, other] = [left.links[name] ?? [], right.links[name] ?? []];
      const only = (those: readonly string[], others: readonly string[]) =>
        those.filter((target) => !others.includes(target) && shared(target));
      return [
        ...only(one, other).map((target) => ({
          path: `${path}/${name}/<${target}>`,
          left: "linked",
          right: undefined,
        })),
        ...only(other, one).map((target) => ({
          path: `${path}/${name}/<${target}>`,
          left: undefined,
          right: "linked",
        })),
      ];
    });
  return [...values, ...links];
}

/** Whether nothing but such lines differs. */
function onlyIn({ left, right }: Apart, lines: readonly RegExp[] | undefined): boolean {
  if (lines === undefined) return true;
  return [left, right].flat().every((line) => lines.some((one) => one.test(String(line ?? ""))));
}

/** Rules that the left stack breaks where the right one does not, both judged as if users depended on them. */
function posture(left: Graph, right: Graph, rules: readonly Rule[], today: string): Apart[] {
  const [weaker, stronger] = [left, right].map((graph) => broken(graph, rules, today));
  return [...(weaker ?? [])]
    .filter((path) => !stronger?.has(path))
    .map((path) => ({ path, left: "broken", right: "kept" }));
}

function broken(graph: Graph, rules: readonly Rule[], today: string): Set<string> {
  const paths = sharedPathsOf(graph);
  const { violations } = evaluate(graph, rules, { production: true, today });
  return new Set(violations.map(({ policy, urn }) => `security/${policy}/${paths.get(urn) ?? ""}`));
}

function patternOf(path: string): RegExp {
  const source = path
    .split("**")
    .map((part) => part.split("*").map(escape).join("[^/]*"))
    .join(".*");
  return new RegExp(`^${source}$`);
}

const escape = (text: string) => text.replace(/[\\^$.|?+()[\]{}]/g, "\\$&");
