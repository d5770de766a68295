/**
 * Staging is what production is, but for what is declared to differ. Two graphs are compared setting by
 * setting; each difference is allowed by an entry with a reason, or is a violation.
 */
import { UNKNOWN, type Graph, type Json } from "../graph/resource";
import { evaluate } from "./evaluate";
import { contract } from "./contract";
import { fingerprint, pathsOf, type Fingerprint } from "./fingerprint";
import type { Rule } from "./rule";

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
    : settings(...bothKnown(contract(left), contract(right)));
  const entries = declared[same ? platform : "across"].map((entry) => ({
    ...entry,
    pattern: patternOf(entry.path),
    used: false,
  }));
  const differences = raw.map((difference): ParityDifference => {
    const entry = entries.find(
      ({ pattern, lines }) => pattern.test(difference.path) && within(difference, lines),
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
  const text = Array.isArray(value) ? value.map(String).join(" ⏎ ") : String(value);
  return text === "" ? "nothing" : text;
}

/** What the components' own types begin with. */
const platformOf = ({ resources }: Graph): "docker" | "aws" =>
  resources.some(({ type }) => type.startsWith("mainstay:aws:")) ? "aws" : "docker";

/** Leaves out of both what only one of them can tell already. */
function bothKnown(...sides: readonly [Fingerprint, Fingerprint]): [Fingerprint, Fingerprint] {
  const open = sides.flatMap((side) =>
    [...side].flatMap(([path, value]) => (value === UNKNOWN ? [path.replace(/[^/]+$/, "")] : [])),
  );
  const known = (side: Fingerprint) =>
    new Map([...side].filter(([path]) => !open.some((above) => path.startsWith(above))));
  return [known(sides[0]), known(sides[1])];
}

type Difference = Pick<ParityDifference, "path" | "left" | "right">;

function settings(left: Fingerprint, right: Fingerprint): Difference[] {
  const paths = [...new Set([...left.keys(), ...right.keys()])].sort();
  const missing = (path: string) => whole(path, left, right);
  const told = new Set<string>();
  return paths.flatMap((path) => {
    const [one, other] = [left.get(path), right.get(path)];
    if (JSON.stringify(one) === JSON.stringify(other)) return [];
    // Of a resource only one has, its presence is told, and not each of its settings.
    const resource = missing(path);
    if (resource !== undefined) {
      if (told.has(resource)) return [];
      told.add(resource);
      return [{ path: resource, left: left.get(`${resource}/type`), right: right.get(`${resource}/type`) }];
    }
    return [
      {
        path,
        ...(Array.isArray(one) && Array.isArray(other) ? lines(one, other) : { left: one, right: other }),
      },
    ];
  });
}

/** The highest resource above a setting that only one of the two has. */
function whole(path: string, left: Fingerprint, right: Fingerprint): string | undefined {
  const parts = path.split("/");
  for (let length = 1; length < parts.length; length++) {
    const above = parts.slice(0, length).join("/");
    if (left.has(`${above}/type`) !== right.has(`${above}/type`)) return above;
  }
  return undefined;
}

/** Whether nothing but such lines differs. */
function within({ left, right }: Difference, lines: readonly RegExp[] | undefined): boolean {
  if (lines === undefined) return true;
  return [left, right].flat().every((line) => lines.some((one) => one.test(String(line ?? ""))));
}

/** Of two texts the lines the other does not have. */
function lines(left: readonly Json[], right: readonly Json[]): Pick<Difference, "left" | "right"> {
  const only = (one: readonly Json[], other: readonly Json[]) => {
    const those = new Set(other);
    return one.filter((line) => !those.has(line)).map((line) => String(line).trim());
  };
  return { left: only(left, right), right: only(right, left) };
}

/** Rules that the left stack breaks where the right one does not, both judged as if users depended on them. */
function posture(left: Graph, right: Graph, rules: readonly Rule[], today: string): Difference[] {
  const [weaker, stronger] = [left, right].map((graph) => broken(graph, rules, today));
  return [...(weaker ?? [])]
    .filter((path) => !stronger?.has(path))
    .map((path) => ({ path, left: "broken", right: "kept" }));
}

function broken(graph: Graph, rules: readonly Rule[], today: string): Set<string> {
  const paths = pathsOf(graph);
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
