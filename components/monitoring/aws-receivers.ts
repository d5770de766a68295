import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { InvalidConfiguration } from "../../environment/problems";
import type { Receiver } from "../../environment/scale";
import { secretsOfReceivers } from "../../environment/scale-common";
import { receiversBehind, type TopicName } from "../../observability/render";
import type { AwsContext } from "../aws/context";
import { AwsFunction } from "../aws/function";
import { through } from "../aws/keys";
import type { AwsSecret } from "../aws/kind";
import type { Statement } from "../aws/policy";
import { secret } from "../aws/secret";

/** What passes messages on, and where those end that it could not. */
export interface Messenger {
  readonly function: aws.lambda.Function;
  readonly lost: aws.sqs.Queue;
}

interface Topic {
  readonly name: TopicName;
  /** As AWS knows it. */
  readonly physicalName: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
}
type Email = Extract<Receiver, { kind: "email" }>;
const isEmail = (receiver: Receiver): receiver is Email => receiver.kind === "email";

/**
 * Who listens to the topics. SNS itself writes e-mail. Everything else goes through a function: chats and pagers
 * expect a form of their own, a webhook expects what Alertmanager sends, and none of them answers SNS's request to
 * confirm a subscription. (AWS's own way into chats takes messages of AWS's services only.)
 *
 * @returns nothing where nobody listens but by e-mail
 */
export function receivers(context: AwsContext, name: string, parent: pulumi.Resource): Messenger | undefined {
  const behind = context.topics.byName().map(([name, { name: physicalName, arn }]) => ({
    topic: { name, physicalName, arn },
    all: receiversBehind(name, context.environment.receivers),
  }));
  for (const { topic, all } of behind) emails(topic, all.filter(isEmail), parent);
  const others = behind
    .map(({ topic, all }) => [topic, all.filter((receiver) => !isEmail(receiver))] as const)
    .filter(([, all]) => all.length > 0);
  return others.length > 0 ? messenger(context, name, others, parent) : undefined;
}

/** Somebody has to follow the link in the first letter; until then nothing else arrives. */
function emails(topic: Topic, all: readonly Email[], parent: pulumi.Resource): void {
  for (const { to } of all)
    new aws.sns.TopicSubscription(
      `${topic.name}-email-${to}`,
      { topic: topic.arn, protocol: "email", endpoint: to },
      { parent },
    );
}

type Listening = readonly (readonly [Topic, readonly Receiver[]])[];

function messenger(
  context: AwsContext,
  name: string,
  listening: Listening,
  parent: pulumi.Resource,
): Messenger {
  const secrets = secretsOf(context, name, listening, parent);
  const lost = new aws.sqs.Queue(
    `${name}-lost-messages`,
    { kmsMasterKeyId: context.keys.messages.arn, messageRetentionSeconds: 14 * 24 * 3600 },
    { parent },
  );
  const made = new AwsFunction(
    context,
    `${name}-messenger`,
    {
      component: name,
      description: "Passes messages on from topics to chats, pagers and webhooks",
      code: "messenger",
      timeoutSeconds: 60,
      environment: variables(context, name, listening, secrets),
      permissions: permissions(context, Object.values(secrets), lost),
    },
    { parent },
  );
  new aws.lambda.FunctionEventInvokeConfig(
    `${name}-messenger`,
    {
      functionName: made.function.name,
      maximumRetryAttempts: 2,
      destinationConfig: { onFailure: { destination: lost.arn } },
    },
    { parent, dependsOn: [...made.ready] },
  );
  const given = Object.values(secrets).map(({ version }) => version);
  for (const [topic] of listening) listen(topic, made, given, parent);
  return { function: made.function, lost };
}

/** Each secret that is named, once. */
function secretsOf(
  context: AwsContext,
  name: string,
  listening: Listening,
  parent: pulumi.Resource,
): Record<string, AwsSecret> {
  const names = secretsOfReceivers(listening.flatMap(([, receivers]) => receivers));
  return Object.fromEntries(
    names.map((key) => [key, secret(context, `${name}-${key}`, context.givenSecret(key), { parent })]),
  );
}

/** What Lambda has room for in all variables of a function, their names among it: "Lambda quotas", its guide. */
const ROOM_BYTES = 4096;

/** What a name ends with that AWS's provider makes unique, and an ARN of Secrets Manager beside it. */
const UNIQUE = "-".padEnd(27, "0");
const UNIQUE_SECRET = `${UNIQUE}-AbCdEf`;

/**
 * The function's variables: who listens to which topic, and where secrets stand, never what they are.
 *
 * @throws InvalidConfiguration where Lambda would have no room for them, which could else be seen in an update only
 */
function variables(
  { environment, prefix, arn }: AwsContext,
  component: string,
  listening: Listening,
  secrets: Readonly<Record<string, AwsSecret>>,
): { readonly RECEIVERS: pulumi.Output<string> } {
  const topics = listening.map(([topic]) => topic);
  const expected = directory(
    listening,
    topics.map(({ name }) => `${prefix}-${name}${UNIQUE}`),
    mapped(secrets, (_, key) =>
      arn("secretsmanager", `secret:${prefix}/${component}-${key}${UNIQUE_SECRET}`),
    ),
  );
  const bytes = Buffer.byteLength(`RECEIVERS${expected}`);
  if (bytes > ROOM_BYTES)
    throw new InvalidConfiguration([
      {
        file: `Pulumi.${environment.name}.yaml`,
        key: "mainstay:scale.receivers",
        found: `${bytes} bytes for the function that tells them, which has room for ${ROOM_BYTES}`,
        allowed: "fewer, or shorter, receivers, or owners that share theirs",
      },
    ]);
  const names = pulumi.all(topics.map((topic) => topic.physicalName));
  const arns = pulumi.all(mapped(secrets, (one) => one.arn));
  return { RECEIVERS: pulumi.all([names, arns]).apply((known) => directory(listening, ...known)) };
}

const mapped = <From, To>(record: Readonly<Record<string, From>>, to: (one: From, key: string) => To) =>
  Object.fromEntries(Object.entries(record).map(([key, one]) => [key, to(one, key)]));

/** As the function reads it: what several topics have in common stands in it once, by where it is first named. */
function directory(
  listening: Listening,
  topicNames: readonly string[],
  secrets: Readonly<Record<string, string>>,
): string {
  const named = new Map<string, string>();
  const topics = listening.map(([{ name: topic }, all], index) => {
    const receivers = all.map((one, place) => {
      const text = JSON.stringify(one);
      const name = named.get(text) ?? `${topic}-${place}`;
      named.set(text, name);
      return name;
    });
    return [topicNames[index], { topic, receivers }] as const;
  });
  return JSON.stringify({
    topics: Object.fromEntries(topics) as object,
    receivers: Object.fromEntries([...named].map(([text, name]) => [name, JSON.parse(text) as object])),
    secrets,
  });
}

function permissions(
  { keys, environment }: AwsContext,
  secrets: readonly AwsSecret[],
  lost: aws.sqs.Queue,
): Statement[] {
  const { region } = environment.aws;
  const reading: Statement[] = [
    { actions: ["secretsmanager:GetSecretValue"], resources: secrets.map(({ arn }) => arn) },
    {
      actions: ["kms:Decrypt"],
      resources: [keys.secrets.arn],
      conditions: through("secretsmanager", region),
    },
  ];
  return [
    ...(secrets.length > 0 ? reading : []),
    { actions: ["sqs:SendMessage"], resources: [lost.arn] },
    {
      actions: ["kms:GenerateDataKey", "kms:Decrypt"],
      resources: [keys.messages.arn],
      conditions: through("sqs", region),
    },
  ];
}

/** @param given what the function reads when it is first asked */
function listen(
  topic: Topic,
  made: AwsFunction,
  given: readonly pulumi.Resource[],
  parent: pulumi.Resource,
): void {
  const { name, arn } = topic;
  const admitted = new aws.lambda.Permission(
    `${name}-messenger`,
    {
      action: "lambda:InvokeFunction",
      function: made.function.name,
      principal: "sns.amazonaws.com",
      sourceArn: arn,
    },
    { parent },
  );
  new aws.sns.TopicSubscription(
    `${name}-messenger`,
    { topic: arn, protocol: "lambda", endpoint: made.function.arn },
    { parent, dependsOn: [admitted, ...given] },
  );
}
