import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { environmentUnreachable, outsideProbeFailing } from "../../observability/alarms";
import { alarm, anyOf } from "../aws/alarm";
import type { AwsContext } from "../aws/context";
import type { AwsKind } from "../aws/kind";
import { TargetAlarms } from "./aws-alarms";
import { alerting } from "./aws-alerting";
import { canary } from "./aws-canary";
import { Events } from "./aws-events";
import { grafana } from "./aws-grafana";
import { commandAlarms, criticalLines, ownAlarms } from "./aws-own-alarms";
import { receivers } from "./aws-receivers";
import type { Monitoring, MonitoringArgs } from "./contract";

/**
 * Managed Prometheus and Alertmanager by the same definitions as on a Docker host, Grafana with the same boards, and
 * what only AWS sees: alarms, events, and a probe from outside.
 */
export class AwsMonitoring extends pulumi.ComponentResource implements Monitoring {
  readonly urls: Monitoring["urls"];

  constructor(
    context: AwsContext,
    name: string,
    { network, targets }: MonitoringArgs<AwsKind>,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("mainstay:aws:Monitoring", name, {}, opts);
    const messenger = receivers(context, name, this);
    alerting(context, name, this);
    const boards = grafana(context, name, network, this);
    const watched = [...targets, boards.target];
    const alarms = new TargetAlarms(context, { parent: this });
    for (const target of watched) alarms.on(target);
    this.outage(context, [...alarms.outage, this.outsideAlarm(context, name)]);
    new Events(context, name, this).watch(watched);
    criticalLines(context, watched, this);
    ownAlarms(context, messenger, this);
    commandAlarms(context, this);

    const { operatorPorts } = context.environment;
    const { region } = context.environment.aws;
    const prometheus = `https://${region}.console.aws.amazon.com/prometheus/home?region=${region}#/workspaces`;
    this.urls = {
      prometheus,
      alertmanager: prometheus,
      grafana: `http://127.0.0.1:${operatorPorts.grafana}`,
    };
    this.registerOutputs({ urls: this.urls });
  }

  private outsideAlarm(context: AwsContext, name: string): aws.cloudwatch.MetricAlarm {
    const dimensions = { CanaryName: canary(context, name, this).name };
    return alarm(context, "outside", outsideProbeFailing, dimensions, { parent: this });
  }

  private outage(context: AwsContext, alarms: readonly aws.cloudwatch.MetricAlarm[]): void {
    anyOf(context, "environment", environmentUnreachable, alarms, { parent: this });
  }
}
