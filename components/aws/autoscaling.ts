import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { FIGURE_DIMENSION, figuresNamespace } from "./collector";
import type { AwsContext } from "./context";

type Metric =
  aws.types.input.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetric;

/** What a service is scaled by, beside its CPU utilisation. */
export interface ScalingArgs {
  /** Most tasks. */
  readonly maxReplicas: number;
  /** Requests per minute and task, over all target groups a task can stand in. */
  readonly requests?: {
    readonly perTask: number;
    readonly loadBalancer: pulumi.Input<string>;
    /** Ends of their ARNs. */
    readonly targetGroups: readonly pulumi.Input<string>[];
  };
  /** A metric of the service's own, which all its copies report alike, and how much of it one task is meant for. */
  readonly figure?: { readonly name: string; readonly perTask: number };
}

/** Tasks are added above this CPU utilisation, so that a peak finds some left while they start. */
const CPU_PERCENT = 60;
/** Adding is cheap and quick; taking away waits for the end of a lull. */
const COOLDOWN_SECONDS = { scaleOutCooldown: 60, scaleInCooldown: 300 };

/**
 * Scales a service between `minimum` and `maxReplicas` by whichever metric asks for most tasks. ECS's own metric of
 * requests per target counts one target group and does not fit services whose versions take turns in two, so requests
 * are added up here; each metric is divided by the number of running tasks.
 */
export function autoscale(
  context: AwsContext,
  name: string,
  service: aws.ecs.Service,
  minimum: number,
  { maxReplicas, requests, figure }: ScalingArgs,
): void {
  const opts = { parent: service };
  const target = new aws.appautoscaling.Target(
    name,
    {
      serviceNamespace: "ecs",
      scalableDimension: "ecs:service:DesiredCount",
      resourceId: pulumi.interpolate`service/${context.cluster.name}/${service.name}`,
      minCapacity: minimum,
      maxCapacity: maxReplicas,
    },
    { ...opts, deleteBeforeReplace: true },
  );
  const track = (what: string, configuration: Tracking) =>
    new aws.appautoscaling.Policy(
      `${name}-${what}`,
      {
        policyType: "TargetTrackingScaling",
        serviceNamespace: target.serviceNamespace,
        scalableDimension: target.scalableDimension,
        resourceId: target.resourceId,
        targetTrackingScalingPolicyConfiguration: { ...configuration, ...COOLDOWN_SECONDS },
      },
      opts,
    );
  track("cpu", {
    targetValue: CPU_PERCENT,
    predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" },
  });
  const perTask = (metrics: readonly Metric[], amount: string) => ({
    metrics: [...metrics, runningTasks(context, service), quotient(amount)],
  });
  if (requests) {
    const counts = requests.targetGroups.map((group, index) =>
      statistic(`requests${index}`, "AWS/ApplicationELB", "RequestCount", "Sum", {
        LoadBalancer: requests.loadBalancer,
        TargetGroup: group,
      }),
    );
    // The target group that is not in use reports nothing.
    const sum = counts.map(({ id }) => `FILL(${String(id)}, 0)`).join(" + ");
    track("requests", {
      targetValue: requests.perTask,
      customizedMetricSpecification: perTask(counts, `(${sum})`),
    });
  }
  if (figure) {
    const amount = statistic("amount", figuresNamespace(context), figure.name, "Maximum", {
      [FIGURE_DIMENSION]: name,
    });
    track("figure", {
      targetValue: figure.perTask,
      customizedMetricSpecification: perTask([amount], "amount"),
    });
  }
}

type Tracking = aws.types.input.appautoscaling.PolicyTargetTrackingScalingPolicyConfiguration;

const statistic = (
  id: string,
  namespace: string,
  metricName: string,
  stat: string,
  dimensions: Readonly<Record<string, pulumi.Input<string>>>,
): Metric & { readonly id: string } => ({
  id,
  metricStat: {
    stat,
    metric: {
      namespace,
      metricName,
      dimensions: Object.entries(dimensions).map(([name, value]) => ({ name, value })),
    },
  },
  returnData: false,
});

const runningTasks = ({ cluster }: AwsContext, service: aws.ecs.Service) =>
  statistic("tasks", "ECS/ContainerInsights", "RunningTaskCount", "Average", {
    ClusterName: cluster.name,
    ServiceName: service.name,
  });

const quotient = (amount: string): Metric => ({
  id: "each",
  expression: `${amount} / tasks`,
  returnData: true,
});
