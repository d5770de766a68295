/**
 * Staging is what production is, but for what is declared to differ. Two graphs are compared setting by
 * setting; each difference is allowed by an entry with a reason, or is a violation.
 */
import { UNKNOWN, type Graph, type Json } from "../../graph/resource";
import { evaluate } from "../evaluate";
import { contract, type Contract } from "./contract";
import { FURTHER, fingerprint, sharedPathsOf, type Fingerprint, type Print } from "./fingerprint";
import { withStars } from "../pattern";
import type { Rule } from "../rule";
import type { Pair } from "../situation";
import { apart, grown, isOpen, type Apart, type Readings } from "./tree";

/** A difference that is meant. */
export interface DeclaredDifference {
  /** `*` stands for anything within one part of the path, `**` for any parts; or a pattern. */
  readonly path: string | RegExp;
  /** What the lines of a text that differ have to be, or any other value on both sides, as JSON. @default anything */
  readonly lines?: readonly RegExp[];
  /**
   * Whether the stacks may be alike here as well: so it is of all that their files choose. Of any other entry a
   * difference is expected, and one that nothing differs for any more is a violation.
   *
   * @default false
   */
  readonly optional?: true;
  readonly reason: string;
}

/** By the platform both stacks are on; `across` where they are on two. */
export type DeclaredDifferences = Readonly<Record<Pair["kind"], readonly DeclaredDifference[]>>;

export interface ParityDifference {
  /** The stack that is not like production. Left out of an entry nothing differs for any more. */
  readonly stack?: string;
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

/** Where it is declared what may differ. */
const FILE = "policies/differences.ts";

/** What is said where no stack is production, and the others are like nothing. */
export const WITHOUT_PRODUCTION: ParityDifference = {
  path: "mainstay:scale.production",
  left: undefined,
  right: undefined,
  allowed: false,
  reason: "no stack is production: set it to true in the file of the one that real users depend on",
};

export interface ParityOptions {
  readonly declared: DeclaredDifferences;
  readonly rules: readonly Rule[];
  /** `YYYY-MM-DD` */
  readonly today: string;
}

/**
 * Everything in which stacks are not like production; undefined where there are no two to compare.
 *
 * @param pairs all of the project's: an entry is stale only where every pair it may be for was compared
 * @param graphOf tells what a stack declares; undefined where that is not to be compared
 */
export async function compareAlike(
  pairs: readonly Pair[],
  graphOf: (stack: string) => Promise<Graph | undefined>,
  options: ParityOptions,
): Promise<ParityDifference[] | undefined> {
  const graphs = new Map<string, Graph | undefined>();
  // One after the other: each may run the program in this process.
  for (const stack of new Set(pairs.flatMap((pair) => [pair.stack, pair.like])))
    graphs.set(stack, await graphOf(stack));
  const entries = {
    docker: read(options, "docker"),
    aws: read(options, "aws"),
    across: read(options, "across"),
  };
  const left = new Set<Pair["kind"]>();
  const found = pairs.map((pair) => {
    const [one, other] = [graphs.get(pair.stack), graphs.get(pair.like)];
    if (one && other) return between(one, other, pair.kind, entries[pair.kind], options);
    left.add(pair.kind);
    return undefined;
  });
  if (found.every((differences) => differences === undefined)) return undefined;
  const whole = new Set(pairs.map(({ kind }) => kind).filter((kind) => !left.has(kind)));
  return [
    ...found.flatMap((differences, index) =>
      (differences ?? []).map((one) => ({ stack: pairs[index]?.stack, ...one })),
    ),
    ...[...whole].flatMap((kind) => stale(entries[kind])),
  ];
}

/**
 * Everything two stacks have not in common.
 *
 * @param one has to be like the other, which is production
 * @param kind by the platforms that their files name
 */
export function compare(
  one: Graph,
  other: Graph,
  kind: Pair["kind"],
  options: ParityOptions,
): ParityDifference[] {
  const entries = read(options, kind);
  return [...between(one, other, kind, entries, options), ...stale(entries)];
}

interface Entry extends DeclaredDifference {
  readonly pattern: RegExp;
  used: boolean;
}

const read = ({ declared }: ParityOptions, kind: Pair["kind"]): Entry[] =>
  declared[kind].map((entry) => ({ ...entry, pattern: patternOf(entry.path), used: false }));

const stale = (entries: readonly Entry[]): ParityDifference[] =>
  entries
    .filter(({ used, optional }) => !used && !optional)
    .map(({ path }) => ({
      path: String(path),
      left: undefined,
      right: undefined,
      allowed: false,
      reason: `nothing differs here: remove the entry from ${FILE}`,
    }));

function between(
  left: Graph,
  right: Graph,
  kind: Pair["kind"],
  entries: readonly Entry[],
  { rules, today }: ParityOptions,
): ParityDifference[] {
  const raw =
    kind === "across"
      ? promises(contract(left), contract(right))
      : [...settings(fingerprint(left), fingerprint(right)), ...posture(left, right, rules, today)];
  return raw.map((difference): ParityDifference => {
    const path = difference.path.replace(FURTHER, "");
    if (isOpen(difference))
      return { ...difference, allowed: true, open: true, reason: "only up can tell what it is" };
    const entry = entries.find(({ pattern, lines }) => pattern.test(path) && onlyIn(difference, lines));
    if (!entry) return { ...difference, allowed: false };
    entry.used = true;
    return { ...difference, allowed: true, reason: entry.reason };
  });
}

/** A difference that is not declared, as a sentence. */
export const differenceText = ({ stack, path, left, right, reason }: ParityDifference) =>
  `${stack === undefined ? "" : `${stack}: `}${path}: ${reason ?? `${told(left)}, and in production ${told(right)}. Make them alike, or add it to ${FILE} with a reason`}.`;

/** What a stack has somewhere, in words. */
export function told(value: Json | undefined): string {
  if (value === undefined) return "nothing";
  const text =
    Array.isArray(value) && value.every((line) => typeof line === "string") ? value.join(" ⏎ ") : value;
  if (text === "") return "nothing";
  return typeof text === "object" ? JSON.stringify(text) : String(text);
}

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
  const readings = { left: left.reading, right: right.reading };
  const paths = [...new Set([...left.prints.keys(), ...right.prints.keys()])].sort();
  const shared = (path: string) => left.prints.has(path) && right.prints.has(path);
  return paths.flatMap((path) => {
    const [one, other] = [left.prints.get(path), right.prints.get(path)];
    if (one && other)
      return [...apart(one.type, other.type, `${path}/type`), ...within(one, other, path, shared, readings)];
    // How many copies there are is told by their number.
    if (FURTHER.test(path)) return [];
    const above = path.slice(0, Math.max(path.lastIndexOf("/"), 0));
    return above !== "" && !shared(above) ? [] : [{ path, left: one?.type, right: other?.type }];
  });
}

/** Links are told where the values do not tell them: of secrets, and of what nobody knows yet. */
function within(
  left: Print,
  right: Print,
  path: string,
  shared: (path: string) => boolean,
  readings: Readings,
): Apart[] {
  const values = apart(left.settings, right.settings, path, readings);
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
  return [left, right]
    .flat()
    .map((line) => (typeof line === "object" && line !== null ? JSON.stringify(line) : String(line ?? "")))
    .every((text) => lines.some((one) => one.test(text)));
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

function patternOf(path: string | RegExp): RegExp {
  if (path instanceof RegExp) return path;
  const source = path
    .split("**")
    .map((part) => withStars(part, "[^/]*"))
    .join(".*");
  return new RegExp(`^${source}$`);
}
