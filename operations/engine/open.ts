import type { Project } from "../project";
import { note } from "../terminal";
import { OutOfReach } from "./failure";
import { findCli } from "./find";
import { openStack, type EngineStack } from "./stack";

/**
 * Opens a stack where only the engine will do.
 *
 * @param doing said while it is opened: "looking at"
 * @param create whether a stack that nothing was ever deployed to is made, or refused
 * @throws OutOfReach if there is no CLI, OperationFailed if the stack cannot be opened
 */
export async function openEngine(
  project: Project,
  stack: string,
  { doing, create }: { doing: string; create: boolean },
): Promise<EngineStack> {
  const { cli, why } = await findCli(project.root);
  if (!cli)
    throw new OutOfReach(
      `this needs the Pulumi CLI (${why}): https://www.pulumi.com/docs/install/`,
      `no Pulumi CLI (${why})`,
    );
  note(`${doing} ${stack} with Pulumi ${cli.version}`);
  return openStack(project, stack, cli, { create });
}
