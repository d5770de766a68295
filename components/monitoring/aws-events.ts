import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  backupEvents,
  databaseEvents,
  deadTasks,
  finishedBackups,
  finishedTrials,
  releaseEvents,
  tasksDying,
  trialRestoreMissing,
  vaultBackupMissing,
  type Alarm,
  type Event,
  type Pattern,
} from "../../observability/alarms";
import { runbookOf } from "../../observability/render";
import { alarm } from "../aws/alarm";
import type { AwsContext } from "../aws/context";
import type { AwsTarget } from "../aws/kind";
import { logGroup } from "../aws/logs";
import { policyDocument } from "../aws/policy";

/** Events that are kept in a log group. */
interface EventLog {
  readonly of: string;
  readonly rule: aws.cloudwatch.EventRule;
  readonly logs: aws.cloudwatch.LogGroup;
}

/** Events that notify people at once, and events that are logged so that alarms can count them. */
export class Events {
  constructor(
    private readonly context: AwsContext,
    private readonly name: string,
    private readonly parent: pulumi.Resource,
  ) {}

  /** @param targets what the environment's parts give to watch */
  watch(targets: readonly AwsTarget[]): void {
    const { context } = this;
    const { accountId, region } = context.environment.aws;
    const services = `arn:aws:ecs:${region}:${accountId}:service/${context.prefix}/`;
    for (const event of releaseEvents(services)) this.notify(event);
    const eventLogs = [this.eventLog("dead-tasks", deadTasks(context.cluster.arn), tasksDying)];
    for (const target of targets) {
      if (target.kind === "database") {
        const arns = [target.instance, ...target.replicas].map(
          (instance) => pulumi.interpolate`${context.arn("rds", "db")}:${instance}`,
        );
        for (const event of databaseEvents(arns)) this.notify(event);
      }
      if (target.kind !== "backups") continue;
      for (const event of backupEvents(target.vault, target.trials)) this.notify(event);
      eventLogs.push(
        this.eventLog("finished-backups", finishedBackups(target.vault), vaultBackupMissing),
        this.eventLog("finished-trials", finishedTrials(target.trials), trialRestoreMissing),
      );
    }
    this.admit(eventLogs);
  }

  /** Sends an event to the topic of its level, in a sentence and with its runbook. */
  private notify(event: Event): void {
    const { name, level, text, values } = event;
    const rule = this.rule(name, event);
    const message = [...text.split("\n"), `Runbook: ${runbookOf(this.context.environment, name)}`];
    new aws.cloudwatch.EventTarget(
      `${this.name}-${name}`,
      {
        rule: rule.name,
        // No role: EventBridge is admitted by the topic's policy, and fails on an encrypted topic with one.
        arn: this.context.topics[level].arn,
        inputTransformer: {
          inputPaths: values,
          inputTemplate: message.map((line) => JSON.stringify(line)).join("\n"),
        },
      },
      { parent: this.parent },
    );
  }

  /** A log group of events, and an alarm on the number of its lines. */
  private eventLog(of: string, pattern: Pattern, definition: Alarm): EventLog {
    const { context, parent } = this;
    const rule = this.rule(of, pattern);
    const logs = logGroup(
      context,
      `${this.name}-${of}`,
      { parent },
      // EventBridge writes into groups of this beginning only.
      `/aws/events/mainstay/${context.environment.name}/${of}`,
    );
    alarm(context, of, definition, { LogGroupName: logs.name }, { parent });
    return { of, rule, logs };
  }

  private rule(of: string, { source, detailType, resources, detail }: Pattern): aws.cloudwatch.EventRule {
    return new aws.cloudwatch.EventRule(
      `${this.name}-${of}`,
      {
        name: `${this.context.prefix}-${of}`,
        eventPattern: pulumi.jsonStringify({
          source: [source],
          "detail-type": [detailType],
          ...(resources ? { resources } : {}),
          detail,
        }),
      },
      { parent: this.parent },
    );
  }

  /** Lets EventBridge write into the log groups: by one policy for all, because a region may have ten. */
  private admit(eventLogs: readonly EventLog[]): void {
    const admitted = new aws.cloudwatch.LogResourcePolicy(
      `${this.name}-events`,
      {
        policyName: `${this.context.prefix}-events`,
        policyDocument: policyDocument([
          {
            sid: "Events",
            principal: { services: ["events.amazonaws.com", "delivery.logs.amazonaws.com"] },
            actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
            resources: eventLogs.map(({ logs }) => pulumi.interpolate`${logs.arn}:*`),
          },
        ]),
      },
      { parent: this.parent },
    );
    for (const { of, rule, logs } of eventLogs)
      new aws.cloudwatch.EventTarget(
        `${this.name}-${of}`,
        { rule: rule.name, arn: logs.arn },
        { parent: this.parent, dependsOn: [admitted] },
      );
  }
}
