import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { BOUNDS } from "../../observability/bounds";
import type { AwsContext } from "./context";
import { AwsFunction } from "./function";
import { bareRole, policyDocument } from "./policy";
import { requestAlarms } from "./release-alarms";

/** How a new version of a service takes over from the one before. */
export interface ReleaseArgs {
  readonly inputs: Pick<
    aws.ecs.ServiceArgs,
    "deploymentConfiguration" | "healthCheckGracePeriodSeconds" | "loadBalancers"
  >;
  /** What rolls a release back, beside the alarm on memory. */
  readonly alarms: readonly aws.cloudwatch.MetricAlarm[];
  /** What has to stand before the service does. */
  readonly ready: readonly pulumi.Resource[];
}

/** The way the load balancer sends requests to a service. */
export interface Entrance {
  /** End of the load balancer's ARN. */
  readonly loadBalancer: pulumi.Output<string>;
  /** The two groups a service's versions take turns in. */
  readonly targetGroups: readonly [aws.lb.TargetGroup, aws.lb.TargetGroup];
  /** Divides requests between the two; ECS changes its weights. */
  readonly rule: aws.lb.ListenerRule;
  /** What has to stand before a target can be reached. */
  readonly ready: readonly pulumi.Resource[];
}

/**
 * Requests move in equal steps, the only way ECS knows that has more than two. Five percent a step goes through all of
 * 10, 25, 50, 75 and 100, and each step is judged; a minute per step makes twenty of them.
 */
const STEP_PERCENT = 5;
const STEP_MINUTES = 1;
/** The version before stays that long, ready to take over again at once. */
const BAKE_MINUTES = 5;

/**
 * Moves requests to new versions of the public services step by step. Between two steps a function is asked, which
 * judges the new version alone by what the load balancer saw of it; alarms judge all the time. Either sends every
 * request back to the version before, at once.
 */
export class ShiftedReleases extends pulumi.ComponentResource {
  private readonly gate: AwsFunction;
  private readonly gateRole: aws.iam.Role;
  private readonly shiftRole: aws.iam.Role;
  private readonly permitted: readonly pulumi.Resource[];

  constructor(
    private readonly context: AwsContext,
    name: string,
    loadBalancer: pulumi.Input<string>,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("mainstay:aws:ShiftedReleases", name, {}, opts);
    this.gate = this.gateFunction(name, loadBalancer);
    this.gateRole = bareRole(context, `${name}-ask`, "ecs", { parent: this });
    this.shiftRole = bareRole(context, `${name}-shift`, "ecs", { parent: this });
    this.permitted = [
      new aws.iam.RolePolicy(
        `${name}-ask`,
        {
          role: this.gateRole.name,
          policy: policyDocument([
            { actions: ["lambda:InvokeFunction"], resources: [this.gate.function.arn] },
          ]),
        },
        { parent: this },
      ),
      new aws.iam.RolePolicyAttachment(
        `${name}-shift`,
        {
          role: this.shiftRole.name,
          policyArn: "arn:aws:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers",
        },
        { parent: this },
      ),
    ];
    this.registerOutputs({});
  }

  /**
   * The release of one service.
   *
   * @param container which of the task's containers answers, and on which port
   */
  of(
    service: string,
    entrance: Entrance,
    container: { readonly name: string; readonly port: number },
  ): ReleaseArgs {
    const { targetGroups, rule } = entrance;
    return {
      inputs: {
        deploymentConfiguration: {
          strategy: "LINEAR",
          bakeTimeInMinutes: String(BAKE_MINUTES),
          linearConfiguration: { stepPercent: STEP_PERCENT, stepBakeTimeInMinutes: String(STEP_MINUTES) },
          lifecycleHooks: [
            {
              targetType: "AWS_LAMBDA",
              hookTargetArn: this.gate.function.arn,
              roleArn: this.gateRole.arn,
              lifecycleStages: ["PRODUCTION_TRAFFIC_SHIFT", "POST_PRODUCTION_TRAFFIC_SHIFT"],
            },
          ],
        },
        healthCheckGracePeriodSeconds: 60,
        loadBalancers: [
          {
            containerName: container.name,
            containerPort: container.port,
            targetGroupArn: targetGroups[0].arn,
            advancedConfiguration: {
              alternateTargetGroupArn: targetGroups[1].arn,
              productionListenerRule: rule.arn,
              roleArn: this.shiftRole.arn,
            },
          },
        ],
      },
      alarms: requestAlarms(this.context, service, entrance, this),
      ready: [...this.permitted, ...this.gate.ready, ...entrance.ready],
    };
  }

  /** Looks at versions and deployments of the cluster's services, and at what the load balancer counted. */
  private gateFunction(name: string, loadBalancer: pulumi.Input<string>): AwsFunction {
    const { arn, cluster, environment } = this.context;
    const { failedShare, latencySeconds } = BOUNDS;
    const of = (kind: string) => cluster.name.apply((of) => arn("ecs", `${kind}/${of}/*`));
    return new AwsFunction(
      this.context,
      name,
      {
        component: "app",
        description: "Judges a new version at each step of its way in",
        code: "release-gate",
        timeoutSeconds: 60,
        environment: {
          LOAD_BALANCER: loadBalancer,
          FAILED_SHARE: String(failedShare.warning),
          LATENCY_SECONDS: String(latencySeconds.warning),
        },
        permissions: [
          { actions: ["ecs:DescribeServiceDeployments"], resources: [of("service-deployment")] },
          { actions: ["ecs:DescribeServiceRevisions"], resources: [of("service-revision")] },
          {
            // It knows no resources.
            actions: ["cloudwatch:GetMetricData"],
            resources: ["*"],
            conditions: { StringEquals: { "aws:RequestedRegion": environment.aws.region } },
          },
        ],
      },
      { parent: this },
    );
  }
}
