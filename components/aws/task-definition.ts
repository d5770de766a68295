import * as pulumi from "@pulumi/pulumi";
import type { TaskContainer } from "./task-container";

/** A container's definition as it is written into the task's; `restarts` is for the collector alone. */
export type DefinedContainer = TaskContainer & {
  /** It is started again by itself when it ends, and the task goes on without it. */
  readonly restarts?: boolean;
};

/** Where a task's containers write their logs to. */
export interface TaskLogs {
  readonly group: pulumi.Input<string>;
  readonly region: string;
}

const HEALTH = { interval: 10, timeout: 5, retries: 3, startPeriod: 60 };

/**
 * The containers of a task as ECS reads them, in one order of keys and entries, so that what did not change makes
 * no new revision. ECS drops a key it does not know without a word: every key here is one of its own.
 */
export const containerDefinitions = (
  containers: readonly DefinedContainer[],
  logs: TaskLogs,
): pulumi.Output<string> =>
  pulumi.jsonStringify(byName(containers).map((container) => definition(container, containers, logs)));

function definition(container: DefinedContainer, all: readonly DefinedContainer[], logs: TaskLogs) {
  const { name, runsOnce = false, restarts = false } = container;
  return {
    name,
    image: container.image,
    essential: !runsOnce && !restarts,
    ...(restarts ? { restartPolicy: { enabled: true, restartAttemptPeriod: 60 } } : {}),
    ...shareOf(container),

    user: container.user,
    readonlyRootFilesystem: true,
    linuxParameters: { capabilities: { drop: ["ALL"] }, initProcessEnabled: true },

    ...(container.entryPoint ? { entryPoint: container.entryPoint } : {}),
    ...(container.command ? { command: container.command } : {}),
    environment: named(container.environment ?? {}).map(([key, value]) => ({ name: key, value })),
    secrets: named(container.secrets ?? {}).map(([key, { valueFrom }]) => ({ name: key, valueFrom })),

    portMappings:
      container.port === undefined
        ? []
        : [{ containerPort: container.port, hostPort: container.port, protocol: "tcp" }],
    mountPoints: (container.mounts ?? []).map(({ volume, path, readOnly = false }) => ({
      sourceVolume: volume,
      containerPath: path,
      readOnly,
    })),
    volumesFrom: [],
    systemControls: [],

    ...(container.after
      ? { dependsOn: [...container.after].sort().map((other) => waitFor(other, name, all)) }
      : {}),
    ...(container.health ? { healthCheck: { command: ["CMD", ...container.health], ...HEALTH } } : {}),
    stopTimeout: container.stopSeconds ?? 30,
    logConfiguration: {
      logDriver: "awslogs",
      options: {
        "awslogs-group": logs.group,
        "awslogs-region": logs.region,
        "awslogs-stream-prefix": name,
        // A log service that does not answer must not stop the service; 25 MB of lines wait for it.
        mode: "non-blocking",
        "max-buffer-size": "25m",
      },
    },
  };
}

/**
 * What a container gets of its task's size. Only the collector has a limit of memory. The others may use what the task
 * has: alarms see the memory of the whole task, and with a limit below it a container would be killed before they fire.
 */
function shareOf(container: DefinedContainer) {
  // One that runs once is through before the others start, so nothing is set aside for it.
  if (container.runsOnce) return { cpu: 0 };
  const { cpus, memoryMiB, restarts = false } = container;
  const cpu = Math.floor(cpus * 1024);
  return restarts ? { cpu, memory: memoryMiB } : { cpu, memoryReservation: memoryMiB };
}

/** What a container waits for in another: its good end, or its health. */
function waitFor(other: string, name: string, all: readonly DefinedContainer[]) {
  const found = all.find((container) => container.name === other);
  if (!found) throw new Error(`container ${name} waits for ${other}, which its task does not have`);
  if (!found.runsOnce && !found.health)
    throw new Error(`container ${name} waits for ${other}, which has no health check`);
  return { containerName: other, condition: found.runsOnce ? "SUCCESS" : "HEALTHY" };
}

/** The volumes a task's containers mount. */
export const volumesOf = (containers: readonly TaskContainer[]): { name: string }[] =>
  [...new Set(containers.flatMap(({ mounts = [] }) => mounts.map(({ volume }) => volume)))]
    .sort()
    .map((name) => ({ name }));

const byName = <T extends { readonly name: string }>(all: readonly T[]): T[] =>
  [...all].sort((a, b) => (a.name < b.name ? -1 : 1));

const named = <T>(values: Readonly<Record<string, T>>): [string, T][] =>
  Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
