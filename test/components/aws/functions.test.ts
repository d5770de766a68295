import { describe, expect, test } from "vitest";
import { judge, type Judge, type ShiftEvent } from "../../../components/aws/functions/release-gate";
import { runTask, type Runner } from "../../../components/aws/functions/run-task";

const NEW = "arn:aws:ecs:eu-west-1:1:service-revision/mainstay-prod/api/2";
const OLD = "arn:aws:ecs:eu-west-1:1:service-revision/mainstay-prod/api/1";
const GROUP = "targetgroup/api-b-1234567/0123456789abcdef";

describe("the judge of a release", () => {
  const event = (percent: number): ShiftEvent => ({
    resourceArn: "arn:aws:ecs:eu-west-1:1:service-deployment/mainstay-prod/api/x",
    lifecycleStage: "PRODUCTION_TRAFFIC_SHIFT",
    executionDetails: {
      targetServiceRevisionArn: NEW,
      productionTrafficWeights: { [OLD]: 100 - percent, [NEW]: percent },
    },
  });

  interface Seen {
    readonly requests?: readonly number[];
    readonly failed?: readonly number[];
    readonly latency?: readonly number[];
    readonly status?: string;
  }

  /** What AWS answers; what it was asked is written down. */
  function world({ requests = [], failed = [], latency = [], status = "IN_PROGRESS" }: Seen) {
    const asked: unknown[] = [];
    const given = {
      ecs: {
        describeServiceDeployments: async (input: unknown) => {
          asked.push(input);
          return { serviceDeployments: [{ status }] };
        },
        describeServiceRevisions: async (input: unknown) => {
          asked.push(input);
          const targetGroupArn = `arn:aws:elasticloadbalancing:eu-west-1:1:${GROUP}`;
          return { serviceRevisions: [{ resolvedConfiguration: { loadBalancers: [{ targetGroupArn }] } }] };
        },
      },
      cloudWatch: {
        getMetricData: async (input: unknown) => {
          asked.push(input);
          return {
            MetricDataResults: Object.entries({ requests, failed, latency }).map(([Id, Values]) => ({
              Id,
              Values,
            })),
          };
        },
      },
      loadBalancer: "app/edge/0123456789abcdef",
      bounds: { failedShare: 0.01, latencySeconds: 5 },
      now: new Date("2026-01-01T12:00:00Z"),
    };
    return { asked, given: given as unknown as Judge };
  }

  const answer = async (seen: Seen, percent = 10) =>
    (await judge(event(percent), world(seen).given)).hookStatus;

  test("lets a version on that answers well", async () => {
    expect(
      await judge(event(10), world({ requests: [40, 60], failed: [0], latency: [0.2, 0.4] }).given),
    ).toEqual({
      hookStatus: "SUCCEEDED",
      why: "of 100 requests 0 failed, 95 % were answered within 0.40 s",
    });
  });

  test("stops one of whose requests more than the bound fail, but not for four", async () => {
    expect(await answer({ requests: [500], failed: [3, 2], latency: [0.1] })).toBe("SUCCEEDED");
    expect(await answer({ requests: [499], failed: [3, 2], latency: [0.1] })).toBe("FAILED");
    expect(await answer({ requests: [100], failed: [4], latency: [0.1] })).toBe("SUCCEEDED");
  });

  test("stops one that answers later than the bound", async () => {
    expect(await answer({ requests: [20], latency: [0.1, 5] })).toBe("SUCCEEDED");
    expect(await answer({ requests: [20], latency: [5.01, 0.1] })).toBe("FAILED");
  });

  test("does not judge by fewer than twenty requests", async () => {
    expect(await answer({ requests: [19], failed: [19], latency: [60] })).toBe("SUCCEEDED");
    expect(await answer({ requests: [20], failed: [19], latency: [60] })).toBe("FAILED");
    expect(await answer({})).toBe("SUCCEEDED");
  });

  test("never stands in the way back", async () => {
    const bad = { requests: [100], failed: [100], latency: [60] };
    expect(await answer(bad, 0)).toBe("SUCCEEDED");
    for (const status of ["ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS", "ROLLBACK_SUCCESSFUL"])
      expect(await answer({ ...bad, status })).toBe("SUCCEEDED");
  });

  test("looks at the new version's group alone, at the last three minutes", async () => {
    const { asked, given } = world({ requests: [20] });
    await judge(event(25), given);
    const metric = (Id: string, MetricName: string, Stat: string) => ({
      Id,
      MetricStat: {
        Metric: {
          Namespace: "AWS/ApplicationELB",
          MetricName,
          Dimensions: [
            { Name: "LoadBalancer", Value: "app/edge/0123456789abcdef" },
            { Name: "TargetGroup", Value: GROUP },
          ],
        },
        Period: 60,
        Stat,
      },
    });
    expect(asked).toEqual([
      { serviceDeploymentArns: [event(25).resourceArn] },
      { serviceRevisionArns: [NEW] },
      {
        StartTime: new Date("2026-01-01T11:57:00Z"),
        EndTime: new Date("2026-01-01T12:00:00Z"),
        MetricDataQueries: [
          metric("requests", "RequestCount", "Sum"),
          metric("failed", "HTTPCode_Target_5XX_Count", "Sum"),
          metric("latency", "TargetResponseTime", "p95"),
        ],
      },
    ]);
  });

  test("fails, and with it the release, where the version's group cannot be told", async () => {
    const { given } = world({});
    const blind = {
      ...given,
      ecs: { ...given.ecs, describeServiceRevisions: async () => ({ serviceRevisions: [] }) },
    } as unknown as Judge;
    await expect(judge(event(10), blind)).rejects.toThrow(`the version ${NEW} stands in no target group`);
  });
});

describe("the runner of a task", () => {
  const EVENT = {
    cluster: "arn:cluster",
    taskDefinition: "arn:task-definition/mainstay-prod-migration:7",
    subnets: ["subnet-1"],
    securityGroups: ["sg-1"],
    logGroup: "/mainstay/prod/tasks/migration",
  };
  const TASK = "arn:task";

  interface Container {
    readonly name: string;
    readonly exitCode?: number;
    readonly reason?: string;
  }

  interface Seen {
    /** Why no task is started. */
    readonly failure?: string;
    /** Definition of a task that runs already, by the task. */
    readonly before?: Readonly<Record<string, string>>;
    /** What tells who started it. @default this function */
    readonly startedBy?: string;
  }

  /** @param states of each task, at one look after the other */
  function world(
    states: readonly ("RUNNING" | readonly Container[])[],
    { failure, before = {}, startedBy = "mainstay-up" }: Seen = {},
  ) {
    const asked: unknown[] = [];
    const listed: unknown[] = [];
    const lookedAt: unknown[] = [];
    let told = false;
    let look = 0;
    let clock = 900_000;
    const runner = {
      ecs: {
        runTask: async (input: unknown) => {
          asked.push(input);
          return failure ? { tasks: [], failures: [{ reason: failure }] } : { tasks: [{ taskArn: TASK }] };
        },
        listTasks: async (input: unknown) => {
          listed.push(input);
          return { taskArns: Object.keys(before) };
        },
        describeTasks: async ({ tasks: [task = "", ...more] }: { tasks: string[] }) => {
          // The first look at what runs already is for who started it.
          const isFirst = !told && task in before;
          told = true;
          if (isFirst) return { tasks: [task, ...more].map((taskArn) => ({ taskArn, startedBy })) };
          lookedAt.push(task);
          const state = states[Math.min(look++, states.length - 1)];
          if (state === "RUNNING") return { tasks: [{ lastStatus: "RUNNING" }] };
          return {
            tasks: [
              {
                lastStatus: "STOPPED",
                stoppedReason: "Essential container exited",
                containers: state,
                taskDefinitionArn: before[task] ?? EVENT.taskDefinition,
              },
            ],
          };
        },
      },
      sleep: async (milliseconds: number) => {
        clock -= milliseconds;
      },
      remaining: () => clock,
    };
    return { asked, listed, lookedAt, runner: runner as unknown as Runner };
  }

  test("waits until it has ended, and is content where every container ended well", async () => {
    const good = [
      { name: "roles", exitCode: 0 },
      { name: "migration", exitCode: 0 },
    ];
    const { asked, runner } = world(["RUNNING", "RUNNING", good]);
    expect(await runTask(EVENT, runner)).toEqual({ task: TASK });
    expect(asked).toEqual([
      {
        cluster: "arn:cluster",
        taskDefinition: EVENT.taskDefinition,
        startedBy: "mainstay-up",
        launchType: "FARGATE",
        propagateTags: "TASK_DEFINITION",
        enableECSManagedTags: true,
        networkConfiguration: {
          awsvpcConfiguration: {
            subnets: ["subnet-1"],
            securityGroups: ["sg-1"],
            assignPublicIp: "DISABLED",
          },
        },
      },
    ]);
  });

  test("says which container failed, which did not come to run, and where to look", async () => {
    const failed = [
      { name: "roles", exitCode: 3 },
      { name: "migration", reason: "dependency failed" },
    ];
    await expect(runTask(EVENT, world([failed]).runner)).rejects.toThrow(
      "roles ended with exit code 3; migration did not run (dependency failed); Essential container exited; " +
        "logs: /mainstay/prod/tasks/migration, task arn:task",
    );
    await expect(runTask(EVENT, world([[]]).runner)).rejects.toThrow("Essential container exited");
  });

  test("says so where it could not be started", async () => {
    await expect(runTask(EVENT, world([], { failure: "RESOURCE:FARGATE" }).runner)).rejects.toThrow(
      "the task could not be started: RESOURCE:FARGATE",
    );
  });

  test("gives up in time to say that the task goes on", async () => {
    await expect(runTask(EVENT, world(["RUNNING"]).runner)).rejects.toThrow(
      "the task arn:task is still running and goes on; its logs: /mainstay/prod/tasks/migration. Run up again: it waits for the end",
    );
  });

  test("waits for one that an update before has left running, and takes its end for its own", async () => {
    const good = [{ name: "migration", exitCode: 0 }];
    const before = { "arn:before": EVENT.taskDefinition };
    const { asked, listed, runner } = world(["RUNNING", good], { before });
    expect([await runTask(EVENT, runner), asked]).toEqual([{ task: "arn:before" }, []]);
    expect(listed).toEqual([
      { cluster: "arn:cluster", family: "mainstay-prod-migration", desiredStatus: "RUNNING" },
    ]);
    const failed = world([[{ name: "migration", exitCode: 1 }]], { before });
    await expect(runTask(EVENT, failed.runner)).rejects.toThrow("migration ended with exit code 1");
    expect(failed.asked).toEqual([]);
  });

  test("neither waits for what somebody else runs of the definition, nor takes its end for its own", async () => {
    const seen = { before: { "arn:sql": EVENT.taskDefinition }, startedBy: "ecs-svc/1" };
    const { lookedAt, asked, runner } = world([[{ name: "migration", exitCode: 0 }]], seen);
    expect([await runTask(EVENT, runner), asked.length, lookedAt]).toEqual([{ task: TASK }, 1, [TASK]]);
  });

  test("starts its own after one of another definition has ended, however that did", async () => {
    const failed = [{ name: "migration", exitCode: 1 }];
    const before = { "arn:before": "arn:task-definition/mainstay-prod-migration:6" };
    const { lookedAt, asked, runner } = world(["RUNNING", failed, [{ name: "migration", exitCode: 0 }]], {
      before,
    });
    expect([await runTask(EVENT, runner), asked.length]).toEqual([{ task: TASK }, 1]);
    expect(lookedAt).toEqual(["arn:before", "arn:before", TASK]);
  });
});
