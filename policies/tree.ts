/** Where two trees of settings differ. */
import { UNKNOWN, type Json } from "../graph/resource";

export interface Tree {
  [key: string]: Json;
}

export interface Apart {
  readonly path: string;
  /** Undefined where the left one has nothing there. Of two texts with several lines, the lines only it has. */
  readonly left: Json | undefined;
  readonly right: Json | undefined;
}

/** What neither side knows is no difference, and no agreement either. */
export const isOpen = ({ left, right }: Apart) => left === UNKNOWN && right === UNKNOWN;

/**
 * Every difference, by path, and what neither knows. What only one of them has is told once, and not part by part.
 */
export function apart(left: Json | undefined, right: Json | undefined, path: string): Apart[] {
  if (left === right) return left === UNKNOWN ? [{ path, left, right }] : [];
  if (Array.isArray(left) && Array.isArray(right)) return lists(left, right, path);
  if (isTree(left) && isTree(right)) {
    const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])].sort();
    return keys.flatMap((key) => apart(left[key], right[key], `${path}/${key}`));
  }
  if (typeof left === "string" && typeof right === "string" && /\n/.test(left + right))
    return [{ path, ...lines(left.split("\n"), right.split("\n")) }];
  return [{ path, left: kindOf(left), right: kindOf(right) }];
}

/** Of something that has a type, that. */
const kindOf = (value: Json | undefined) =>
  isTree(value) && typeof value.type === "string" ? value.type : value;

/** The tree of values by path. */
export function grown(values: Iterable<readonly [path: string, value: Json]>): Tree {
  const root: Tree = {};
  for (const [path, value] of values) {
    const names = path.split("/");
    const last = names.pop() ?? "";
    let above = root;
    for (const name of names) above = (above[name] ??= {}) as Tree;
    above[last] = value;
  }
  return root;
}

const isTree = (value: Json | undefined): value is Tree =>
  value !== null && typeof value === "object" && !Array.isArray(value);

/** Place by place, from the end where what both end with is the same: so what stands in between is told alone. */
function lists(left: readonly Json[], right: readonly Json[], path: string): Apart[] {
  const [lefts, rights] = [left.map(written), right.map(written)];
  const shortest = Math.min(left.length, right.length);
  let end = 0;
  while (end < shortest && lefts.at(-1 - end) === rights.at(-1 - end)) end++;
  const longer = left.length > right.length ? left : right;
  return longer.flatMap((element, index) => {
    const place = `${path}/${index}`;
    if (index >= longer.length - end) return apart(element, element, place);
    const at = (list: readonly Json[]) => (index < list.length - end ? list[index] : undefined);
    return apart(at(left), at(right), place);
  });
}

const written = (value: Json) => JSON.stringify(value);

/** Of two texts the lines the other does not have. */
function lines(left: readonly string[], right: readonly string[]): Omit<Apart, "path"> {
  const only = (one: readonly string[], other: readonly string[]) => {
    const those = new Set(other);
    return one.filter((line) => !those.has(line)).map((line) => line.trim());
  };
  return { left: only(left, right), right: only(right, left) };
}
