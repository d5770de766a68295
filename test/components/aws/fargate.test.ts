import { beforeAll, describe, expect, test } from "vitest";
import { FargateService } from "../../../components/aws/fargate";
import type { TaskContainer } from "../../../components/aws/task-container";
import type { Graph, Json, Resource } from "../../../graph";
import { appGraph, containerOf, containersOf, type Defined } from "../support/aws-app";
import { behind, names, ofType, only, statements, waitsFor } from "../support/aws-read";
import { awsPart } from "../support/aws-stack";

const TASK = "aws:ecs/taskDefinition:TaskDefinition";
const SERVICE = "aws:ecs/service:Service";

let graph: Graph;
let staging: Graph;
let tasks: readonly Resource[];
beforeAll(async () => {
  graph = await appGraph({ production: true });
  staging = await appGraph({ production: false });
  tasks = [...ofType(graph, TASK), ...ofType(staging, TASK)];
}, 60_000);

const task = (name: string) => only(graph, TASK, name);

describe("a task's definition", () => {
  // What Fargate's platform 1.4 reads of "Task definition parameters", Amazon ECS developer guide: ECS drops any other
  // key without a word, and Fargate refuses devices, tmpfs, links, extra hosts and the like.
  const KEYS = new Set([
    ...["name", "image", "essential", "restartPolicy", "cpu", "memory", "user", "readonlyRootFilesystem"],
    ...["linuxParameters", "entryPoint", "command", "environment", "secrets", "portMappings", "mountPoints"],
    ...["volumesFrom", "systemControls", "dependsOn", "healthCheck", "stopTimeout", "logConfiguration"],
  ]);

  test("is of these tasks", () => {
    expect(names(ofType(graph, TASK))).toEqual([
      ...["api", "cache-exporter", "database-exporter", "migration", "web", "worker"],
    ]);
  });

  test("has no key ECS does not know, and none that is null", () => {
    const wrong = tasks.flatMap((one) =>
      containersOf(one).flatMap((container) =>
        Object.entries(container)
          .filter(([key, value]) => !KEYS.has(key) || value === null)
          .map(([key]) => `${one.name}/${container.name}: ${key}`),
      ),
    );
    expect(wrong).toEqual([]);
  });

  test("is in one order, so that what did not change makes no new revision", () => {
    const sorted = (all: readonly string[]) => expect(all).toEqual([...all].sort());
    for (const one of tasks) {
      const containers = containersOf(one);
      sorted(containers.map(({ name }) => name));
      for (const { environment, secrets, dependsOn = [] } of containers) {
        sorted(environment.map(({ name }) => name));
        sorted(secrets.map(({ name }) => name));
        sorted(dependsOn.map(({ containerName }) => containerName));
      }
    }
  });

  test("gives each variable once, as a text, and none that is secret in plain", () => {
    const SECRET = ["DATABASE_URL", "REDIS_URL", "SECRET_KEY", "JWT_SIGNING_KEY", "OPENAI_API_KEY"];
    for (const { environment, secrets, name } of tasks.flatMap(containersOf)) {
      const plain = environment.map((variable) => variable.name);
      const given = [...plain, ...secrets.map((variable) => variable.name)];
      expect(new Set(given).size, name).toBe(given.length);
      expect(environment.filter(({ value }) => typeof value !== "string")).toEqual([]);
      expect(plain.filter((variable) => SECRET.includes(variable))).toEqual([]);
    }
    expect(tasks.filter(({ secrets }) => secrets.length > 0)).toEqual([]);
  });

  test("makes every container as harmless as on a Docker host", () => {
    for (const container of tasks.flatMap(containersOf)) {
      expect(container.user, container.name).toMatch(/^[1-9]\d*:[1-9]\d*$/);
      expect(container).toMatchObject({
        readonlyRootFilesystem: true,
        linuxParameters: { capabilities: { drop: ["ALL"] }, initProcessEnabled: true },
      });
      expect(Object.keys(container.linuxParameters as object)).toEqual([
        "capabilities",
        "initProcessEnabled",
      ]);
    }
  });

  test("has a size Fargate sells, and containers that fit into it", () => {
    // "Task size", Amazon ECS developer guide: lowest and highest memory, and its steps, in GiB.
    const SIZES: Record<string, readonly [number, number, number]> = {
      "512": [1, 4, 1],
      "1024": [2, 8, 1],
      "2048": [4, 16, 1],
      "4096": [8, 30, 1],
      "8192": [16, 60, 4],
      "16384": [32, 120, 8],
    };
    const sold = (cpu: string, memory: number) => {
      if (cpu === "256") return [512, 1024, 2048].includes(memory);
      const [least, most, step] = SIZES[cpu] ?? [NaN, NaN, NaN];
      const gib = memory / 1024;
      return gib >= least && gib <= most && (gib - least) % step === 0;
    };
    const sizes = tasks.map(({ inputs }) => [inputs.cpu, inputs.memory]);
    expect(sizes.filter(([cpu, memory]) => !sold(String(cpu), Number(memory)))).toEqual([]);
    expect(sizes.flat().filter((figure) => typeof figure !== "string")).toEqual([]);
    for (const one of tasks) {
      const sum = (of: (container: Defined) => number) =>
        containersOf(one).reduce((total, container) => total + of(container), 0);
      expect(sum(({ cpu }) => cpu)).toBeLessThanOrEqual(Number(one.inputs.cpu));
      expect(sum(({ memory = 0 }) => memory)).toBeLessThanOrEqual(Number(one.inputs.memory));
    }
    expect(task("api").inputs).toMatchObject({ cpu: "1024", memory: "2048" });
    expect(only(staging, TASK, "web").inputs).toMatchObject({ cpu: "256", memory: "512" });
  });

  test("mounts the volumes it has, and has those it mounts", () => {
    for (const one of tasks) {
      const mounted = containersOf(one).flatMap(({ mountPoints }) =>
        mountPoints.map(({ sourceVolume }) => sourceVolume),
      );
      const volumes = (one.inputs.volumes as { name: string }[]).map(({ name }) => name);
      expect(volumes).toEqual([...new Set(mounted)].sort());
      for (const { mountPoints } of containersOf(one)) {
        const paths = mountPoints.map(({ containerPath }) => containerPath);
        expect(new Set(paths).size).toBe(paths.length);
      }
    }
  });

  test("starts its containers in an order that ends, each after what it can wait for", () => {
    for (const one of tasks) {
      const containers = new Map(containersOf(one).map((container) => [container.name, container]));
      expect([...containers.values()].some(({ essential }) => essential)).toBe(true);
      const started = new Set<string>();
      for (let before = -1; before < started.size;) {
        before = started.size;
        for (const { name, dependsOn = [] } of containers.values()) {
          for (const { containerName, condition } of dependsOn) {
            const other = containers.get(containerName);
            expect(condition).toBe(other?.essential ? "HEALTHY" : "SUCCESS");
            expect(condition === "HEALTHY" && !other?.healthCheck).toBe(false);
          }
          if (dependsOn.every(({ containerName }) => started.has(containerName))) started.add(name);
        }
      }
      expect([...started].sort()).toEqual([...containers.keys()]);
    }
  });

  test("asks what keeps running for its health, within ECS's bounds", () => {
    const silent = ofType(graph, SERVICE).flatMap((one) =>
      containersOf(task(one.name))
        .filter(({ essential, healthCheck }) => essential && !healthCheck)
        .map(({ name }) => name),
    );
    expect(silent).toEqual([]);
    expect(containerOf(task("api"), "api").healthCheck).toEqual({
      command: ["CMD", "node", "/app/app.cjs", "health"],
      interval: 10,
      timeout: 5,
      retries: 3,
      startPeriod: 60,
    });
    const stops = tasks.flatMap(containersOf).map(({ stopTimeout }) => stopTimeout);
    expect(Math.max(...stops)).toBe(60);
  });

  test("names images of the account's registry by digest, and only such as there is a repository for", () => {
    const repositories = ofType(graph, "aws:ecr/repository:Repository").map(({ inputs }) => inputs.name);
    const images = ofType(graph, TASK).flatMap(containersOf);
    for (const { image } of images) {
      const [, repository = "", digest = ""] =
        /^123456789012\.dkr\.ecr\.eu-west-1\.amazonaws\.com\/(.*)@(sha256:[0-9a-f]{64})$/.exec(image) ?? [];
      expect(repositories).toContain(repository);
      expect(digest).not.toBe("");
    }
  });

  test("writes its logs where there is a group for them, encrypted, that ends", () => {
    for (const one of ofType(graph, TASK)) {
      const group = only(graph, "aws:cloudwatch/logGroup:LogGroup", one.name);
      expect(group.inputs).toMatchObject({
        name: `/mainstay/prod/tasks/${one.name}`,
        retentionInDays: 365,
      });
      expect(behind(graph, group, "kmsKeyId")).toEqual(["keys-logs"]);
      for (const { name, logConfiguration } of containersOf(one)) {
        expect(logConfiguration).toEqual({
          logDriver: "awslogs",
          options: {
            "awslogs-group": `/mainstay/prod/tasks/${one.name}`,
            "awslogs-region": "eu-west-1",
            "awslogs-stream-prefix": name,
            mode: "non-blocking",
            "max-buffer-size": "25m",
          },
        });
      }
    }
  });

  test("is run by Fargate in a network of its own, and kept for a rollback", () => {
    for (const { inputs, name } of ofType(graph, TASK)) {
      expect(inputs).toMatchObject({
        family: `mainstay-prod-${name}`,
        requiresCompatibilities: ["FARGATE"],
        networkMode: "awsvpc",
        runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: "X86_64" },
        skipDestroy: true,
      });
    }
  });
});

describe("a task's roles", () => {
  const role = (name: string) => only(graph, "aws:iam/role:Role", name);
  const policy = (name: string) =>
    statements(only(graph, "aws:iam/rolePolicy:RolePolicy", name).inputs.policy);
  /** The secret's own ARN, of what a container's `valueFrom` is. */
  const repositoryArn = (image: string) =>
    image.replace(/^.*\.com\/([^@]+)@.*$/, "arn:aws:ecr:eu-west-1:123456789012:repository/$1");

  const secretArn = (valueFrom: string) => valueFrom.split(":").slice(0, 7).join(":");

  test("are two, which nobody but ECS takes, for this account alone", () => {
    for (const one of ofType(graph, TASK)) {
      expect(behind(graph, one, "executionRoleArn")).toEqual([`${one.name}-execution`]);
      expect(behind(graph, one, "taskRoleArn")).toEqual([`${one.name}-task`]);
      for (const which of ["execution", "task"]) {
        expect(statements(role(`${one.name}-${which}`).inputs.assumeRolePolicy)).toEqual([
          expect.objectContaining({
            effect: "Allow",
            actions: ["sts:AssumeRole"],
            services: ["ecs-tasks.amazonaws.com"],
            condition: {
              StringEquals: { "aws:SourceAccount": "123456789012" },
              ArnLike: { "aws:SourceArn": "arn:aws:ecs:eu-west-1:123456789012:*" },
            },
          }),
        ]);
      }
    }
  });

  test("let ECS fetch this environment's images, write this task's logs, read the secrets it names, and no more", () => {
    const secretsKey = only(graph, "aws:kms/key:Key", "keys-secrets");
    for (const one of ofType(graph, TASK)) {
      const secrets = containersOf(one).flatMap((container) => container.secrets);
      const arns = [...new Set(secrets.map(({ valueFrom }) => secretArn(valueFrom)))].sort();
      const statements = policy(`${one.name}-execution`);
      const allowed = statements.map(({ actions, resources }) => [actions, [...resources].sort()]);
      expect(allowed.slice(0, 3)).toEqual([
        [["ecr:GetAuthorizationToken"], ["*"]],
        [
          ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
          [...new Set(containersOf(one).map(({ image }) => repositoryArn(image)))].sort(),
        ],
        [
          ["logs:CreateLogStream", "logs:PutLogEvents"],
          [`arn:aws:logs:eu-west-1:123456789012:log-group:/mainstay/prod/tasks/${one.name}:*`],
        ],
      ]);
      const [read, decrypt, ...more] = allowed.slice(3);
      expect(more).toEqual([]);
      expect([read?.[0] ?? [], [...(read?.[1] ?? [])].sort()]).toEqual([
        arns.length > 0 ? ["secretsmanager:GetSecretValue"] : [],
        arns,
      ]);
      expect(decrypt?.[0] ?? []).toEqual(arns.length > 0 ? ["kms:Decrypt"] : []);
      expect((decrypt?.[1] ?? []).every((arn) => arn.includes(`/${secretsKey.name}-`))).toBe(true);
      expect(statements[4]?.condition).toEqual(
        arns.length > 0
          ? { StringEquals: { "kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com" } }
          : undefined,
      );
    }
  });

  test("let the containers do what their collector does, and no more", () => {
    const metrics = ["aps:RemoteWrite"];
    const traces = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"];
    const figures = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"];
    const actions = Object.fromEntries(
      ofType(graph, TASK).map(({ name }) => {
        const own = ofType(graph, "aws:iam/rolePolicy:RolePolicy").find((one) => one.name === `${name}-task`);
        return [name, own ? policy(`${name}-task`).map((statement) => statement.actions) : []];
      }),
    );
    expect(actions).toEqual({
      api: [metrics, traces],
      "cache-exporter": [metrics],
      "database-exporter": [metrics],
      migration: [],
      web: [metrics],
      worker: [metrics, traces, figures],
    });
    const [write] = policy("web-task");
    expect(write?.resources).toEqual([expect.stringMatching(/^arn:aws:amp:.*:workspace\/metrics-/)]);
  });
});

describe("the collector", () => {
  interface Config {
    readonly extensions: Record<string, Json>;
    readonly receivers: Record<string, Json>;
    readonly processors: Record<string, Json>;
    readonly exporters: Record<string, Json>;
    readonly service: {
      readonly extensions: string[];
      readonly pipelines: Record<string, Record<"receivers" | "processors" | "exporters", string[]>>;
    };
  }
  const configOf = (name: string): Config => {
    const [settings] = containerOf(task(name), "collector").environment;
    expect(settings?.name).toBe("AOT_CONFIG_CONTENT");
    return JSON.parse(String(settings?.value)) as Config;
  };
  const withCollector = ["api", "cache-exporter", "database-exporter", "web", "worker"];

  test("is beside every task that has something to tell, and the task goes on without it", () => {
    const beside = ofType(graph, TASK).filter((one) =>
      containersOf(one).some((container) => container.name === "collector"),
    );
    expect(names(beside)).toEqual(withCollector);
    expect(containerOf(task("api"), "collector")).toMatchObject({
      essential: false,
      restartPolicy: { enabled: true, restartAttemptPeriod: 60 },
      user: "4317:4317",
      cpu: 153,
      memory: 256,
      portMappings: [],
      healthCheck: { command: ["CMD", "/healthcheck"] },
    });
  });

  test("has pipelines of parts it has, and parts that are in a pipeline", () => {
    for (const name of withCollector) {
      const { service, ...parts } = configOf(name);
      const pipelines = Object.values(service.pipelines);
      for (const kind of ["receivers", "processors", "exporters"] as const) {
        const used = [...new Set(pipelines.flatMap((pipeline) => pipeline[kind]))].sort();
        expect(used, `${kind} of ${name}`).toEqual(Object.keys(parts[kind]).sort());
      }
      expect(service.extensions.sort()).toEqual(Object.keys(parts.extensions).sort());
      for (const { processors } of pipelines) {
        expect(processors[0]).toBe("memory_limiter");
        expect(processors.at(-1)).toBe("batch");
      }
    }
  });

  test("listens for the task's own containers alone, where the app sends its traces", () => {
    const { receivers, extensions } = configOf("api");
    expect(receivers.otlp).toEqual({ protocols: { http: { endpoint: "127.0.0.1:4318" } } });
    expect(extensions.health_check).toEqual({ endpoint: "127.0.0.1:13133" });
    const api = containerOf(task("api"), "api").environment;
    expect(api).toContainEqual({ name: "OTEL_EXPORTER_OTLP_ENDPOINT", value: "http://127.0.0.1:4318" });
    expect(Object.keys(configOf("web").receivers)).toEqual(["prometheus"]);
  });

  test("marks traces with the environment the X-Ray group looks for", () => {
    const { processors, exporters, service } = configOf("api");
    expect(processors["attributes/traces"]).toEqual({
      actions: [{ key: "environment", value: "prod", action: "upsert" }],
    });
    expect(service.pipelines.traces?.processors).toContain("attributes/traces");
    expect(exporters.awsxray).toMatchObject({
      indexed_attributes: ["mainstay.correlation_id", "environment"],
    });
  });

  test("reads each service's metrics at its own port, and writes them to the workspace as AWS is signed to", () => {
    const { receivers, exporters, extensions, processors } = configOf("worker");
    expect(receivers.prometheus).toEqual({
      config: {
        global: { scrape_interval: "15s", scrape_timeout: "10s" },
        scrape_configs: [
          {
            job_name: "worker",
            metrics_path: "/metrics",
            static_configs: [{ targets: ["127.0.0.1:8001"] }],
          },
        ],
      },
    });
    expect(containerOf(task("worker"), "worker").environment).toContainEqual({ name: "PORT", value: "8001" });
    const workspace = only(graph, "aws:amp/workspace:Workspace").name;
    expect(exporters.prometheusremotewrite).toMatchObject({
      endpoint: expect.stringMatching(
        new RegExp(`^${workspace}-.*prometheusEndpoint.*api/v1/remote_write$`),
      ) as Json,
      auth: { authenticator: "sigv4auth" },
    });
    expect(extensions.sigv4auth).toEqual({ region: "eu-west-1", service: "aps" });
    // Two copies scraped at the same address are two series.
    expect(processors.resource).toEqual({
      attributes: [{ key: "service.instance.id", from_attribute: "aws.ecs.task.id", action: "upsert" }],
    });
  });

  test("tells CloudWatch the figure the worker is scaled by, under the name the scaling asks for", () => {
    const { exporters, processors } = configOf("worker");
    expect(processors["filter/figures"]).toEqual({
      error_mode: "propagate",
      metrics: { metric: ['name != "worker_queue_length"'] },
    });
    expect(processors["attributes/figures"]).toEqual({
      actions: [{ key: "ServiceName", value: "worker", action: "insert" }],
    });
    expect(exporters.awsemf).toMatchObject({
      region: "eu-west-1",
      namespace: "mainstay/prod",
      log_group_name: "/mainstay/prod/tasks/worker",
      metric_declarations: [
        { dimensions: [["ServiceName"]], metric_name_selectors: ["^worker_queue_length"] },
      ],
    });
    const scaling = only(graph, "aws:appautoscaling/policy:Policy", "worker-figure");
    expect(JSON.stringify(scaling.inputs)).toContain(
      JSON.stringify({
        dimensions: [{ name: "ServiceName", value: "worker" }],
        metricName: "worker_queue_length",
        namespace: "mainstay/prod",
      }),
    );
  });
});

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
