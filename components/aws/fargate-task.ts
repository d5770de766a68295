import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { fargateSize, TASK_DISK_GIB } from "../../environment/aws-sizes";
import { collector, collectorPermissions, type CollectorArgs } from "./collector";
import type { AwsContext } from "./context";
import { repositoryOf } from "./images";
import { through } from "./keys";
import type { AwsTier } from "./kind";
import { logGroup } from "./logs";
import { bareRole, serviceRole, type Statement } from "./policy";
import type { TaskContainer } from "./task-container";
import { containerDefinitions, volumesOf, type DefinedContainer } from "./task-definition";

export interface TaskArgs extends CollectorArgs {
  /** The component it belongs to, for its tag. */
  readonly component: string;
  readonly containers: readonly TaskContainer[];
  /** Tiers it belongs to: it has their security groups, at most five (AWS's limit), and runs in the first one's subnets. */
  readonly tiers: readonly AwsTier[];
  /** Disk for its volumes, beside the 20 GiB that every task has for its images and files. @default none */
  readonly diskGiB?: number;
  /** What the containers may do in the account. Their secrets and logs are allowed without it. @default nothing */
  readonly permissions?: readonly Statement[];
}

const TASKS = "ecs-tasks";

/**
 * A task of the environment's cluster: its definition, the collector beside its containers where it has figures or
 * traces to tell, the role that starts it, the role that runs in it, and where its logs go.
 */
export class FargateTask extends pulumi.ComponentResource {
  readonly definition: aws.ecs.TaskDefinition;
  readonly logs: aws.cloudwatch.LogGroup;
  readonly executionRole: aws.iam.Role;
  readonly taskRole: aws.iam.Role;
  readonly network: {
    readonly subnets: pulumi.Output<string>[];
    readonly securityGroups: pulumi.Output<string>[];
  };
  /** What has to exist before it can start. */
  readonly ready: readonly pulumi.Resource[];

  constructor(
    private readonly context: AwsContext,
    private readonly taskName: string,
    private readonly args: TaskArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("mainstay:aws:FargateTask", taskName, {}, opts);
    const place = `/mainstay/${context.environment.name}/tasks/${taskName}`;
    this.logs = logGroup(context, taskName, { parent: this }, place);
    const containers = this.containers();
    const execution = this.execution(containers);
    const task = this.task();
    this.definition = this.define(containers, execution.role, task.role);
    this.executionRole = execution.role;
    this.taskRole = task.role;
    this.network = this.place();
    this.ready = [
      this.logs,
      ...execution.ready,
      ...task.ready,
      ...this.secrets().flatMap(({ version }) => version ?? []),
      ...args.tiers.flatMap(({ ready }) => ready),
    ];
    this.registerOutputs({});
  }

  private containers(): DefinedContainer[] {
    const { containers, scrape, traces } = this.args;
    if (!scrape && !traces) return [...containers];
    return [...containers, collector(this.context, this.taskName, this.args, this.logs.name)];
  }

  private secrets() {
    return this.args.containers.flatMap(({ secrets = {} }) => Object.values(secrets));
  }

  /** What ECS may do to start the task: fetch its images, read its secrets, write its logs. */
  private execution(containers: readonly DefinedContainer[]) {
    const { environment, keys } = this.context;
    const secrets = this.secrets();
    const { role, policy } = serviceRole(
      this.context,
      `${this.taskName}-execution`,
      TASKS,
      [
        { actions: ["ecr:GetAuthorizationToken"], resources: ["*"] },
        {
          actions: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
          resources: [...new Set(containers.map(({ image }) => repositoryOf(this.context, image)))],
        },
        {
          actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
          resources: [pulumi.interpolate`${this.logs.arn}:*`],
        },
        ...(secrets.length > 0
          ? [
              {
                actions: ["secretsmanager:GetSecretValue"],
                resources: [...new Set(secrets.map((secret) => secret.arn))],
              },
              {
                actions: ["kms:Decrypt"],
                resources: [keys.secrets.arn],
                conditions: through("secretsmanager", environment.aws.region),
              },
            ]
          : []),
      ],
      { parent: this },
    );
    return { role, ready: [policy] };
  }

  /** What the containers may do; a role without a policy where that is nothing. */
  private task(): { role: aws.iam.Role; ready: pulumi.Resource[] } {
    const name = `${this.taskName}-task`;
    const statements = [
      ...(this.args.permissions ?? []),
      ...collectorPermissions(this.context, this.args, this.logs.arn),
    ];
    if (statements.length > 0) {
      const { role, policy } = serviceRole(this.context, name, TASKS, statements, { parent: this });
      return { role, ready: [policy] };
    }
    return { role: bareRole(this.context, name, TASKS, { parent: this }), ready: [] };
  }

  private define(
    containers: readonly DefinedContainer[],
    executionRole: aws.iam.Role,
    taskRole: aws.iam.Role,
  ): aws.ecs.TaskDefinition {
    const { prefix, environment } = this.context;
    const { diskGiB } = this.args;
    const size = fargateSize(containers.flatMap((one) => (one.runsOnce ? [] : [one])));
    if (!size) throw new Error(`no Fargate task is large enough for ${this.taskName}`);
    return new aws.ecs.TaskDefinition(
      this.taskName,
      {
        family: `${prefix}-${this.taskName}`,
        requiresCompatibilities: ["FARGATE"],
        networkMode: "awsvpc",
        runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: "X86_64" },
        cpu: String(size.cpuUnits),
        memory: String(size.memoryMiB),
        executionRoleArn: executionRole.arn,
        taskRoleArn: taskRole.arn,
        containerDefinitions: containerDefinitions(containers, {
          group: this.logs.name,
          region: environment.aws.region,
        }),
        volumes: volumesOf(containers),
        ...(diskGiB === undefined ? {} : { ephemeralStorage: { sizeInGib: TASK_DISK_GIB.own + diskGiB } }),
        // What ran before is what a rollback starts.
        skipDestroy: true,
        tags: { "mainstay:component": this.args.component },
      },
      { parent: this },
    );
  }

  private place() {
    const [first] = this.args.tiers;
    if (!first) throw new Error(`${this.taskName} belongs to no tier`);
    return {
      subnets: [...first.subnetIds],
      securityGroups: this.args.tiers.map(({ securityGroupId }) => securityGroupId),
    };
  }
}
