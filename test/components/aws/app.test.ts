import { beforeAll, describe, expect, test } from "vitest";
import type { Graph, Json } from "../../../graph";
import { parseUrn } from "../../../graph/resource";
import { appGraph, containerOf, containersOf } from "../support/aws-app";
import { behind, names, ofType, only, statements, waitsFor } from "../support/aws-read";

const TASK = "aws:ecs/taskDefinition:TaskDefinition";
const SERVICE = "aws:ecs/service:Service";
const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";

let graph: Graph;
beforeAll(async () => {
  graph = await appGraph({ production: true });
}, 60_000);

const task = (name: string) => only(graph, TASK, name);
const service = (name: string) => only(graph, SERVICE, name);
const policy = (name: string) => statements(only(graph, "aws:iam/rolePolicy:RolePolicy", name).inputs.policy);

describe("a service's container", () => {
  const shown = (name: string) => {
    const { user, command, essential, mountPoints, dependsOn, stopTimeout, portMappings } = containerOf(
      task(name),
      name,
    );
    return { user, command, essential, mountPoints, dependsOn, stopTimeout, portMappings };
  };
  const tmp = { sourceVolume: "tmp", containerPath: "/tmp", readOnly: false };
  const authorities = { sourceVolume: "authorities", containerPath: "/run/authorities", readOnly: true };

  test("is what the shape says, and finds the database's authorities where it looks for them", () => {
    expect(shown("api")).toEqual({
      user: "1000:1000",
      command: ["api"],
      essential: true,
      mountPoints: [tmp, authorities],
      dependsOn: [{ containerName: "authorities", condition: "SUCCESS" }],
      stopTimeout: 30,
      portMappings: [{ containerPort: 8000, hostPort: 8000, protocol: "tcp" }],
    });
    expect(shown("worker")).toEqual({
      ...shown("api"),
      command: ["worker"],
      stopTimeout: 60,
      // Nobody sends it anything; its collector reads its metrics inside the task.
      portMappings: [],
    });
    expect(shown("web")).toEqual({
      ...shown("api"),
      command: ["web"],
      mountPoints: [tmp],
      dependsOn: [],
      stopTimeout: 15,
      portMappings: [{ containerPort: 8080, hostPort: 8080, protocol: "tcp" }],
    });
    expect(containerOf(task("api"), "api").environment).toContainEqual({
      name: "DATABASE_CA_FILE",
      value: "/run/authorities/database.pem",
    });
  });

  test("is given the variables of its list that have a value, secret ones by where they stand", () => {
    const secrets = (name: string) =>
      containerOf(task(name), name).secrets.map((secret) => [
        secret.name,
        /secret:mainstay-prod\/([a-z-]+)-\w{7}-\w{7}:::\1-\w{7}\.versionId$/.exec(secret.valueFrom)?.[1],
      ]);
    expect(secrets("api")).toEqual([
      ["DATABASE_URL", "database-url-api"],
      ["JWT_SIGNING_KEY", "app-jwt-signing-key"],
      ["OPENAI_API_KEY", "app-openai-api-key"],
      ["REDIS_URL", "cache-url-api"],
      ["SECRET_KEY", "app-secret-key"],
    ]);
    expect(secrets("worker")).toEqual([
      ["DATABASE_URL", "database-url-worker"],
      ["OPENAI_API_KEY", "app-openai-api-key"],
      ["REDIS_URL", "cache-url-worker"],
    ]);
    expect(secrets("web")).toEqual([]);
    expect(containerOf(task("web"), "web").environment).toEqual([
      { name: "API_DOCS_ENABLED", value: "false" },
      { name: "ENVIRONMENT", value: "prod" },
      { name: "LOG_FORMAT", value: "json" },
      { name: "LOG_LEVEL", value: "info" },
      { name: "PORT", value: "8080" },
      { name: "PUBLIC_URL", value: "https://api.example.com" },
      { name: "SHUTDOWN_GRACE_SECONDS", value: "10" },
    ]);
  });

  test("names secrets that exist, encrypted with the key its role may use", () => {
    const secrets = ofType(graph, "aws:secretsmanager/secret:Secret");
    const arns = new Set(secrets.map(({ inputs }) => String(inputs.namePrefix)));
    const named = ["api", "worker", "migration"]
      .flatMap((name) => containersOf(task(name)))
      .flatMap((container) => container.secrets.map(({ valueFrom }) => valueFrom))
      .filter((valueFrom) => !valueFrom.includes(":secret:rds!db-"));
    expect(named.filter((valueFrom) => ![...arns].some((prefix) => valueFrom.includes(prefix)))).toEqual([]);
    for (const secret of secrets) expect(behind(graph, secret, "kmsKeyId")).toEqual(["keys-secrets"]);
  });
});

describe("the migration", () => {
  test("makes the roles right as the administrator, then migrates as the migrator", () => {
    const roles = containerOf(task("migration"), "roles");
    expect(roles).toMatchObject({
      essential: false,
      user: "999:999",
      entryPoint: ["sh", "-c"],
      command: [`printf '%s\\n' "$ROLES_SQL" | psql --no-psqlrc --quiet --file -`],
      dependsOn: [{ containerName: "authorities", condition: "SUCCESS" }],
      environment: [
        { name: "PGDATABASE", value: "postgres" },
        { name: "PGHOST", value: expect.stringMatching(/^database\..*\.rds\.amazonaws\.com$/) as Json },
        { name: "PGPORT", value: "5433" },
        { name: "PGSSLMODE", value: "verify-full" },
        { name: "PGSSLROOTCERT", value: "/run/authorities/database.pem" },
      ],
    });
    expect(roles.secrets.map(({ name, valueFrom }) => [name, valueFrom.replace(/^.*:secret:/, "")])).toEqual([
      ["PGPASSWORD", expect.stringMatching(/^rds!db-\w+:password::$/)],
      ["PGUSER", expect.stringMatching(/^rds!db-\w+:username::$/)],
      ["ROLES_SQL", expect.stringMatching(/^mainstay-prod\/database-roles-.*versionId$/)],
    ]);
    expect(containerOf(task("migration"), "migration")).toMatchObject({
      essential: true,
      user: "1000:1000",
      command: ["migrate"],
      memoryReservation: 1536,
      dependsOn: [
        { containerName: "authorities", condition: "SUCCESS" },
        { containerName: "roles", condition: "SUCCESS" },
      ],
      secrets: [
        { name: "DATABASE_URL", valueFrom: expect.stringContaining("database-url-migrator") as Json },
      ],
    });
    expect(containersOf(task("migration")).map(({ name }) => name)).toEqual([
      "authorities",
      "migration",
      "roles",
    ]);
  });

  test("is run whenever its definition is another, in the network it needs, and every service waits for its end", () => {
    const run = only(graph, "aws:lambda/invocation:Invocation");
    const input = JSON.parse(String(run.inputs.input)) as Record<string, Json>;
    expect(Object.keys(input)).toEqual([
      ...["cluster", "taskDefinition", "subnets", "securityGroups", "logGroup"],
    ]);
    expect(behind(graph, run, "input")).toEqual([
      ...["cluster", "migration", "migration", "network-database"],
      ...["network-private-a", "network-private-b", "network-private-c", "network-telemetry"],
    ]);
    expect(waitsFor(run)).toEqual(
      expect.arrayContaining([
        "Function migration-runner",
        "RolePolicy migration-runner",
        "RolePolicy migration-execution",
        "Instance database",
        "SecurityGroupIngressRule database-clients",
        "VpcEndpoint network-secretsmanager",
      ]),
    );
    const waiting = ofType(graph, SERVICE).filter((one) => waitsFor(one).includes("Invocation migration"));
    expect(names(waiting)).toEqual(["api", "web", "worker"]);
  });

  test("is run by a function that may run this task, hand on its two roles, and look at how it ended", () => {
    const lambda = only(graph, "aws:lambda/function:Function", "migration-runner");
    expect(lambda.inputs).toMatchObject({
      runtime: "nodejs22.x",
      handler: "index.handler",
      timeout: 900,
      loggingConfig: { logFormat: "JSON", logGroup: "/mainstay/prod/migration-runner" },
    });
    expect(behind(graph, lambda, "role")).toEqual(["migration-runner"]);
    const ecs = "arn:aws:ecs:eu-west-1:123456789012";
    const allowed = policy("migration-runner").map(({ actions, resources, condition }) => ({
      actions,
      resources: resources.map((arn) => arn.replace(/(role\/[a-z/-]+)-\w{7}$/, "$1")),
      condition,
    }));
    expect(allowed).toEqual([
      {
        actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
        resources: ["arn:aws:logs:eu-west-1:123456789012:log-group:/mainstay/prod/migration-runner:*"],
        condition: {},
      },
      {
        actions: ["ecs:RunTask"],
        resources: [`${ecs}:task-definition/mainstay-prod-migration:*`],
        condition: { ArnEquals: { "ecs:cluster": `${ecs}:cluster/mainstay-prod` } },
      },
      {
        actions: ["ecs:ListTasks"],
        resources: ["*"],
        condition: { ArnEquals: { "ecs:cluster": `${ecs}:cluster/mainstay-prod` } },
      },
      {
        actions: ["ecs:DescribeTasks", "ecs:TagResource"],
        resources: [`${ecs}:task/mainstay-prod/*`],
        condition: {},
      },
      {
        actions: ["iam:PassRole"],
        resources: [
          "arn:aws:iam::123456789012:role/mainstay/prod/migration-execution",
          "arn:aws:iam::123456789012:role/mainstay/prod/migration-task",
        ],
        condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
      },
    ]);
  });
});

describe("the release of a public service", () => {
  test("moves requests in steps that go through 10, 25, 50, 75 and 100 percent, and asks at each", () => {
    for (const name of ["api", "web"]) {
      const { deploymentConfiguration, healthCheckGracePeriodSeconds } = service(name).inputs;
      expect(deploymentConfiguration).toEqual({
        strategy: "LINEAR",
        bakeTimeInMinutes: "5",
        linearConfiguration: { stepPercent: 5, stepBakeTimeInMinutes: "1" },
        lifecycleHooks: [
          {
            targetType: "AWS_LAMBDA",
            hookTargetArn: expect.stringContaining(":function:app-releases-") as Json,
            roleArn: expect.stringContaining(":role/mainstay/prod/app-releases-ask-") as Json,
            lifecycleStages: ["PRODUCTION_TRAFFIC_SHIFT", "POST_PRODUCTION_TRAFFIC_SHIFT"],
          },
        ],
      });
      expect(healthCheckGracePeriodSeconds).toBe(60);
    }
    const steps = Array.from({ length: 20 }, (_, step) => (step + 1) * 5);
    expect([10, 25, 50, 75, 100].filter((percent) => !steps.includes(percent))).toEqual([]);
  });

  test("turns the service's own rule between its own two groups", () => {
    for (const name of ["api", "web"]) {
      const [balanced, ...more] = service(name).inputs.loadBalancers as Record<string, Json>[];
      expect(more).toEqual([]);
      const arn = (kind: string, of: string) => expect.stringMatching(`:${kind}/${of}-\\w{7}$`) as Json;
      expect(balanced).toMatchObject({
        targetGroupArn: arn("targetgroup", `${name}-a`),
        advancedConfiguration: {
          alternateTargetGroupArn: arn("targetgroup", `${name}-b`),
          productionListenerRule: arn("listenerrule", `edge-${name}`),
          roleArn: arn("role", "mainstay/prod/app-releases-shift"),
        },
      });
    }
  });

  test("is made by roles ECS takes, which may do that and no more", () => {
    for (const role of ["app-releases-ask", "app-releases-shift"]) {
      expect(statements(only(graph, "aws:iam/role:Role", role).inputs.assumeRolePolicy)).toMatchObject([
        { effect: "Allow", actions: ["sts:AssumeRole"], services: ["ecs.amazonaws.com"], condition: {} },
      ]);
    }
    expect(policy("app-releases-ask").map(({ actions, resources }) => [actions, resources])).toEqual([
      [["lambda:InvokeFunction"], [expect.stringContaining(":function:app-releases-")]],
    ]);
    const attachment = only(graph, "aws:iam/rolePolicyAttachment:RolePolicyAttachment", "app-releases-shift");
    expect(attachment.inputs.policyArn).toBe(
      "arn:aws:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers",
    );
    expect(behind(graph, attachment, "role")).toEqual(["app-releases-shift"]);
    for (const name of ["api", "web"]) {
      expect(waitsFor(service(name))).toEqual(
        expect.arrayContaining([
          "RolePolicy app-releases-ask",
          "RolePolicyAttachment app-releases-shift",
          "RolePolicy app-releases",
        ]),
      );
    }
  });

  test("is judged by a function that knows the bounds people are told by, and may look and no more", () => {
    const lambda = only(graph, "aws:lambda/function:Function", "app-releases");
    expect(lambda.inputs.environment).toEqual({
      variables: {
        LOAD_BALANCER: expect.stringMatching(/^edge-\w{7}\.arnSuffix$/) as Json,
        FAILED_SHARE: "0.01",
        LATENCY_SECONDS: "5",
      },
    });
    const [, ...allowed] = policy("app-releases").map(({ actions, resources, condition }) => ({
      actions,
      resources,
      condition,
    }));
    const ecs = "arn:aws:ecs:eu-west-1:123456789012";
    expect(allowed).toEqual([
      {
        actions: ["ecs:DescribeServiceDeployments"],
        resources: [`${ecs}:service-deployment/mainstay-prod/*`],
        condition: {},
      },
      {
        actions: ["ecs:DescribeServiceRevisions"],
        resources: [`${ecs}:service-revision/mainstay-prod/*`],
        condition: {},
      },
      {
        actions: ["cloudwatch:GetMetricData"],
        resources: ["*"],
        condition: { StringEquals: { "aws:RequestedRegion": "eu-west-1" } },
      },
    ]);
  });
});

describe("the alarms that end a release", () => {
  test("are there before the service, which watches them and goes back by them", () => {
    const services = ofType(graph, SERVICE).map(({ name }) => name);
    const watched = Object.fromEntries(services.map((name) => [name, service(name).inputs.alarms]));
    const alarms = (name: string, ...kinds: string[]) => ({
      alarmNames: kinds.map((kind) => `mainstay-prod-${name}-Release${kind}High`),
      enable: true,
      rollback: true,
    });
    expect(watched).toEqual({
      api: alarms("api", "Memory", "Failures", "Latency"),
      "cache-exporter": alarms("cache-exporter", "Memory"),
      "database-exporter": alarms("database-exporter", "Memory"),
      web: alarms("web", "Memory", "Failures", "Latency"),
      worker: alarms("worker", "Memory"),
    });
    for (const name of services)
      expect(waitsFor(service(name))).toContain(`MetricAlarm ${name}-ReleaseMemoryHigh`);
    const declared = ofType(graph, ALARM).map(({ inputs }) => inputs.name);
    expect(declared).toEqual(
      expect.arrayContaining(
        Object.values(watched).flatMap((one) => (one as ReturnType<typeof alarms>).alarmNames),
      ),
    );
  });

  test("look at memory from within the service: moved with its way in, one would be deleted for the other", () => {
    const memory = ofType(graph, ALARM).filter(({ name }) => name.endsWith("-ReleaseMemoryHigh"));
    const parents = memory.map(({ urn }) => parseUrn(urn).qualifiedType.split("$").at(-2));
    expect([...new Set(parents)]).toEqual(["mainstay:aws:FargateService"]);
  });

  test("name the service by its name, and tell somebody", () => {
    const { inputs } = only(graph, ALARM, "worker-ReleaseMemoryHigh");
    expect(inputs).toMatchObject({
      namespace: "AWS/ECS",
      metricName: "MemoryUtilization",
      dimensions: { ClusterName: "mainstay-prod", ServiceName: "worker" },
      statistic: "Maximum",
      comparisonOperator: "GreaterThanThreshold",
      threshold: 95,
      treatMissingData: "notBreaching",
    });
    for (const alarm of ofType(graph, ALARM))
      expect(behind(graph, alarm, "alarmActions")).toEqual(["topics-warning"]);
  });

  test("look at whichever of the two versions does worse", () => {
    const { inputs } = only(graph, ALARM, "api-ReleaseFailuresHigh");
    const queries = inputs.metricQueries as {
      id: string;
      expression?: string;
      returnData: boolean;
      metric?: Json;
    }[];
    expect(queries.map(({ id, expression, returnData }) => [id, expression, returnData])).toEqual([
      ["requests0", undefined, false],
      ["failed0", undefined, false],
      ["of0", "IF(FILL(requests0, 0) >= 20, FILL(failed0, 0) / FILL(requests0, 1), 0)", false],
      ["requests1", undefined, false],
      ["failed1", undefined, false],
      ["of1", "IF(FILL(requests1, 0) >= 20, FILL(failed1, 0) / FILL(requests1, 1), 0)", false],
      ["worst", "MAX([of0, of1])", true],
    ]);
    expect(queries[4]?.metric).toEqual({
      namespace: "AWS/ApplicationELB",
      metricName: "HTTPCode_Target_5XX_Count",
      stat: "Sum",
      period: 60,
      dimensions: {
        LoadBalancer: expect.stringMatching(/^edge-\w{7}\.arnSuffix$/) as Json,
        TargetGroup: expect.stringMatching(/^api-b-\w{7}\.arnSuffix$/) as Json,
      },
    });
    expect([inputs.threshold, inputs.evaluationPeriods]).toEqual([0.05, 2]);
    expect(only(graph, ALARM, "web-ReleaseLatencyHigh").inputs.threshold).toBe(10);
  });
});

describe("the registry", () => {
  const REPOSITORY = "aws:ecr/repository:Repository";

  test("has a repository for each image: tags that stay, scans, and a bound to what is kept", () => {
    const images = ["app", "backup", "collector", "postgres", "postgres-exporter", "redis-exporter"];
    const repositories = ofType(graph, REPOSITORY);
    expect(repositories.map(({ inputs }) => inputs.name)).toEqual(
      expect.arrayContaining(images.map((image) => `mainstay-prod/${image}`)),
    );
    for (const repository of repositories) {
      expect(repository.inputs).toMatchObject({
        imageTagMutability: "IMMUTABLE",
        imageScanningConfiguration: { scanOnPush: true },
        encryptionConfigurations: [{ encryptionType: "KMS" }],
        forceDelete: false,
      });
      expect(repository.protect).toBe(true);
    }
    const policies = ofType(graph, "aws:ecr/lifecyclePolicy:LifecyclePolicy");
    expect(names(policies)).toEqual(names(repositories));
    for (const lifecycle of policies) {
      const { rules } = JSON.parse(String(lifecycle.inputs.policy)) as { rules: Record<string, Json>[] };
      expect(rules).toMatchObject([
        {
          rulePriority: 1,
          selection: {
            tagStatus: "untagged",
            countType: "sinceImagePushed",
            countUnit: "days",
            countNumber: 7,
          },
          action: { type: "expire" },
        },
        {
          rulePriority: 2,
          selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 50 },
          action: { type: "expire" },
        },
      ]);
    }
  });
});
