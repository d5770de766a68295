import { parseUrn, STACK_TYPE } from "../graph/resource";
import { shortType } from "./engine/names";

/** What a tree is made of: a resource of a graph, or a step of the engine. */
export interface Node {
  readonly urn: string;
  readonly type: string;
  readonly parent?: string | null;
  readonly custom: boolean;
}

/** A component with what it holds itself, and the components in it. */
export interface Branch {
  readonly name: string;
  /** How many of each kind, by label. */
  readonly counts: Readonly<Record<string, number>>;
  readonly branches: readonly Branch[];
}

/**
 * Resources by component, each once. What only groups (components, the stack) is the tree; what is real is counted.
 *
 * @param label what a resource is counted as; undefined leaves it out
 */
export function componentTree<N extends Node>(
  nodes: readonly N[],
  label: (node: N) => string | undefined,
): Branch {
  const declared = new Map(nodes.map((node) => [node.urn, node]));
  const stack = nodes.find(({ type }) => type === STACK_TYPE)?.urn;
  const below = new Map<string | undefined, N[]>();
  for (const node of declared.values()) {
    if (node.urn === stack) continue;
    const group = groupAbove(node, declared) ?? stack;
    below.set(group, [...(below.get(group) ?? []), node]);
  }
  const branch = (name: string, urn: string | undefined): Branch => {
    const own = below.get(urn) ?? [];
    const branches = own
      .filter(({ custom }) => !custom)
      .map((group) => branch(parseUrn(group.urn).name, group.urn))
      .filter(({ counts, branches }) => branches.length > 0 || Object.keys(counts).length > 0)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    return {
      name,
      counts: count(own.filter(({ custom }) => custom).flatMap((node) => label(node) ?? [])),
      branches,
    };
  };
  return branch("", stack);
}

/** The nearest ancestor that groups: resources can have resources as parents. What has none is the stack's. */
function groupAbove<N extends Node>(node: N, declared: ReadonlyMap<string, N>): string | undefined {
  const parent = node.parent ? declared.get(node.parent) : undefined;
  return parent?.custom ? groupAbove(parent, declared) : parent?.urn;
}

function count(labels: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const label of [...labels].sort()) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}

/** The tree as lines of text: names on the left, counts on the right. */
export function renderTree(root: Branch): string[] {
  const rows = [
    ...(Object.keys(root.counts).length > 0 ? [{ text: "(stack)", counts: root.counts }] : []),
    ...rowsOf(root, ""),
  ];
  const width = Math.max(0, ...rows.map(({ text }) => text.length));
  return rows.map(({ text, counts }) => `${text.padEnd(width)}  ${renderCounts(counts)}`.trimEnd());
}

function rowsOf({ branches }: Branch, indent: string): { text: string; counts: Branch["counts"] }[] {
  return branches.flatMap((branch) => [
    { text: `${indent}${branch.name}`, counts: branch.counts },
    ...rowsOf(branch, `${indent}  `),
  ]);
}

const renderCounts = (counts: Branch["counts"]) =>
  Object.entries(counts)
    .map(([label, number]) => (number === 1 ? label : `${label} ×${number}`))
    .join(", ");

export const typeLabel = ({ type }: Node) => shortType(type);
