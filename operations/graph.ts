import type { CommonOptions } from "./commands/command";
import { declareStack } from "./offline/declare";
import { EXIT, type ExitCode } from "./outcome";
import { openProject, readStack } from "./project";
import { printJson } from "./terminal";

/** Prints what a stack declares. Its keys are a contract with whoever reads it; the graph itself has more. */
export async function graph(stack: string, options: CommonOptions): Promise<ExitCode> {
  const { resources, outputs } = await declareStack(await readStack(openProject(options.project), stack));
  printJson({
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
  return EXIT.done;
}
