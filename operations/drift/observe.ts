import type { Json } from "../../graph/resource";
import { valueAt } from "../engine/property";
import type { Step } from "../engine/record";
import type { PropertyDifference } from "./classify";

/** What a refresh shows of a resource beyond the properties its provider compares. */
export interface Observation {
  readonly properties: readonly PropertyDifference[];
  /** What differences mean, in words. */
  readonly notes: readonly string[];
  /** Whether only a replacement mends it: the provider would not touch it by itself. */
  readonly replace: boolean;
}

export const NETWORK = "docker:index/network:Network";
const CONTAINER = "docker:index/container:Container";

/** @param goneNetworks names of networks that were deployed and are gone */
export function observe(
  { type, differing, old, new: seen }: Step,
  goneNetworks: readonly string[],
): Observation {
  const nothing = { properties: [], notes: [], replace: false };
  if (type !== CONTAINER || !old || !seen) return nothing;

  const failed = failedJob(old.inputs, seen.outputs);
  if (failed !== undefined) return { ...nothing, notes: [failed], replace: true };

  const notes: string[] = [];
  // How the provider says that a container that should run does not.
  if (differing?.includes("mustRun") && valueAt(seen.inputs, "mustRun") === false) {
    const code = valueAt(seen.outputs, "exitCode");
    notes.push(
      typeof code === "number" ? `it does not run: it ended with exit code ${code}` : "it does not run",
    );
  }
  const lost = lostNetworks(old.inputs.networksAdvanced, seen.outputs.networkDatas, goneNetworks);
  if (lost === undefined) return { ...nothing, notes };

  const { state, reality } = lost;
  const cut = state.filter((name) => !reality.includes(name));
  notes.push(`it is cut off from ${cut.join(", ")}`);
  return {
    properties: [{ path: "networksAdvanced", kind: "drift", state, reality, program: state }],
    notes,
    replace: true,
  };
}

/** A job that failed is as it was declared, and yet has to run again. */
function failedJob(inputs: Record<string, Json>, outputs: Record<string, Json>): string | undefined {
  const code = valueAt(outputs, "exitCode");
  const runsOnce = valueAt(inputs, "mustRun") === false && valueAt(inputs, "attach") === true;
  return runsOnce && typeof code === "number" && code !== 0 ? `it ended with exit code ${code}` : undefined;
}

/** The provider reads which networks a container is on, and does not compare them. */
function lostNetworks(
  declared: Json | undefined,
  attached: Json | undefined,
  gone: readonly string[],
): { state: string[]; reality: string[] } | undefined {
  if (!Array.isArray(declared) || !Array.isArray(attached)) return undefined;
  const state = declared.map((network) => nameIn(network, "name")).sort();
  const present = new Set(attached.map((network) => nameIn(network, "networkName")));
  const reality = state.filter((name) => present.has(name) && !gone.includes(name));
  return reality.length < state.length ? { state, reality } : undefined;
}

const nameIn = (network: Json, key: string) => String((network as Record<string, Json> | null)?.[key] ?? "");
