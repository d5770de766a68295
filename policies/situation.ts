/** What a stack is judged as. */
import { listStacks, readStackFiles } from "../environment/stack-files";

/** `YYYY-MM-DD` */
export const today = () => new Date().toISOString().slice(0, 10);

/** A stack without a file of ours is held to what production is. */
export const isProduction = (root: string, stack: string) => scaleOf(root, stack).production !== false;

/** Two stacks that have to be alike. */
export interface Pair {
  /** The one that follows. */
  readonly stack: string;
  /** Production, which it follows. */
  readonly like: string;
  /** The platform both are on; `across` where they are on two. */
  readonly kind: "docker" | "aws" | "across";
}

/** Every stack that is not production follows each that is, as their files say. */
export function pairsIn(root: string): Pair[] {
  const all = listStacks(root).map((stack) => ({ stack, ...scaleOf(root, stack) }));
  const leading = all.filter(({ production }) => production === true);
  return all
    .filter(({ production }) => production === false)
    .flatMap(({ stack, platform }) =>
      leading.map((other): Pair => ({
        stack,
        like: other.stack,
        kind: platform !== other.platform ? "across" : platform === "aws" ? "aws" : "docker",
      })),
    );
}

/**
 * Whether several stacks say that none of them is production: then nothing is held against it, and the rules of
 * production judge nobody.
 */
export function lacksProduction(root: string): boolean {
  const stacks = listStacks(root);
  return stacks.length > 1 && stacks.every((stack) => scaleOf(root, stack).production === false);
}

/** Whether a stack is one of the two. */
export const concerns = (pair: Pair, stack: string) => pair.stack === stack || pair.like === stack;

interface Scale {
  readonly production?: unknown;
  readonly platform?: unknown;
}

/** What is wrong with a stack's file is told by those who read the whole of it. */
function scaleOf(root: string, stack: string): Scale {
  try {
    return JSON.parse(readStackFiles(root, stack).config["mainstay:scale"] ?? "{}") as Scale;
  } catch {
    return {};
  }
}
