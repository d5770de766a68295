/** What a stack is judged as. */
import { filesOf, SCALE_KEY } from "../environment/context";
import { describe, InvalidConfiguration, type Problem } from "../environment/problems";
import { listStacks, readStackFiles } from "../environment/stack-files";

/** `YYYY-MM-DD` */
export const today = () => new Date().toISOString().slice(0, 10);

/** A stack without a file of ours is held to what production is. */
export const isProduction = (root: string, stack: string) => scaleOf(root, stack).production !== false;

/** Two stacks that have to be alike. */
export interface Pair {
  /** The one that follows. */
  readonly stack: string;
  /** The one it follows: production, most of the time. */
  readonly like: string;
  /** The platform both are on; `across` where they are on two. */
  readonly kind: "docker" | "aws" | "across";
}

/**
 * Every stack follows those that its file names. Where it names none, it follows each production stack that follows none
 * itself, and not at all if it is production.
 *
 * @throws InvalidConfiguration if a stack is to be followed that there is not
 */
export function pairsIn(root: string): Pair[] {
  const all = listStacks(root).map((stack) => ({ stack, ...scaleOf(root, stack) }));
  const leading = all.filter(({ production, follows = [] }) => production === true && follows.length === 0);
  const byDefault = leading.map(({ stack }) => stack);
  return all.flatMap(({ stack, production, follows, platform }) =>
    (follows ?? (production === false ? byDefault : [])).map((like): Pair => {
      const others = all.filter((other) => other.stack !== stack);
      const other = others.find((one) => one.stack === like);
      if (!other) throw new InvalidConfiguration([missing(stack, like, others)]);
      return {
        stack,
        like,
        kind: platform !== other.platform ? "across" : platform === "aws" ? "aws" : "docker",
      };
    }),
  );
}

const missing = (stack: string, like: string, others: readonly { readonly stack: string }[]): Problem => ({
  file: filesOf(stack).stack,
  key: `${SCALE_KEY}.follows`,
  found: describe(like),
  allowed: `another stack: one of ${others.map((other) => other.stack).join(", ")}; or [] where it is like none`,
});

/**
 * Whether several stacks say that none of them is production: then nothing is held against it, and the rules of
 * production judge nobody.
 */
export function lacksProduction(root: string): boolean {
  const stacks = listStacks(root);
  return stacks.length > 1 && stacks.every((stack) => scaleOf(root, stack).production === false);
}

/** Stacks with those they have to be like, and those that have to be like them; none that stands by itself. */
export const relatives = (pairs: readonly Pair[], stacks: readonly string[]): ReadonlySet<string> =>
  new Set(
    pairs
      .map(({ stack, like }) => [stack, like])
      .filter((pair) => pair.some((one) => stacks.includes(one)))
      .flat(),
  );

interface Scale {
  readonly production?: unknown;
  readonly platform?: unknown;
  readonly follows?: readonly string[];
}

/** What is wrong with a stack's file is told by those who read the whole of it. */
function scaleOf(root: string, stack: string): Scale {
  try {
    const { follows, ...scale } = JSON.parse(readStackFiles(root, stack).config[SCALE_KEY] ?? "{}") as Scale;
    return isNames(follows) ? { ...scale, follows } : scale;
  } catch {
    return {};
  }
}

const isNames = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((name) => typeof name === "string");
