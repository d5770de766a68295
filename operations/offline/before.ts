import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { differences } from "../../graph/compare";
import type { Graph, Resource } from "../../graph/resource";
import type { StackChanges } from "../../policies/reports/report";
import { UserError } from "../outcome";
import { printedGraph, type PrintedGraph } from "../graph";
import { readJson } from "./recorded";

/** @throws UserError if there is no such directory */
export function requireBefore(directory: string): void {
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory())
    throw new UserError(`--before ${directory}: there is no such directory`);
}

/**
 * What stacks declare otherwise than before.
 *
 * @param directory holds what `graph` printed before, a file `<stack>.json` for each stack; a stack without one
 *   is new
 * @throws UserError if a file in it is no graph
 */
export function changesSince(directory: string, graphs: readonly Graph[]): StackChanges[] {
  return graphs.map((graph) => {
    const file = join(directory, `${graph.stack}.json`);
    const before = existsSync(file)
      ? (readJson(file, "a graph, as npm run --silent graph prints it") as PrintedGraph)
      : { stack: graph.stack, resources: [], outputs: {} };
    return { stack: graph.stack, differences: differences(whole(before), whole(printedGraph(graph))) };
  });
}

/** What is printed of a resource, and nothing of the rest. */
function whole({ stack, resources, outputs }: PrintedGraph): Graph {
  const rest = {
    custom: true,
    providerDefaults: [],
    propertyDependencies: {},
    retainOnDelete: false,
    ignoreChanges: [],
    provider: null,
  };
  return {
    stack,
    resources: resources.map((one): Resource => ({ ...rest, ...one, dependencies: [] })),
    outputs,
  };
}
