/** What a platform makes of a service of the app, in words both platforms share. */
import type { Graph, Json, Resource } from "../../../graph";
import { behind, only } from "./aws-read";
import { containersOf } from "./aws-tasks";

export interface SeenService {
  /** Names of all variables it is given, sorted. */
  readonly variables: readonly string[];
  /** Those among them whose values nobody sees who looks at how it is run. */
  readonly secret: readonly string[];
  /** Tiers of the network it belongs to, sorted. */
  readonly tiers: readonly string[];
  /** What a health check runs. */
  readonly health: readonly Json[];
  readonly isRoot: boolean;
  readonly writesToItsImage: boolean;
}

/** A service as the graph has it: of several copies, the first. */
export const seenService = (graph: Graph, platform: string, name: string): SeenService =>
  platform === "docker" ? onDocker(graph, name) : onAws(graph, name);

function onDocker(graph: Graph, name: string): SeenService {
  const container = only(graph, "docker:index/container:Container", `${name}-1`);
  const { envs, healthcheck, user, readOnly } = container.inputs;
  const pairs = (envs as string[]).map((line) => line.split("=") as [string, string]);
  // A secret is a file, and its place is told by a variable.
  const secret = pairs.flatMap(([key, value]) =>
    key.endsWith("_FILE") && value === `/run/secrets/${key.slice(0, -5)}` ? [key.slice(0, -5)] : [],
  );
  const plain = pairs.map(([key]) => key).filter((key) => !secret.includes(key.replace(/_FILE$/, "")));
  return {
    variables: [...plain, ...secret].sort(),
    secret: secret.sort(),
    tiers: tiersOf(graph, container, "networksAdvanced"),
    health: (healthcheck as { tests: Json[] }).tests,
    isRoot: /^(0|root)(:|$)|^$/.test(String(user ?? "")),
    writesToItsImage: readOnly !== true,
  };
}

function onAws(graph: Graph, name: string): SeenService {
  const task = only(graph, "aws:ecs/taskDefinition:TaskDefinition", name);
  const container = containersOf(task).find((one) => one.name === name);
  if (!container) throw new Error(`the task ${name} has no container of that name`);
  const namesIn = (list: readonly { readonly name: string }[] = []) => list.map((one) => one.name);
  const secret = namesIn(container.secrets);
  return {
    variables: [...namesIn(container.environment), ...secret].sort(),
    secret: secret.sort(),
    tiers: tiersOf(graph, only(graph, "aws:ecs/service:Service", name), "networkConfiguration"),
    health: (container.healthCheck as { command: Json[] }).command,
    isRoot: /^(0|root)(:|$)|^$/.test(String(container.user ?? "")),
    writesToItsImage: container.readonlyRootFilesystem !== true,
  };
}

const tiersOf = (graph: Graph, resource: Resource, property: string) =>
  behind(graph, resource, property).flatMap((one) => /^network-([a-z]+)$/.exec(one)?.[1] ?? []);
