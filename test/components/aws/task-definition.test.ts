import { beforeAll, describe, expect, test } from "vitest";
import type { Graph, Resource } from "../../../graph";
import { appGraph, containerOf, containersOf, type Defined } from "../support/aws-app";
import { behind, names, ofType, only, statements } from "../support/aws-read";

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
    ...["name", "image", "essential", "restartPolicy", "cpu", "memory", "memoryReservation", "user"],
    "readonlyRootFilesystem",
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
      expect(sum(({ memory = 0, memoryReservation = 0 }) => memory + memoryReservation)).toBeLessThanOrEqual(
        Number(one.inputs.memory),
      );
    }
    expect(task("api").inputs).toMatchObject({ cpu: "1024", memory: "2048" });
    expect(only(staging, TASK, "web").inputs).toMatchObject({ cpu: "256", memory: "512" });
  });

  test("holds the collector alone to less than the task's memory: alarms look at how full a task is", () => {
    const held = tasks.flatMap(containersOf).filter(({ memory }) => memory !== undefined);
    expect([...new Set(held.map(({ name }) => name))]).toEqual(["collector"]);
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
