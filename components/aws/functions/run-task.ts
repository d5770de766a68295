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
  readonly ecs: Pick<ECS, "listTasks" | "runTask" | "describeTasks">;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Milliseconds until this function is stopped. */
  readonly remaining: () => number;
}

/** By which a task of this function's is told from others of its definition, such as those of the runbooks' `sql`. */
const STARTED_BY = "mainstay-up";
const PAUSE_MS = 5_000;
/** Enough for a last look and an answer. */
const RESERVE_MS = 15_000;

/**
 * Never runs a second one beside the first: one that an update before has left running is waited for, and where it is
 * of the same definition, it is the one that was to be run.
 *
 * @throws Error in one line, with where to look, where the task is not known to have ended well
 */
export async function runTask(event: RunTaskEvent, runner: Runner): Promise<{ task: string }> {
  for (const task of await running(event, runner)) {
    const before = await end(task, event, runner);
    if (before.taskDefinitionArn === event.taskDefinition) return outcome(before, task, event);
  }
  const task = await started(event, runner);
  return outcome(await end(task, event, runner), task, event);
}

async function running({ cluster, taskDefinition }: RunTaskEvent, { ecs }: Runner): Promise<string[]> {
  const family = /([^/:]+):\d+$/.exec(taskDefinition)?.[1];
  const { taskArns = [] } = await ecs.listTasks({ cluster, family, desiredStatus: "RUNNING" });
  if (taskArns.length === 0) return [];
  const { tasks = [] } = await ecs.describeTasks({ cluster, tasks: taskArns });
  return tasks.filter(({ startedBy }) => startedBy === STARTED_BY).flatMap(({ taskArn }) => taskArn ?? []);
}

async function started(event: RunTaskEvent, { ecs }: Runner): Promise<string> {
  const { cluster, taskDefinition, subnets, securityGroups } = event;
  const { tasks = [], failures = [] } = await ecs.runTask({
    cluster,
    taskDefinition,
    startedBy: STARTED_BY,
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
  return task;
}

async function end(task: string, { cluster, logGroup }: RunTaskEvent, runner: Runner): Promise<Task> {
  for (;;) {
    const { tasks: [now] = [] } = await runner.ecs.describeTasks({ cluster, tasks: [task] });
    if (now?.lastStatus === "STOPPED") return now;
    if (runner.remaining() < RESERVE_MS)
      throw new Error(
        `the task ${task} is still running and goes on; its logs: ${logGroup}. Run up again: it waits for the end`,
      );
    await runner.sleep(PAUSE_MS);
  }
}

function outcome(
  { containers = [], stoppedReason }: Task,
  task: string,
  { logGroup }: RunTaskEvent,
): { task: string } {
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
