import { TASK_DISK_GIB } from "../../environment/aws-sizes";
import type { Graph, Resource } from "../../graph/resource";

/** What a bill is made of, counted in a graph. */
export interface Counted {
  readonly of: (type: string) => readonly Resource[];
  readonly tasks: readonly Tasks[];
  /** All tasks that run all the time. */
  readonly copies: number;
  /** Entries of a list of subnets, over all resources of a type: so many zones each stands in. */
  readonly zonesOf: (type: string, property: string) => number;
}

/** Tasks of one service. */
interface Tasks {
  readonly copies: number;
  readonly cpus: number;
  readonly gib: number;
  /** Disk of each task beyond what it has without paying. */
  readonly diskGib: number;
}

export function count({ resources }: Graph): Counted {
  const of = (type: string) => resources.filter((resource) => resource.type === `aws:${type}`);
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const tasks = of("ecs/service:Service").map((service) => tasksOf(service, byUrn));
  return {
    of,
    tasks,
    copies: tasks.reduce((sum, { copies }) => sum + copies, 0),
    zonesOf: (type, property) =>
      of(type).reduce((sum, { inputs }) => {
        const subnets = inputs[property];
        return sum + (Array.isArray(subnets) ? subnets.length : 0);
      }, 0),
  };
}

function diskOf(storage: unknown): number {
  return (storage as { sizeInGib?: number } | undefined)?.sizeInGib ?? TASK_DISK_GIB.own;
}

function tasksOf(service: Resource, byUrn: ReadonlyMap<string, Resource>): Tasks {
  const definition = (service.propertyDependencies.taskDefinition ?? [])
    .map((urn) => byUrn.get(urn))
    .find((one) => one?.type === "aws:ecs/taskDefinition:TaskDefinition");
  if (!definition) throw new Error(`the service ${service.name} has no task definition`);
  const { cpu, memory, ephemeralStorage } = definition.inputs;
  return {
    copies: Number(service.inputs.desiredCount),
    cpus: Number(cpu) / 1024,
    gib: Number(memory) / 1024,
    diskGib: diskOf(ephemeralStorage) - TASK_DISK_GIB.own,
  };
}
