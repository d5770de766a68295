import { beforeAll, describe, expect, test } from "vitest";
import { FargateService } from "../../../components/aws/fargate";
import type { TaskContainer } from "../../../components/aws/task-container";
import type { Graph, Json } from "../../../graph";
import { appGraph, containerOf, containersOf } from "../support/aws-app";
import { behind, ofType, only, statements, waitsFor } from "../support/aws-read";
import { awsPart } from "../support/aws-stack";

const TASK = "aws:ecs/taskDefinition:TaskDefinition";
const SERVICE = "aws:ecs/service:Service";

let graph: Graph;
let staging: Graph;
beforeAll(async () => {
  graph = await appGraph({ production: true });
  staging = await appGraph({ production: false });
}, 60_000);

const task = (name: string) => only(graph, TASK, name);

describe("a service", () => {
  test("keeps so many tasks in private subnets, out of anybody's reach but its tiers'", () => {
    const placed = ofType(graph, SERVICE).map((one) => {
      const groups = behind(graph, one, "networkConfiguration").filter((name) => !name.includes("-private-"));
      return [one.name, one.inputs.desiredCount, ...groups].join(" ");
    });
    expect(placed.sort()).toEqual([
      "api 3 network-cache network-database network-egress network-front network-telemetry",
      "cache-exporter 1 network-cache network-telemetry",
      "database-exporter 1 network-database network-telemetry",
      "web 2 network-front network-telemetry",
      "worker 2 network-cache network-database network-egress network-telemetry",
    ]);
    for (const one of ofType(graph, SERVICE)) {
      const subnets = behind(graph, one, "networkConfiguration").filter((name) => name.includes("-private-"));
      expect(subnets).toEqual(["network-private-a", "network-private-b", "network-private-c"]);
      expect(one.inputs).toMatchObject({
        name: one.name,
        launchType: "FARGATE",
        networkConfiguration: { assignPublicIp: false },
        deploymentMinimumHealthyPercent: 100,
        deploymentMaximumPercent: 200,
        deploymentCircuitBreaker: { enable: true, rollback: true },
        enableExecuteCommand: false,
        propagateTags: "SERVICE",
        waitForSteadyState: true,
      });
      expect(behind(graph, one, "cluster")).toEqual(["cluster"]);
    }
  });

  test("waits for its roles' permissions, its logs, its secrets' values, and the way to AWS", () => {
    for (const one of ofType(graph, SERVICE)) {
      const before = waitsFor(one);
      const secrets = containersOf(task(one.name)).flatMap((container) => container.secrets);
      const versions = secrets.map(({ valueFrom }) => /:::(.*)-[0-9a-f]{7}\.versionId$/.exec(valueFrom)?.[1]);
      expect(before).toEqual(
        expect.arrayContaining([
          `RolePolicy ${one.name}-execution`,
          `RolePolicy ${one.name}-task`,
          `LogGroup ${one.name}`,
          ...versions.map((name) => `SecretVersion ${name ?? "without a version"}`),
          "VpcEndpoint network-ecr-api",
          "VpcEndpoint network-s3",
          "SecurityGroupEgressRule network-telemetry-endpoints",
          "SecurityGroupIngressRule network-telemetry-endpoints",
        ]),
      );
    }
  });

  test("is scaled by what asks for most, and then nobody else sets the number of its tasks", () => {
    const scaled = ofType(graph, SERVICE).map(({ name, ignoreChanges }) => [name, ignoreChanges]);
    expect(Object.fromEntries(scaled)).toEqual({
      api: ["desiredCount"],
      "cache-exporter": [],
      "database-exporter": [],
      web: ["desiredCount"],
      worker: ["desiredCount"],
    });
    const targets = ofType(graph, "aws:appautoscaling/target:Target").map(({ name, inputs }) => [
      name,
      inputs.resourceId,
      inputs.minCapacity,
      inputs.maxCapacity,
    ]);
    expect(targets).toEqual([
      ["api", "service/mainstay-prod/api", 3, 5],
      ["web", "service/mainstay-prod/web", 2, 4],
      ["worker", "service/mainstay-prod/worker", 2, 3],
    ]);
    expect(ofType(staging, "aws:appautoscaling/target:Target")).toEqual([]);
  });

  test("is scaled by policies that take their target from the target", () => {
    const policies = ofType(graph, "aws:appautoscaling/policy:Policy");
    const shown = policies.map((one) => {
      const tracking = one.inputs.targetTrackingScalingPolicyConfiguration as Record<string, Json>;
      return [one.name, one.inputs.policyType, tracking.targetValue, behind(graph, one, "resourceId").join()];
    });
    const type = "TargetTrackingScaling";
    expect(shown).toEqual([
      ["api-cpu", type, 60, "api"],
      ["api-requests", type, 1125, "api"],
      ["web-cpu", type, 60, "web"],
      ["web-requests", type, 525, "web"],
      ["worker-cpu", type, 60, "worker"],
      ["worker-figure", type, 20, "worker"],
    ]);
  });

  test("counts requests over both groups its versions take turns in, per running task", () => {
    const { inputs } = only(graph, "aws:appautoscaling/policy:Policy", "api-requests");
    const { customizedMetricSpecification: specification } =
      inputs.targetTrackingScalingPolicyConfiguration as {
        customizedMetricSpecification: { metrics: Json[] };
      };
    const count = (id: string, group: string) => ({
      id,
      metricStat: {
        stat: "Sum",
        metric: {
          namespace: "AWS/ApplicationELB",
          metricName: "RequestCount",
          dimensions: [
            { name: "LoadBalancer", value: expect.stringMatching(/^edge-\w+\.arnSuffix$/) as Json },
            { name: "TargetGroup", value: expect.stringMatching(`^${group}-\\w+\\.arnSuffix$`) as Json },
          ],
        },
      },
      returnData: false,
    });
    expect(specification.metrics).toEqual([
      count("requests0", "api-a"),
      count("requests1", "api-b"),
      {
        id: "tasks",
        metricStat: {
          stat: "Average",
          metric: {
            namespace: "ECS/ContainerInsights",
            metricName: "RunningTaskCount",
            dimensions: [
              { name: "ClusterName", value: "mainstay-prod" },
              { name: "ServiceName", value: "api" },
            ],
          },
        },
        returnData: false,
      },
      {
        id: "each",
        expression: "(FILL(requests0, 0) + FILL(requests1, 0)) / tasks",
        returnData: true,
      },
    ]);
  });
});

describe("a service operators get into", () => {
  const declareOne = (more: { exec?: boolean; containers?: TaskContainer[] }) =>
    awsPart(
      ({ context, network, opts }) =>
        new FargateService(
          context,
          "tool",
          {
            component: "tool",
            containers: [
              {
                name: "tool",
                image: `tool@sha256:${"0".repeat(64)}`,
                user: "65534:65534",
                memoryMiB: 64,
                cpus: 0.1,
                health: ["true"],
              },
            ],
            tiers: [network.tiers.operations],
            replicas: 1,
            ...more,
          },
          opts,
        ),
      { production: false },
    );

  test("has room for Systems Manager's agent, and leave to speak to it and to write down what is done", async () => {
    const of = await declareOne({ exec: true });
    expect(only(of, SERVICE, "tool").inputs.enableExecuteCommand).toBe(true);
    expect(containerOf(only(of, TASK, "tool"), "tool").mountPoints).toEqual([
      { sourceVolume: "tool-exec", containerPath: "/var/lib/amazon", readOnly: false },
      { sourceVolume: "tool-exec-log", containerPath: "/var/log/amazon", readOnly: false },
    ]);
    const allowed = statements(only(of, "aws:iam/rolePolicy:RolePolicy", "tool-task").inputs.policy);
    expect(allowed.map(({ actions, resources }) => [actions, resources])).toEqual([
      [
        [
          "ssmmessages:CreateControlChannel",
          "ssmmessages:CreateDataChannel",
          "ssmmessages:OpenControlChannel",
          "ssmmessages:OpenDataChannel",
        ],
        ["*"],
      ],
      [["logs:DescribeLogGroups"], ["*"]],
      [
        ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        [expect.stringContaining(":log-group:/mainstay/staging/cluster-sessions:*")],
      ],
      [["kms:Decrypt"], [expect.stringContaining("/keys-logs-")]],
    ]);
  });

  const container = (more: Partial<TaskContainer> & { name: string }): TaskContainer => ({
    image: `tool@sha256:${"0".repeat(64)}`,
    user: "1:1",
    memoryMiB: 64,
    cpus: 0.1,
    ...(more as object),
    name: more.name,
  });

  test("is refused where a container waits for one that is not there, or that never says it is well", async () => {
    const containers = [container({ name: "a", after: ["b"] })];
    await expect(declareOne({ containers })).rejects.toThrow(
      "container a waits for b, which its task does not have",
    );
    await expect(declareOne({ containers: [...containers, container({ name: "b" })] })).rejects.toThrow(
      "container a waits for b, which has no health check",
    );
  });

  test("is refused where no task is large enough", async () => {
    const containers = [container({ name: "a", memoryMiB: 120 * 1024, cpus: 17 })];
    await expect(declareOne({ containers })).rejects.toThrow("no Fargate task is large enough for tool");
  });
});
