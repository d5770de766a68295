import type { Graph, Resource } from "../graph/resource";
import type { CommonOptions } from "./commands/command";
import { declareStack } from "./offline/declare";
import { EXIT, type ExitCode } from "./outcome";
import { openProject, readStack } from "./project";
import { printJson } from "./terminal";

type PrintedResource = Pick<
  Resource,
  "urn" | "type" | "name" | "parent" | "inputs" | "dependencies" | "protect" | "secrets"
>;

/** Its keys are a contract with whoever reads it; the graph itself has more. */
export interface PrintedGraph extends Pick<Graph, "stack" | "outputs"> {
  readonly resources: readonly PrintedResource[];
}

export const printedGraph = ({ stack, resources, outputs }: Graph): PrintedGraph => ({
  stack,
  resources: resources.map(({ urn, type, name, parent, inputs, dependencies, protect, secrets }) => ({
    urn,
    type,
    name,
    parent,
    inputs,
    dependencies,
    protect,
    secrets,
  })),
  outputs,
});

/** Prints what a stack declares. */
export async function graph(stack: string, options: CommonOptions): Promise<ExitCode> {
  printJson(printedGraph(await declareStack(readStack(openProject(options.project), stack))));
  return EXIT.done;
}
