/** Where two trees of settings differ. */
import { UNKNOWN, type Json } from "../../graph/resource";

export interface Tree {
  [key: string]: Json;
}

export interface Apart {
  readonly path: string;
  /** Undefined where the left one has nothing there. Of two texts with several lines, the lines only it has. */
  readonly left: Json | undefined;
  readonly right: Json | undefined;
}

/** How the texts of each side read where what has to differ from one to the other is taken out of them. */
export interface Readings {
  readonly left: Reading;
  readonly right: Reading;
}

type Reading = (text: string) => string;

const AS_WRITTEN: Readings = { left: (text) => text, right: (text) => text };

/** What neither side knows is no difference, and no agreement either. */
export const isOpen = ({ left, right }: Apart) => left === UNKNOWN && right === UNKNOWN;

/**
 * Every difference, by path, and what neither knows. What only one of them has is told once, and not part by part.
 *
 * @param readings texts are the same as they are written, or as they read: what is taken out may stand somewhere by
 *   chance. @default as they are written
 */
export function apart(
  left: Json | undefined,
  right: Json | undefined,
  path: string,
  readings = AS_WRITTEN,
): Apart[] {
  if (left === right) return left === UNKNOWN ? [{ path, left, right }] : [];
  if (Array.isArray(left) && Array.isArray(right)) return lists(left, right, path, readings);
  if (isTree(left) && isTree(right))
    return pairs(left, right, readings).flatMap(([key, one, other]) =>
      apart(one, other, `${path}/${key}`, readings),
    );
  if (typeof left === "string" && typeof right === "string") {
    if (readings.left(left) === readings.right(right)) return [];
    if (/\n/.test(left + right)) return lines(left.split("\n"), right.split("\n"), path, readings);
  }
  return [{ path, left: kindOf(read(left, readings.left)), right: kindOf(read(right, readings.right)) }];
}

/** A value with all of its texts as they read. */
function read(value: Json | undefined, reading: Reading): Json | undefined {
  if (typeof value === "string") return reading(value);
  if (Array.isArray(value)) return value.map((element) => read(element, reading) ?? null);
  if (!isTree(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [reading(key), read(inner, reading) ?? null]),
  );
}

/** What stands in both trees under one key, as it is written or as it reads, and what only one has. */
function pairs(left: Tree, right: Tree, readings: Readings): [key: string, left?: Json, right?: Json][] {
  const alone = (one: Tree, other: Tree, reading: Reading) =>
    Object.fromEntries(
      Object.entries(one).flatMap(([key, value]): [string, Json][] =>
        Object.hasOwn(other, key) ? [] : [[reading(key), value]],
      ),
    );
  const both = Object.keys(left).filter((key) => Object.hasOwn(right, key));
  const [lefts, rights] = [alone(left, right, readings.left), alone(right, left, readings.right)];
  const others = new Set([...Object.keys(lefts), ...Object.keys(rights)]);
  return [
    ...both.map((key): [string, Json?, Json?] => [key, left[key], right[key]]),
    ...[...others].map((key): [string, Json?, Json?] => [key, lefts[key], rights[key]]),
  ].sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
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
function lists(left: readonly Json[], right: readonly Json[], path: string, readings: Readings): Apart[] {
  const shortest = Math.min(left.length, right.length);
  const longest = Math.max(left.length, right.length);
  const fromEnd = (back: number) =>
    apart(left.at(-back), right.at(-back), `${path}/${longest - back}`, readings);
  let end = 0;
  while (end < shortest && fromEnd(end + 1).every(isOpen)) end++;
  const before = (list: readonly Json[], index: number) =>
    index < list.length - end ? list[index] : undefined;
  return Array.from({ length: longest }, (_, index) =>
    index < longest - end
      ? apart(before(left, index), before(right, index), `${path}/${index}`, readings)
      : fromEnd(longest - index),
  ).flat();
}

/** Of two texts the lines the other does not have. */
function lines(left: readonly string[], right: readonly string[], path: string, readings: Readings): Apart[] {
  const same = (line: string, other = "") => line === other || readings.left(line) === readings.right(other);
  if (left.length === right.length && left.every((line, index) => same(line, right[index]))) return [];
  const only = (one: readonly string[], own: Reading, other: readonly string[], others: Reading) => {
    const those = new Set([...other, ...other.map(others)]);
    return one.filter((line) => !those.has(line) && !those.has(own(line))).map((line) => own(line).trim());
  };
  return [
    {
      path,
      left: only(left, readings.left, right, readings.right),
      right: only(right, readings.right, left, readings.left),
    },
  ];
}
