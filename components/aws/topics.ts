import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { topicNames, type OwnedName, type TopicName } from "../../observability/render";
import type { AwsContext } from "./context";
import { watchesAnomalies } from "./keys";
import { inAccount, policyDocument, type Statement } from "./policy";

/** A topic as others know it. Who has its ARN comes after its policy: before that, what they send is refused. */
export interface AwsTopic {
  readonly arn: pulumi.Output<string>;
  readonly name: pulumi.Output<string>;
}

type TopicsContext = Pick<AwsContext, "environment" | "keys" | "prefix" | "metrics" | "arn">;

/**
 * The topics of an environment. They stand before everything that has something to tell; who listens is said by
 * monitoring, where the receivers are known.
 */
export class AwsTopics
  extends pulumi.ComponentResource
  implements Readonly<Record<Exclude<TopicName, OwnedName>, AwsTopic>>
{
  readonly critical: AwsTopic;
  readonly warning: AwsTopic;
  readonly info: AwsTopic;
  readonly escalation: AwsTopic;
  readonly watchdog: AwsTopic;
  private readonly all: ReadonlyMap<TopicName, AwsTopic>;

  constructor(context: TopicsContext, name: string, opts: pulumi.ComponentResourceOptions) {
    super("mainstay:aws:Topics", name, {}, opts);
    this.critical = this.topic(context, "critical", [alarms(context)]);
    this.warning = this.topic(context, "warning", [alarms(context), events(context), budgets(context)]);
    this.info = this.topic(context, "info", [
      alarms(context),
      ...(watchesAnomalies(context.environment) ? [anomalies(context)] : []),
    ]);
    // These two carry what Alertmanager decides, and nothing else: the alarm on the sign of life counts messages.
    this.escalation = this.topic(context, "escalation", []);
    this.watchdog = this.topic(context, "watchdog", []);
    const { critical, warning, info, escalation, watchdog } = this;
    const general = { critical, warning, info, escalation, watchdog };
    const isGeneral = (one: TopicName): one is keyof typeof general => one in general;
    this.all = new Map(
      topicNames(context.environment.receivers).map((one) => [
        one,
        // An owner's own carries what Alertmanager decides: alarms of CloudWatch have no owner.
        isGeneral(one) ? general[one] : this.topic(context, one, []),
      ]),
    );
    this.registerOutputs({});
  }

  /** All of them, by what the tree of alerts calls them. */
  byName(): readonly (readonly [TopicName, AwsTopic])[] {
    return [...this.all];
  }

  private topic(context: TopicsContext, name: TopicName, publishers: readonly Publisher[]): AwsTopic {
    const { environment, keys, prefix } = context;
    const topic = new aws.sns.Topic(
      `topics-${name}`,
      {
        namePrefix: `${prefix}-${name}-`,
        displayName: `Mainstay ${environment.name}`,
        kmsMasterKeyId: keys.messages.arn,
      },
      { parent: this },
    );
    const statements = [owner(context), alertmanager(context), ...publishers];
    const { arn } = new aws.sns.TopicPolicy(
      `topics-${name}`,
      {
        arn: topic.arn,
        policy: policyDocument(statements.map((statement) => ({ ...statement, resources: [topic.arn] }))),
      },
      { parent: this },
    );
    return { arn, name: topic.name };
  }
}

type Publisher = Omit<Statement, "resources">;

const publisher = (
  context: TopicsContext,
  sid: string,
  service: string,
  source?: pulumi.Input<string>,
): Publisher => ({
  sid,
  principal: { services: [`${service}.amazonaws.com`] },
  actions: ["sns:Publish"],
  conditions: {
    ...inAccount(context.environment.aws.accountId),
    ...(source === undefined ? {} : { ArnLike: { "aws:SourceArn": source } }),
  },
});

/** A policy of one's own takes the place of the one a topic has by itself, so its owner is named again. */
const owner = ({ environment }: TopicsContext): Publisher => ({
  sid: "Owner",
  principal: { accounts: [`arn:aws:iam::${environment.aws.accountId}:root`] },
  actions: [
    "sns:GetTopicAttributes",
    "sns:SetTopicAttributes",
    "sns:AddPermission",
    "sns:RemovePermission",
    "sns:DeleteTopic",
    "sns:Subscribe",
    "sns:ListSubscriptionsByTopic",
    "sns:Publish",
  ],
});

const alertmanager = (context: TopicsContext): Publisher => ({
  ...publisher(context, "Alertmanager", "aps", context.metrics.arn),
  actions: ["sns:Publish", "sns:GetTopicAttributes"],
});

const alarms = (context: TopicsContext) =>
  publisher(context, "Alarms", "cloudwatch", context.arn("cloudwatch", "alarm:*"));

const events = (context: TopicsContext) =>
  publisher(context, "Events", "events", context.arn("events", "rule/*"));

const budgets = (context: TopicsContext) => publisher(context, "Budgets", "budgets");

const anomalies = (context: TopicsContext) => publisher(context, "CostAnomalies", "costalerts");
