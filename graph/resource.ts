/**
 * The resource graph: what a stack declares, as one typed list, whichever of the three sources it came
 * from (the program run in-process, a preview, a state file). Everything that judges or draws a stack
 * reads this and nothing else.
 */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Stands in for a secret value. A secret nobody knows yet is a secret. */
export const SECRET = "[secret]";

/** Stands in for a value that only `up` can tell. */
export const UNKNOWN = "[unknown]";

export const STACK_TYPE = "pulumi:pulumi:Stack";

export interface Resource {
  readonly urn: string;
  readonly type: string;
  /** The logical name, the last part of the URN. */
  readonly name: string;
  /** URN of the parent; null for the stack itself. */
  readonly parent: string | null;
  /** False for components and for the stack. */
  readonly custom: boolean;
  /** Keys sorted; secrets, unknowns, assets and references to resources in the form `value.ts` gives them. */
  readonly inputs: Record<string, Json>;
  /**
   * The known parts of unknown inputs: by path, the text with stand-ins in the place of what is unknown. Only where the
   * program was run with stand-ins.
   */
  readonly sketches?: Readonly<Record<string, string>>;
  /** The provider's outputs, `id` among them. Only where the engine reports them. */
  readonly outputs?: Readonly<Record<string, Json>>;
  /** Paths of inputs, such as `uploads[0].content`, whose value is secret. */
  readonly secrets: string[];
  /** Paths of inputs the provider's check filled in; the program did not set them. Empty offline. */
  readonly providerDefaults: string[];
  /** URNs, sorted. */
  readonly dependencies: string[];
  /** Input name to URNs, sorted; inputs that depend on nothing are left out. */
  readonly propertyDependencies: Record<string, string[]>;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly ignoreChanges: string[];
  /** URN of the declared provider; null where the engine's default provider serves. */
  readonly provider: string | null;
  /** Only known offline: neither a preview nor a state records this option. */
  readonly deleteBeforeReplace?: true;
}

export interface Graph {
  readonly stack: string;
  /** In tree order: a parent, then its children by URN, each followed by its own. */
  readonly resources: Resource[];
  /** The stack's outputs. Empty from a preview, which does not record them. */
  readonly outputs: Record<string, Json>;
}

/**
 * A resource's path within its stack, the same in every stack: the names of its ancestors and its own.
 *
 * @param above the parent's path; undefined below the stack itself
 */
export function pathWithin(
  above: string | undefined,
  { name, type, custom }: Pick<Resource, "name" | "type" | "custom">,
): string {
  const own = custom ? `${name}:${type.split(":").at(-1) ?? type}` : name;
  return above === undefined ? own : `${above}/${own}`;
}

/** The path of every resource but the stack, by URN. */
export function pathsOf({ resources }: Graph): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  for (const resource of resources) {
    if (resource.type === STACK_TYPE) continue;
    const above = resource.parent === null ? undefined : paths.get(resource.parent);
    paths.set(resource.urn, pathWithin(above, resource));
  }
  return paths;
}

/** The resources whose parent is `urn`, in the graph's order. */
export function children(graph: Graph, urn: string): Resource[] {
  return graph.resources.filter((resource) => resource.parent === urn);
}

/** The component a resource belongs to: its nearest ancestor that is one. Undefined for what the stack itself owns. */
export function componentOf(graph: Graph, resource: Resource): Resource | undefined {
  const parent = graph.resources.find(({ urn }) => urn === resource.parent);
  if (parent === undefined || parent.type === STACK_TYPE) return undefined;
  return parent.custom ? componentOf(graph, parent) : parent;
}

/**
 * Builds the graph from resources in any order: the order of registration differs from run to run.
 * A resource whose parent is missing is kept, as a root.
 */
export function graphOf(resources: readonly Resource[], outputs: Record<string, Json>): Graph {
  const declared = new Set(resources.map(({ urn }) => urn));
  const byParent = new Map<string | null, Resource[]>();
  for (const resource of [...resources].sort((a, b) => (a.urn < b.urn ? -1 : 1))) {
    const parent = resource.parent !== null && declared.has(resource.parent) ? resource.parent : null;
    byParent.set(parent, [...(byParent.get(parent) ?? []), resource]);
  }
  const subtree = (parent: string | null): Resource[] =>
    (byParent.get(parent) ?? []).flatMap((resource) => [resource, ...subtree(resource.urn)]);
  return { stack: resources[0] ? parseUrn(resources[0].urn).stack : "", resources: subtree(null), outputs };
}

/** `urn:pulumi:<stack>::<project>::<parent types$>type::<name>`; only the name may itself hold `::`. */
export function parseUrn(urn: string): { stack: string; qualifiedType: string; name: string } {
  const [head = "", , qualifiedType = "", ...name] = urn.split("::");
  return { stack: head.slice("urn:pulumi:".length), qualifiedType, name: name.join("::") };
}
