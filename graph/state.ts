/** The graph from a state: what `pulumi stack export` prints, or a file backend's checkpoint. */
import { STACK_TYPE, graphOf, type Graph } from "./resource";
import { readResources, type EngineResource } from "./engine";
import { readProperties } from "./value";

interface Deployment {
  readonly resources?: readonly EngineResource[] | null;
}

export type State =
  { readonly deployment: Deployment } | { readonly checkpoint: { readonly latest?: Deployment | null } };

/**
 * Reads a state. Inputs are taken, not outputs: they are what the program said, as of the last `up`.
 * Secrets stay masked also where the state was exported with its secrets shown.
 */
export function fromState(state: State): Graph {
  const records = deploymentOf(state)?.resources ?? [];
  const stack = records.find(({ type }) => type === STACK_TYPE);
  return graphOf(readResources(records), readProperties(stack?.outputs ?? {}).values);
}

function deploymentOf(state: State): Deployment | null | undefined {
  if ("deployment" in state) return state.deployment;
  if ("checkpoint" in state) return state.checkpoint.latest;
  throw new Error("not a Pulumi state: it has neither a deployment nor a checkpoint");
}
