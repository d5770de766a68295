import type { ECS, Task } from "@aws-sdk/client-ecs";

/**
 * Runs a task to its end and fails where it does, so that an update does, too: ECS itself starts a task and leaves it
 * at that. It runs as a Lambda function by itself, so it imports nothing of the project.
 */

export interface RunTaskEvent {
  readonly cluster: string;
  readonly taskDefinition: string;
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  /** Where a person reads what the containers said. */
  readonly logGroup: string;
}

export interface Runner {
  readonly ecs: Pick<ECS, "runTask" | "describeTasks">;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Milliseconds until this function is stopped. */
  readonly remaining: () => number;
}

const PAUSE_MS = 5_000;
/** Enough for a last look and an answer. */
const RESERVE_MS = 15_000;

/** @throws Error in one line, with where to look, where the task is not known to have ended well */
export async function runTask(
  event: RunTaskEvent,
  { ecs, sleep, remaining }: Runner,
): Promise<{ task: string }> {
  const { cluster, taskDefinition, subnets, securityGroups, logGroup } = event;
  const { tasks = [], failures = [] } = await ecs.runTask({
    cluster,
    taskDefinition,
    launchType: "FARGATE",
    propagateTags: "TASK_DEFINITION",
    enableECSManagedTags: true,
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets: [...subnets],
        securityGroups: [...securityGroups],
        assignPublicIp: "DISABLED",
      },
    },
  });
  const task = tasks[0]?.taskArn;
  if (task === undefined)
    throw new Error(`the task could not be started: ${failures[0]?.reason ?? "no reason given"}`);
  for (;;) {
    const { tasks: [now] = [] } = await ecs.describeTasks({ cluster, tasks: [task] });
    if (now?.lastStatus === "STOPPED") return ended(now, task, logGroup);
    if (remaining() < RESERVE_MS)
      throw new Error(
        `the task ${task} is still running and goes on; its logs: ${logGroup}. Run up again later`,
      );
    await sleep(PAUSE_MS);
  }
}

function ended({ containers = [], stoppedReason }: Task, task: string, logGroup: string): { task: string } {
  const bad = containers.filter(({ exitCode }) => exitCode !== 0);
  if (containers.length > 0 && bad.length === 0) return { task };
  const told = bad.map(({ name, exitCode, reason }) =>
    exitCode === undefined
      ? `${name} did not run${reason === undefined ? "" : ` (${reason})`}`
      : `${name} ended with exit code ${exitCode}`,
  );
  throw new Error(`${[...told, stoppedReason].filter(Boolean).join("; ")}; logs: ${logGroup}, task ${task}`);
}

/** What Lambda calls. */
export async function handler(
  event: RunTaskEvent,
  lambda: { readonly getRemainingTimeInMillis: () => number },
): Promise<{ task: string }> {
  const { ECS: Ecs } = await import("@aws-sdk/client-ecs");
  return runTask(event, {
    ecs: new Ecs({}),
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    remaining: () => lambda.getRemainingTimeInMillis(),
  });
}
