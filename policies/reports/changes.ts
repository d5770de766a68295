/** What a pull request changes of the resources its stacks declare. */
import type { Difference } from "../../graph/compare";
import { changedResources, nameOf, type Report, type StackChanges } from "./report";
import { table } from "./table";

/** Rows of one stack; more would make a comment longer than it may be. */
const MOST_ROWS = 40;
const LONGEST_VALUE = 120;

export function changesSection({ changes }: Report): string[] {
  if (changes === undefined) return [];
  const changed = changes.filter(({ differences }) => differences.length > 0);
  if (changed.length === 0) return ["", "No stack declares anything else than before."];
  return changed.flatMap(stackChanges);
}

function stackChanges({ stack, differences }: StackChanges): string[] {
  const { added, removed, changed } = changedResources({ stack, differences });
  const left = differences.length - MOST_ROWS;
  return [
    "",
    `<details><summary>${stack}: ${added.length} resources added, ${removed.length} removed, ${changed.length} changed</summary>`,
    "",
    ...table(["Resource", "Input", "Before", "After"], differences.slice(0, MOST_ROWS).map(row)),
    ...(left > 0 ? ["", `… and ${left} more.`] : []),
    "",
    "</details>",
  ];
}

const row = ({ urn, path, left, right }: Difference) => [
  `\`${nameOf(urn)}\``,
  path === "" ? "the resource" : `\`${path.replace(/^inputs\./, "")}\``,
  value(left),
  value(right),
];

function value(given: Difference["left"]): string {
  if (given === undefined) return "";
  const text = typeof given === "string" ? given : JSON.stringify(given);
  return `\`${(text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text).replaceAll("`", "'")}\``;
}
