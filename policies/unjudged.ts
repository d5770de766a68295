/** What passes only because nobody looks at it. */
import type { Graph } from "../graph/resource";
import type { Rule } from "./rule";

/** A type of resource no rule is about, and how many of it are declared. */
export interface Unjudged {
  readonly type: string;
  readonly count: number;
}

/**
 * What is declared beside the environment's own components and no rule is about, by type. The components' resources
 * are left out: where no rule judges one itself, a rule judges what it belongs to. So are providers.
 */
export function unjudged({ resources }: Graph, rules: readonly Rule[]): Unjudged[] {
  const judged = new Set(rules.flatMap(({ types }) => types));
  const own = new Set<string>();
  const counts = new Map<string, number>();
  // In tree order: a parent before its children.
  for (const { urn, parent, type, custom } of resources) {
    if (type.startsWith("mainstay:") || (parent !== null && own.has(parent))) own.add(urn);
    else if (custom && !type.startsWith("pulumi:") && !judged.has(type))
      counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  return [...counts].map(([type, count]) => ({ type, count })).sort((a, b) => (a.type < b.type ? -1 : 1));
}

/** The types with their numbers, for people. */
export const unjudgedText = (found: readonly Unjudged[]): string =>
  found.map(({ type, count }) => `${type} (${count})`).join(", ");
