/** What a function has to be allowed: the calls in its code, its log, and where those of its messages go that it lost. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compiled } from "../../../../components/aws/function";
import type { Resource } from "../../../../graph";
import { outputsOf, type Links } from "../../support/aws-links";
import { keyOfSecret } from "../../support/aws-tasks";
import { arn, here, line, lines, through, WRITE_LOGS } from "./lines";

const FUNCTIONS = join(__dirname, "../../../../components/aws/functions");

/** What the functions call, by what stands for their code in a graph. */
const calls = new Map(
  readdirSync(FUNCTIONS).map((file) => {
    const digest = createHash("sha256").update(compiled(file.replace(/\.ts$/, "")));
    const source = readFileSync(join(FUNCTIONS, file), "utf8");
    return [`[asset text sha256:${digest.digest("hex")}]`, callsIn(source)];
  }),
);

/** Methods of clients that are awaited, and commands that are sent. */
function callsIn(source: string): string[] {
  return [
    ...new Set([
      ...[...source.matchAll(/\b[a-z]\w+\.(\w+)\(\{/g)].map(([, method = ""]) => method),
      ...[...source.matchAll(/new (\w+Command)\(/g)].map(([, command = ""]) => command),
    ]),
  ];
}

/** What a call of AWS's SDK takes: by its method, or its command, in a function's code. */
const CALLS: Readonly<Record<string, (links: Links, user: Resource) => string[]>> = {
  runTask: (links, user) => {
    const [cluster] = links.all("Cluster");
    const asked = links.with(
      "Invocation",
      "functionName",
      user.inputs.name ?? (outputsOf(user).name as string),
    );
    const input = JSON.parse(String(asked?.inputs.input)) as { cluster: string; taskDefinition: string };
    const task = links.at(input.taskDefinition);
    const handedOn = { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } };
    return [
      line("ecs:RunTask", arn("ecs", `task-definition/${String(task?.inputs.family)}:*`), {
        ArnEquals: { "ecs:cluster": input.cluster },
      }),
      // Because it hands the definition's tags on to the task.
      line("ecs:TagResource", arn("ecs", `task/${String(cluster?.inputs.name)}/*`)),
      line("iam:PassRole", String(task?.inputs.executionRoleArn), handedOn),
      line("iam:PassRole", String(task?.inputs.taskRoleArn), handedOn),
    ];
  },
  listTasks: (links) =>
    links
      .all("Cluster")
      .map((cluster) =>
        line("ecs:ListTasks", "*", { ArnEquals: { "ecs:cluster": String(outputsOf(cluster).arn) } }),
      ),
  describeTasks: ofCluster("ecs:DescribeTasks", "task"),
  describeServiceDeployments: ofCluster("ecs:DescribeServiceDeployments", "service-deployment"),
  describeServiceRevisions: ofCluster("ecs:DescribeServiceRevisions", "service-revision"),
  getMetricData: () => [line("cloudwatch:GetMetricData", "*", here)],
  GetSecretValueCommand: (links, user) => {
    const { variables } = (user.inputs.environment ?? {}) as { variables: Record<string, string> };
    const named = Object.values(variables).flatMap(
      (text) => text.match(/arn:aws:secretsmanager:[^"]+/g) ?? [],
    );
    return named.flatMap((secret) => [
      line("secretsmanager:GetSecretValue", secret),
      line("kms:Decrypt", String(keyOfSecret(links, secret)), through("secretsmanager")),
    ]);
  },
};

function ofCluster(action: string, kind: string) {
  return (links: Links) =>
    links.all("Cluster").map(({ inputs }) => line(action, arn("ecs", `${kind}/${String(inputs.name)}/*`)));
}

export function ofFunction(links: Links, user: Resource): string[] {
  const { logGroup } = user.inputs.loggingConfig as { logGroup: string };
  const group = links.with("LogGroup", "name", logGroup);
  const code = Object.values((user.inputs.code as { "[archive]": Record<string, string> })["[archive]"]);
  const called = code.flatMap((asset) => calls.get(asset) ?? ["code that is not here"]);
  return [
    ...lines(WRITE_LOGS, `${String(group && outputsOf(group).arn)}:*`),
    ...called.flatMap((call) => CALLS[call]?.(links, user) ?? [`nobody knows what ${call} takes`]),
    ...links
      .all("FunctionEventInvokeConfig")
      .filter(({ inputs }) => inputs.functionName === outputsOf(user).name)
      .flatMap((config) => toLost(links, config)),
  ];
}

/** "Retaining records of asynchronous invocations", AWS Lambda developer guide. */
function toLost(links: Links, { inputs }: Resource): string[] {
  const { onFailure } = inputs.destinationConfig as { onFailure: { destination: string } };
  const queue = links.at(onFailure.destination);
  return [
    line("sqs:SendMessage", onFailure.destination),
    ...lines(["kms:Decrypt", "kms:GenerateDataKey"], queue?.inputs.kmsMasterKeyId, through("sqs")),
  ];
}
