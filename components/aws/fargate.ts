import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { autoscale, type ScalingArgs } from "./autoscaling";
import type { AwsContext } from "./context";
import { execPermissions, withExecMounts } from "./exec";
import { FargateTask, type TaskArgs } from "./fargate-task";
import type { AwsTarget } from "./kind";
import type { ReleaseArgs } from "./release";
import { memoryAlarm } from "./release-alarms";

export { TRACES_ENDPOINT } from "./collector";

export interface FargateArgs extends TaskArgs {
  /** How many tasks run; with `scaling`, the fewest. */
  readonly replicas: number;
  /** @default as many tasks as `replicas`, always */
  readonly scaling?: ScalingArgs;
  /** How a new version takes over. @default task by task */
  readonly release?: ReleaseArgs;
  /** What has to be there before a copy starts, beside what its task needs. */
  readonly waitsFor?: readonly pulumi.Resource[];
  /** Lets operators forward a port of the task to theirs, through Systems Manager. @default nobody gets in */
  readonly exec?: boolean;
}

/** How long `up` waits for a new version, shifted step by step, to be all there is. */
const TIMEOUTS = { create: "40m", update: "120m", delete: "40m" };

/** A service of the environment's cluster: always so many healthy copies of a task. */
export class FargateService extends pulumi.ComponentResource {
  readonly service: aws.ecs.Service;
  readonly task: FargateTask;
  /** For alarms. */
  readonly target: AwsTarget;

  constructor(
    private readonly context: AwsContext,
    private readonly serviceName: string,
    private readonly args: FargateArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("mainstay:aws:FargateService", serviceName, {}, opts);
    this.task = new FargateTask(context, serviceName, this.taskArgs(), { parent: this });
    this.service = this.declare();
    if (args.scaling) autoscale(context, serviceName, this.service, args.replicas, args.scaling);
    this.target = {
      kind: "service",
      name: serviceName,
      service: this.service.name,
      replicas: args.replicas,
      logs: this.task.logs.name,
    };
    this.registerOutputs({});
  }

  private taskArgs(): TaskArgs {
    const { exec = false, permissions = [] } = this.args;
    if (!exec) return this.args;
    return {
      ...this.args,
      containers: this.args.containers.map(withExecMounts),
      permissions: [...permissions, ...execPermissions(this.context)],
    };
  }

  private declare(): aws.ecs.Service {
    const { replicas, scaling, release, waitsFor = [], exec = false, component } = this.args;
    // Here for every kind of release: elsewhere it would be another resource, and its deletion that of the same alarm.
    const alarms = [memoryAlarm(this.context, this.serviceName, this), ...(release?.alarms ?? [])];
    return new aws.ecs.Service(
      this.serviceName,
      {
        // Alarms and scaling know a service by its name.
        name: this.serviceName,
        cluster: this.context.cluster.arn,
        taskDefinition: this.task.definition.arn,
        launchType: "FARGATE",
        desiredCount: replicas,
        networkConfiguration: { ...this.task.network, assignPublicIp: false },
        // The default, said all the same: only where ECS answers with it does the provider look at how a release ended.
        deploymentController: { type: "ECS" },
        deploymentMinimumHealthyPercent: 100,
        deploymentMaximumPercent: 200,
        deploymentCircuitBreaker: { enable: true, rollback: true },
        alarms: { alarmNames: alarms.map(({ name }) => name), enable: true, rollback: true },
        availabilityZoneRebalancing: "ENABLED",
        enableExecuteCommand: exec,
        propagateTags: "SERVICE",
        enableEcsManagedTags: true,
        tags: { "mainstay:component": component },
        // `up` fails where ECS rolls a version back; `operations/engine/rolled-back.ts` looks a second time.
        waitForSteadyState: true,
        ...release?.inputs,
      },
      {
        parent: this,
        dependsOn: [...this.task.ready, ...alarms, ...(release?.ready ?? []), ...waitsFor],
        customTimeouts: TIMEOUTS,
        // The scaling decides from then on.
        ignoreChanges: scaling ? ["desiredCount"] : [],
      },
    );
  }
}
