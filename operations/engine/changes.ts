import { parseUrn, type Json } from "../../graph/resource";
import type { Paint } from "../terminal";
import { componentTree, renderTree } from "../tree";
import { shortType } from "./names";
import { differences, show } from "./property";
import type { Step } from "./record";

export type Operation = "create" | "update" | "replace" | "delete" | "import" | "read" | "same";

export interface Change {
  readonly operation: Operation;
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly properties: readonly { readonly path: string; readonly from?: Json; readonly to?: Json }[];
}

/** The engine's operations, as what they mean for a resource. A replacement is told in several steps. */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  create: "create",
  update: "update",
  replace: "replace",
  "create-replacement": "replace",
  "import-replacement": "replace",
  delete: "delete",
  import: "import",
  read: "read",
  "read-replacement": "read",
  same: "same",
};

const SYMBOLS: Readonly<Record<Operation, string>> = {
  create: "+",
  update: "~",
  replace: "±",
  delete: "-",
  import: "=",
  read: ">",
  same: " ",
};

const STYLES = {
  create: "green",
  update: "yellow",
  replace: "yellow",
  delete: "red",
  import: "blue",
  read: "dim",
  same: "dim",
} as const;

export const operationOf = ({ op }: Step): Operation | undefined => OPERATIONS[op];

/** What becomes of each resource, one change each; looking at what runs is none. */
export function changesOf(steps: readonly Step[]): Change[] {
  const changes = new Map<string, Change>();
  for (const step of steps) {
    const told = operationOf(step);
    if (told === undefined || isAside(step) || changes.get(step.urn)?.operation === "replace") continue;
    const properties = told === "delete" ? [] : differences(step);
    const operation = told === "same" && properties.length > 0 ? "update" : told;
    const { urn, type } = step;
    changes.set(urn, { operation, urn, type, name: parseUrn(urn).name, properties });
  }
  return [...changes.values()];
}

/** What only groups resources, and the providers the engine makes by itself. */
export function isAside({ custom, type, urn }: Step): boolean {
  return !custom || (type.startsWith("pulumi:providers:") && parseUrn(urn).name.startsWith("default"));
}

export function countOf(changes: readonly Change[]): Partial<Record<Operation, number>> {
  const counts: Partial<Record<Operation, number>> = {};
  for (const { operation } of changes) counts[operation] = (counts[operation] ?? 0) + 1;
  return counts;
}

const PHRASES: Readonly<Record<Operation, string>> = {
  create: "to create",
  update: "to update",
  replace: "to replace",
  delete: "to delete",
  import: "to import",
  read: "to read",
  same: "unchanged",
};

/** `3 to create, 1 to delete, 70 unchanged`. */
export function summaryOf(changes: readonly Change[]): string {
  const counts = countOf(changes);
  const told = Object.entries(PHRASES).flatMap(([operation, phrase]) => {
    const number = counts[operation as Operation];
    return number === undefined ? [] : [`${number} ${phrase}`];
  });
  return told.length === 0 ? "nothing declared" : told.join(", ");
}

export const isChange = ({ operation }: Pick<Change, "operation">) =>
  operation !== "same" && operation !== "read";

/** What is to change: by component, and each change of something that exists in full. */
export function renderChanges(steps: readonly Step[], changes: readonly Change[], paint: Paint): string[] {
  const planned = new Map(changes.filter(isChange).map(({ urn, operation }) => [urn, operation]));
  const tree = componentTree(steps, ({ urn, type }) => {
    const operation = planned.get(urn);
    return operation === undefined ? undefined : `${SYMBOLS[operation]} ${shortType(type)}`;
  });
  const existing = changes.filter((change) => isChange(change) && change.operation !== "create");
  return [
    ...renderTree(tree),
    ...(existing.length > 0 ? ["", ...existing.flatMap((change) => renderChange(change, paint))] : []),
  ];
}

function renderChange({ operation, type, name, properties }: Change, paint: Paint): string[] {
  return [
    paint(STYLES[operation], `${SYMBOLS[operation]} ${shortType(type)} ${name}`),
    ...properties.map(({ path, from, to }) => `    ${path}: ${show(from)} → ${show(to)}`),
  ];
}
