import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { readMessage } from "../../../components/aws/functions/messenger";
import type { AwsEnvironment } from "../../../environment/environment";
import { IMAGES } from "../../../environment/images";
import { resolveConfig } from "../../../environment/config";
import type { Graph, Resource } from "../../../graph";
import type { RuleGroup } from "../../../observability/rules";
import type { Directory } from "../../../components/aws/functions/messenger";
import { writeDashboards } from "../../../operations/dashboards";
import { ACCOUNT, inventAws, REGION } from "../support/aws-outputs";
import { monitoringGraph } from "../support/aws-monitoring";
import { awsStack } from "../support/aws-stack";

const ROOT = join(__dirname, "../../..");
const RECEIVERS = {
  critical: [{ kind: "pagerduty", secret: "PAGERDUTY_KEY" }],
  warning: [
    { kind: "slack", channel: "#alerts", secret: "SLACK_URL" },
    {
      kind: "email",
      to: "team@example.com",
      from: "alerts@example.com",
      smarthost: "mail.example.com:587",
      username: "alerts",
      secret: "MAIL_PASSWORD",
    },
  ],
  watchdog: [{ kind: "webhook", secret: "DEADMAN_URL" }],
};

const SECRETS = {
  PAGERDUTY_KEY: "routing-key",
  SLACK_URL: "https://hooks.example.com/x",
  DEADMAN_URL: "https://deadman.example.com/ping/0f1e2d",
  MAIL_PASSWORD: "none",
};

interface Statement {
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Principal?: { readonly Service?: readonly string[] };
}
const statements = (policy: unknown) => (JSON.parse(String(policy)) as { Statement: Statement[] }).Statement;
const found = (tool: string) => spawnSync(tool, ["--version"]).status === 0;

function inFolder<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "mainstay-monitoring-"));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("monitoring on AWS", () => {
  let graph: Graph;
  beforeAll(async () => {
    graph = await monitoringGraph({ receivers: RECEIVERS }, SECRETS);
  });
  const ofType = (type: string) => graph.resources.filter((one) => one.type === type);
  const only = (type: string): Resource => {
    const [one, ...others] = ofType(type);
    if (!one || others.length > 0) throw new Error(`${others.length + 1} of ${type}`);
    return one;
  };
  const named = (type: string, name: string): Resource => {
    const one = ofType(type).find((resource) => resource.name === name);
    if (!one) throw new Error(`no ${name} of ${type}`);
    return one;
  };
  const output = (one: Resource, property: string) => String(inventAws(one)[property]);
  const topicArn = (name: string) => output(named("aws:sns/topic:Topic", `topics-${name}`), "arn");
  const rules = () =>
    (
      parse(String(only("aws:amp/ruleGroupNamespace:RuleGroupNamespace").inputs.data)) as {
        groups: RuleGroup[];
      }
    ).groups;
  const alertmanager = () =>
    String(
      (
        parse(String(only("aws:amp/alertManagerDefinition:AlertManagerDefinition").inputs.definition)) as {
          alertmanager_config: string;
        }
      ).alertmanager_config,
    );

  describe("the managed Prometheus", () => {
    test.runIf(found("promtool"))("takes the rules", () => {
      const { data, workspaceId } = only("aws:amp/ruleGroupNamespace:RuleGroupNamespace").inputs;
      expect(workspaceId).toBe(output(only("aws:amp/workspace:Workspace"), "id"));
      inFolder((folder) => {
        writeFileSync(join(folder, "rules.yml"), String(data));
        const { stdout, stderr, status } = spawnSync(
          "promtool",
          ["check", "rules", join(folder, "rules.yml")],
          {
            encoding: "utf8",
          },
        );
        expect([status, stdout + stderr]).toEqual([0, expect.stringMatching(/SUCCESS: \d+ rules found/)]);
      });
    });

    test("misses what is scraped on AWS, and nothing that is not", () => {
      const missedBy = (name: string) => {
        const all = rules().flatMap((group) => group.rules);
        const rule = all.find((one) => "alert" in one && one.alert === name);
        return [...String(rule?.expr).matchAll(/absent\w*\(up{job="([^"]+)"/g)].map(([, job]) => job);
      };
      expect(missedBy("ServiceDown")).toEqual(["api", "web", "worker"]);
      expect(missedBy("TargetMissing")).toEqual(["postgres", "redis", "backup", "grafana"]);
    });

    test("leads to boards behind the forwarded port", () => {
      const boards = rules()
        .flatMap((group) => group.rules)
        .flatMap((rule) => ("alert" in rule ? [String(rule.annotations["dashboard_url"])] : []));
      expect(boards.filter((board) => !board.startsWith("http://127.0.0.1:3002/d/mainstay-"))).toEqual([]);
    });

    test.runIf(found("amtool"))("sends to the environment's topics alone, signed for its region", () => {
      const config = parse(alertmanager()) as {
        receivers: { name: string; sns_configs?: { topic_arn: string; sigv4: object }[] }[];
      };
      expect(
        config.receivers.map(({ name, sns_configs = [] }) => [
          name,
          ...sns_configs.map(({ topic_arn, sigv4 }) => [topic_arn, sigv4]),
        ]),
      ).toEqual([
        ...["critical", "warning", "info", "escalation", "watchdog"].map((name) => [
          name,
          [topicArn(name), { region: REGION }],
        ]),
        ["none"],
      ]);
      inFolder((folder) => {
        writeFileSync(join(folder, "alertmanager.yml"), alertmanager());
        const { stdout, stderr } = spawnSync("amtool", ["check-config", join(folder, "alertmanager.yml")], {
          encoding: "utf8",
        });
        expect(stdout + stderr).toMatch(/SUCCESS[^]*6 receivers/);
      });
    });
  });

  describe("who listens", () => {
    const subscriptions = () =>
      ofType("aws:sns/topicSubscription:TopicSubscription").map(({ name, inputs }) => [
        name,
        inputs.topic,
        inputs.protocol,
        inputs.endpoint,
      ]);

    test("is subscribed to the topics the configuration names, by what fits the receiver", () => {
      const messenger = output(only("aws:lambda/function:Function"), "arn");
      // Nobody is named for the escalation, so it is everybody.
      expect(subscriptions()).toEqual([
        ["critical-messenger", topicArn("critical"), "lambda", messenger],
        ["escalation-email-team@example.com", topicArn("escalation"), "email", "team@example.com"],
        ["escalation-messenger", topicArn("escalation"), "lambda", messenger],
        ["warning-email-team@example.com", topicArn("warning"), "email", "team@example.com"],
        ["warning-messenger", topicArn("warning"), "lambda", messenger],
        ["watchdog-messenger", topicArn("watchdog"), "lambda", messenger],
      ]);
    });

    test("may be asked by each topic it is subscribed to, and no other", () => {
      const permissions = ofType("aws:lambda/permission:Permission").map(({ inputs }) => inputs);
      expect(permissions.map(({ sourceArn }) => sourceArn).sort()).toEqual(
        subscriptions()
          .filter(([, , protocol]) => protocol === "lambda")
          .map(([, topic]) => topic)
          .sort(),
      );
      for (const { principal, action } of permissions)
        expect([principal, action]).toEqual(["sns.amazonaws.com", "lambda:InvokeFunction"]);
    });

    test("is told the receivers of each topic, and where secrets stand instead of what they are", () => {
      const made = only("aws:lambda/function:Function");
      const { variables } = made.inputs.environment as { variables: { RECEIVERS: string } };
      const place = (name: string) =>
        output(named("aws:secretsmanager/secret:Secret", `monitoring-${name}`), "arn");
      const at = (topic: string) => String(output(named("aws:sns/topic:Topic", `topics-${topic}`), "name"));
      expect(JSON.parse(variables.RECEIVERS)).toEqual({
        topics: {
          [at("critical")]: { topic: "critical", receivers: ["critical-0"] },
          [at("warning")]: { topic: "warning", receivers: ["warning-0"] },
          [at("escalation")]: { topic: "escalation", receivers: ["critical-0", "warning-0"] },
          [at("watchdog")]: { topic: "watchdog", receivers: ["watchdog-0"] },
        },
        receivers: {
          "critical-0": { kind: "pagerduty", secret: "PAGERDUTY_KEY" },
          "warning-0": { kind: "slack", channel: "#alerts", secret: "SLACK_URL" },
          "watchdog-0": { kind: "webhook", secret: "DEADMAN_URL" },
        },
        secrets: {
          DEADMAN_URL: place("DEADMAN_URL"),
          PAGERDUTY_KEY: place("PAGERDUTY_KEY"),
          SLACK_URL: place("SLACK_URL"),
        },
      });
      expect(made.secrets).toEqual([]);
      // SNS writes e-mail itself, so that password is not needed here.
      const secrets = ofType("aws:secretsmanager/secret:Secret").map(({ name }) => name);
      expect(secrets).toEqual([
        "grafana-password",
        ...["monitoring-DEADMAN_URL", "monitoring-PAGERDUTY_KEY", "monitoring-SLACK_URL"],
      ]);
    });

    test("may read exactly those secrets, and leave a message nobody took", () => {
      const policy = statements(named("aws:iam/rolePolicy:RolePolicy", "monitoring-messenger").inputs.policy);
      const of = (action: string) =>
        policy.filter(({ Action }) => Action.includes(action)).flatMap((one) => one.Resource);
      const secrets = ofType("aws:secretsmanager/secret:Secret").filter(({ name }) => /_/.test(name));
      expect(of("secretsmanager:GetSecretValue")).toEqual(secrets.map((one) => output(one, "arn")));
      expect(of("sqs:SendMessage")).toEqual([output(only("aws:sqs/queue:Queue"), "arn")]);
      expect(of("kms:Decrypt")).toEqual(
        ["secrets", "messages"].map((purpose) => output(named("aws:kms/key:Key", `keys-${purpose}`), "arn")),
      );
      expect(policy.flatMap(({ Action }) => Action).sort()).toEqual(
        [
          ...[
            "kms:Decrypt",
            "kms:Decrypt",
            "kms:GenerateDataKey",
            "logs:CreateLogStream",
            "logs:PutLogEvents",
          ],
          ...["secretsmanager:GetSecretValue", "sqs:SendMessage"],
        ].sort(),
      );
      const { inputs } = only("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig");
      expect(inputs.destinationConfig).toEqual({
        onFailure: { destination: output(only("aws:sqs/queue:Queue"), "arn") },
      });
    });

    test("to an owner's alerts has a topic for them, watched as all others, and hears what nobody ends", async () => {
      const owners = { data: { critical: [{ kind: "webhook", url: "https://alerts.example.com/data" }] } };
      const owned = await monitoringGraph({ receivers: { ...RECEIVERS, owners } }, SECRETS);
      const find = (type: string, name: string) =>
        owned.resources.find((one) => one.type === type && one.name === name);
      const topic = find("aws:sns/topic:Topic", "topics-critical-data") as Resource;
      const alarm = find("aws:cloudwatch/metricAlarm:MetricAlarm", "topic-critical-data-MessagesUndelivered");
      expect(alarm?.inputs.dimensions).toEqual({ TopicName: output(topic, "name") });
      const made = owned.resources.find(({ type }) => type === "aws:lambda/function:Function");
      const { variables } = made?.inputs.environment as { variables: { RECEIVERS: string } };
      const { topics, receivers } = JSON.parse(variables.RECEIVERS) as Directory;
      const listening = (to: string) =>
        Object.values(topics)
          .filter((one) => one.topic === to)
          .flatMap((one) => one.receivers.map((name) => receivers[name]));
      expect(listening("critical-data")).toEqual(owners.data.critical);
      expect(listening("escalation")).toContainEqual(owners.data.critical[0]);
      const definition = owned.resources.find(({ type }) => type.includes("AlertManagerDefinition"));
      expect(definition?.inputs.definition).toContain('- owner="data"');
    });

    /** A pager and a chat of its own for each level, for everybody and for each owner. */
    const everywhere = (channel: string) => {
      const levels = (of: string) => ({
        critical: [
          { kind: "pagerduty", secret: `PAGER_OF_${of}` },
          { kind: "slack", channel, secret: `CHAT_OF_${of}` },
        ],
        warning: [{ kind: "slack", channel, secret: `CHAT_OF_${of}` }],
        info: [{ kind: "slack", channel: `${channel}-info`, secret: `CHAT_OF_${of}` }],
      });
      const all = ["ALL", "APP", "DATA", "PLATFORM"];
      const secrets = all
        .flatMap((of) => [`PAGER_OF_${of}`, `CHAT_OF_${of}`])
        .map((key) => [key, "a-secret-of-it"]);
      const owners = { app: levels("APP"), data: levels("DATA"), platform: levels("PLATFORM") };
      const watchdog = [{ kind: "webhook", url: "https://deadman.example.com/ping" }];
      return monitoringGraph(
        { receivers: { ...levels("ALL"), owners, watchdog } },
        Object.fromEntries(secrets) as Record<string, string>,
      );
    };

    test("to every owner at every level has room in what Lambda gives a function's variables", async () => {
      const graph = await everywhere("#alerts");
      const made = graph.resources.find(({ type }) => type === "aws:lambda/function:Function");
      const { variables } = made?.inputs.environment as { variables: { RECEIVERS: string } };
      const { topics, receivers, secrets } = JSON.parse(variables.RECEIVERS) as Directory;
      const counted = [topics, receivers, secrets].map((all) => Object.keys(all).length);
      expect(counted).toEqual([14, 13, 8]);
      expect(variables.RECEIVERS.length + "RECEIVERS".length).toBeLessThan(4096);
    });

    test("that has no room there is refused before anything is made", async () => {
      await expect(everywhere(`#${"x".repeat(200)}`)).rejects.toThrow(
        /^invalid configuration, 1 problem:\n {2}Pulumi\.prod\.yaml: mainstay:scale\.receivers: found \d{4} bytes for the function that tells them, which has room for 4096; allowed: /,
      );
    });

    test("by e-mail alone needs no messenger", async () => {
      const [, email] = RECEIVERS.warning;
      const mail = await monitoringGraph({ receivers: { critical: [email] } }, { MAIL_PASSWORD: "none" });
      const types = mail.resources.map(({ type }) => type);
      expect(types.filter((type) => /:Function$|:Queue$|:Permission$/.test(type))).toEqual([]);
      expect(types.filter((type) => type.endsWith(":TopicSubscription"))).toHaveLength(2);
    });
  });

  test("hears when no alert gets out: the rule, its route, the topic, and an alarm that needs none of them", () => {
    const watchdog = rules()
      .flatMap((group) => group.rules)
      .find((rule) => "alert" in rule && rule.alert === "Watchdog");
    expect(watchdog).toMatchObject({ expr: "vector(1)", labels: { severity: "none" } });
    const { route } = parse(alertmanager()) as { route: { routes: Record<string, unknown>[] } };
    expect(route.routes[0]).toEqual({
      matchers: ['alertname="Watchdog"'],
      receiver: "watchdog",
      group_wait: "0s",
      group_interval: "20s",
      repeat_interval: "50s",
    });
    const { inputs } = named("aws:cloudwatch/metricAlarm:MetricAlarm", "watchdog-AlertsSilent");
    expect(inputs).toMatchObject({
      namespace: "AWS/SNS",
      metricName: "NumberOfMessagesPublished",
      statistic: "Sum",
      dimensions: { TopicName: output(named("aws:sns/topic:Topic", "topics-watchdog"), "name") },
      comparisonOperator: "LessThanThreshold",
      threshold: 1,
      period: 300,
      evaluationPeriods: 2,
      treatMissingData: "breaching",
      alarmActions: [topicArn("critical"), topicArn("warning")],
    });
    expect(inputs.alarmActions).not.toContain(topicArn("watchdog"));
  });

  describe("events", () => {
    const rule = (name: string) =>
      JSON.parse(
        String(named("aws:cloudwatch/eventRule:EventRule", `monitoring-${name}`).inputs.eventPattern),
      );

    test("are those of this environment", () => {
      const services = `arn:aws:ecs:${REGION}:${ACCOUNT}:service/mainstay-prod/`;
      expect(rule("DeploymentRolledBack")).toMatchObject({ resources: [{ prefix: services }] });
      expect(rule("dead-tasks").detail).toMatchObject({
        clusterArn: [output(only("aws:ecs/cluster:Cluster"), "arn")],
        group: [{ prefix: "service:" }],
        stopCode: ["EssentialContainerExited", "TaskFailedToStart"],
      });
      expect(rule("DatabaseMoved").detail.SourceArn).toEqual([
        "arn:aws:rds:eu-west-1:123456789012:db:mainstay-prod",
        "arn:aws:rds:eu-west-1:123456789012:db:mainstay-prod-replica-1",
      ]);
      for (const name of ["VaultBackupFailed", "finished-backups"])
        expect(rule(name).detail.backupVaultName).toEqual(["mainstay-prod"]);
      expect(rule("TrialRestoreFailed").detail).toEqual({
        status: ["FAILED", "ABORTED"],
        restoreTestingPlanArn: [
          "arn:aws:backup:eu-west-1:123456789012:restore-testing-plan:mainstay_prod_backups-0a1b2c3d",
        ],
      });
      expect(rule("finished-trials").detail).toEqual({
        status: ["COMPLETED"],
        restoreTestingPlanArn: rule("TrialRestoreFailed").detail.restoreTestingPlanArn,
      });
    });

    test("are told in a sentence, with a runbook that is there, by no role", () => {
      const page = readFileSync(join(ROOT, "docs/runbooks/aws.md"), "utf8");
      const told = ofType("aws:cloudwatch/eventTarget:EventTarget").filter(
        ({ inputs }) => inputs.inputTransformer !== undefined,
      );
      expect(told.map(({ name }) => name.replace("monitoring-", ""))).toEqual([
        "DatabaseMoved",
        "DeploymentRolledBack",
        "TrialRestoreFailed",
        "VaultBackupFailed",
      ]);
      for (const { name, inputs } of told) {
        const { inputPaths, inputTemplate } = inputs.inputTransformer as {
          inputPaths: Record<string, string>;
          inputTemplate: string;
        };
        // As it is sent, but for the values: the template's quotes are left in it.
        const { name: sentence, runbook } = readMessage({ Message: inputTemplate, Timestamp: "" }, "warning");
        const used = [...sentence.matchAll(/<(\w+)>/g)].map(([, value]) => value);
        expect(used.sort()).toEqual(Object.keys(inputPaths).sort());
        const condition = name.replace("monitoring-", "");
        expect(inputTemplate).toMatch(/^".+"\n".+"$/);
        expect(runbook).toBe(`${prod().monitoring.runbooks}/aws.md#${condition.toLowerCase()}`);
        expect(page).toContain(`\n## ${condition}\n`);
        expect([inputs.arn, inputs.roleArn]).toEqual([topicArn("warning"), undefined]);
      }
    });

    test("that are written down have a log that takes them", () => {
      const [policy] = statements(
        only("aws:cloudwatch/logResourcePolicy:LogResourcePolicy").inputs.policyDocument,
      );
      const logs = ["dead-tasks", "finished-backups", "finished-trials"].map((name) =>
        named("aws:cloudwatch/logGroup:LogGroup", `monitoring-${name}`),
      );
      expect(policy?.Resource).toEqual(logs.map((one) => `${output(one, "arn")}:*`));
      expect(policy?.Principal?.Service).toContain("events.amazonaws.com");
      for (const { inputs } of logs) expect(inputs.name).toMatch(/^\/aws\/events\/mainstay\/prod\//);
    });
  });

  describe("the outside probe", () => {
    test("looks at what users see, every five minutes", () => {
      const { inputs } = only("aws:synthetics/canary:Canary");
      const { environmentVariables } = inputs.runConfig as { environmentVariables: { LOOKS: string } };
      expect(JSON.parse(environmentVariables.LOOKS)).toEqual([
        { url: "https://api.example.com/health/ready", status: 200 },
        {
          url: "https://api.example.com/v1/documents/00000000-0000-4000-8000-000000000000",
          status: 401,
        },
        { url: "https://api.example.com/", status: 200 },
        { url: "http://api.example.com/", status: 301, location: "https://api.example.com" },
      ]);
      expect(inputs).toMatchObject({
        name: "mainstay-prod-outside",
        startCanary: true,
        schedule: { expression: "rate(5 minutes)" },
      });
      expect(inputs.name).toMatch(/^[0-9a-z_-]{1,255}$/);
      expect(inputs.vpcConfig).toBe(undefined);
    });

    test("writes into a log with the environment's key, which its function finds and cannot make", () => {
      const logs = named("aws:cloudwatch/logGroup:LogGroup", "monitoring-canary").inputs;
      expect(logs).toEqual({
        name: "/aws/lambda/cwsyn-mainstay-prod-outside-0a1b2c3d",
        retentionInDays: 365,
        kmsKeyId: output(named("aws:kms/key:Key", "keys-logs"), "arn"),
      });
      const policy = statements(named("aws:iam/rolePolicy:RolePolicy", "monitoring-canary").inputs.policy);
      expect(policy.filter(({ Action }) => Action.some((one) => one.startsWith("logs:")))).toEqual([
        {
          Effect: "Allow",
          Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
          Resource: [
            "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/cwsyn-mainstay-prod-outside*",
          ],
        },
      ]);
    });

    test("finds its code where its handler is, and may write nowhere but into its bucket", () => {
      const code = only("aws:s3/bucketObjectv2:BucketObjectv2");
      const { inputs } = only("aws:synthetics/canary:Canary");
      const [file = ""] = Object.keys((code.inputs.source as { "[archive]": object })["[archive]"]);
      expect(file).toBe(`nodejs/node_modules/${String(inputs.handler).split(".")[0]}.js`);
      expect([inputs.s3Bucket, inputs.s3Key]).toEqual([code.inputs.bucket, code.inputs.key]);
      expect(code.inputs.kmsKeyId).toBe(output(named("aws:kms/key:Key", "keys-data"), "arn"));
      const bucket = output(named("aws:s3/bucket:Bucket", "monitoring-canary"), "arn");
      const policy = statements(named("aws:iam/rolePolicy:RolePolicy", "monitoring-canary").inputs.policy);
      const write = policy.find(({ Action }) => Action.includes("s3:PutObject"));
      expect(write?.Resource).toEqual([`${bucket}/*`]);
    });
  });

  describe("Grafana", () => {
    const container = () => {
      const { containerDefinitions } = named("aws:ecs/taskDefinition:TaskDefinition", "grafana").inputs;
      const all = JSON.parse(String(containerDefinitions)) as Record<string, never>[];
      return all.find(({ name }) => name === "grafana") as unknown as {
        image: string;
        portMappings?: unknown[];
        secrets: { name: string; valueFrom: string }[];
        environment: { name: string; value: string }[];
        mountPoints: { containerPath: string }[];
      };
    };

    test("is reached through Systems Manager and by nobody else", () => {
      const { inputs } = named("aws:ecs/service:Service", "grafana");
      expect([inputs.enableExecuteCommand, inputs.desiredCount, inputs.loadBalancers]).toEqual([
        true,
        1,
        undefined,
      ]);
      expect(container().portMappings).toEqual([]);
    });

    test("is given its password as a secret, and its addresses as the image names them", () => {
      const { secrets, environment } = container();
      expect(secrets.map(({ name }) => name)).toEqual(["GF_SECURITY_ADMIN_PASSWORD"]);
      const given = new Set(environment.map(({ name }) => name));
      const asked = inFolder((folder) => {
        writeDashboards(prod(), folder);
        return readFileSync(join(folder, "dist/provisioning/datasources/datasources.yaml"), "utf8");
      });
      const variables = [...asked.matchAll(/\$(\w+)/g)].map(([, name = ""]) => name);
      expect([...new Set(variables)].sort()).toEqual(["ALERTMANAGER_URL", "AWS_REGION", "PROMETHEUS_URL"]);
      expect(variables.filter((name) => !given.has(name))).toEqual([]);
    });

    test("may write where its image lets it, and reads the provisioning the image holds", () => {
      const dockerfile = readFileSync(join(ROOT, "services/dashboards/Dockerfile"), "utf8");
      const [, volumes = "[]"] = /^VOLUME (.+)$/m.exec(dockerfile) ?? [];
      const own = container().mountPoints.map(({ containerPath }) => containerPath);
      expect(own.filter((path) => !path.includes("amazon"))).toEqual(JSON.parse(volumes));
      const provisioning = container().environment.find(
        ({ name }) => name === "GF_PATHS_PROVISIONING",
      )?.value;
      expect(dockerfile).toMatch(new RegExp(`^COPY .* dist/provisioning ${provisioning}$`, "m"));
    });

    test("has every board in its image, with traces of the stack's region", () => {
      inFolder((folder) => {
        writeDashboards(prod(), folder);
        const boards = join(folder, "dist/provisioning/dashboards/boards");
        expect(readdirSync(boards).length).toBeGreaterThan(8);
        for (const file of readdirSync(boards))
          expect(readFileSync(join(boards, file), "utf8")).toContain(
            `${REGION}.console.aws.amazon.com/cloudwatch`,
          );
      });
      expect(container().image).toMatch(/\/mainstay-prod\/dashboards@sha256:/);
      expect(Object.keys(IMAGES)).toContain("dashboards");
    });
  });

  test("traces go to the collector beside each task, and are found by environment", () => {
    const { inputs } = only("aws:xray/group:Group");
    expect(inputs).toMatchObject({
      groupName: "mainstay-prod",
      filterExpression: 'annotation.environment = "prod"',
    });
    expect(graph.resources.filter(({ urn }) => /Tracing\$/.test(urn)).map(({ type }) => type)).toEqual([
      "aws:xray/group:Group",
    ]);
  });
});

function prod(): AwsEnvironment {
  const { config, secretKeys } = awsStack({ production: true });
  const { environment, problems } = resolveConfig("prod", config, secretKeys);
  if (environment?.platform !== "aws") throw new Error(JSON.stringify(problems));
  return environment;
}
