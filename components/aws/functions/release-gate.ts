import type { CloudWatch, MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import type { ECS } from "@aws-sdk/client-ecs";

/**
 * Asked by ECS at every step of a shift of traffic: may the new version be given more? It runs as a Lambda function
 * by itself, so it imports nothing of the project. What it is asked and may answer: "Lifecycle hooks for Amazon ECS
 * service deployments", Amazon ECS developer guide.
 */

export interface ShiftEvent {
  /** ARN of the deployment. */
  readonly resourceArn: string;
  readonly lifecycleStage: string;
  readonly executionDetails: {
    readonly targetServiceRevisionArn: string;
    /** Percent of the requests by version. */
    readonly productionTrafficWeights?: Readonly<Record<string, number>>;
  };
}

export interface Answer {
  /** With FAILED ECS sends all requests to the version before, at once. */
  readonly hookStatus: "SUCCEEDED" | "FAILED";
}

/** From where the new version is judged worse than what people are told about. */
export interface Bounds {
  /** Share of requests. */
  readonly failedShare: number;
  /** 95 of 100 requests are answered within it. */
  readonly latencySeconds: number;
}

export interface Judge {
  readonly ecs: Pick<ECS, "describeServiceDeployments" | "describeServiceRevisions">;
  readonly cloudWatch: Pick<CloudWatch, "getMetricData">;
  /** End of its ARN, as CloudWatch knows it. */
  readonly loadBalancer: string;
  readonly bounds: Bounds;
  readonly now: Date;
}

/** Few requests prove nothing. */
const FEWEST_REQUESTS = 20;
const FEWEST_FAILED = 5;
const WINDOW_MINUTES = 3;

/** Judges the version that is on its way in, by what the load balancer saw of it in the last minutes. */
export async function judge(event: ShiftEvent, given: Judge): Promise<Answer & { readonly why: string }> {
  const { targetServiceRevisionArn: revision, productionTrafficWeights = {} } = event.executionDetails;
  const percent = productionTrafficWeights[revision] ?? 0;
  if (percent === 0) return passed("it is given no requests");
  // On the way back nothing may stand in the way; ECS asks then, too.
  const status = await deploymentStatus(event.resourceArn, given);
  if (status?.startsWith("ROLLBACK")) return passed(`the deployment is ${status}`);
  const seen = await figures(await targetGroup(revision, given), given);
  const { requests, failed, latencySeconds } = seen;
  const said = `of ${requests} requests ${failed} failed, 95 % were answered within ${latencySeconds.toFixed(2)} s`;
  if (requests < FEWEST_REQUESTS) return passed(`too few to judge: ${said}`);
  const failing = failed >= FEWEST_FAILED && failed / requests > given.bounds.failedShare;
  const slow = latencySeconds > given.bounds.latencySeconds;
  return failing || slow ? { hookStatus: "FAILED", why: said } : passed(said);
}

const passed = (why: string) => ({ hookStatus: "SUCCEEDED", why }) as const;

async function deploymentStatus(arn: string, { ecs }: Judge): Promise<string | undefined> {
  const { serviceDeployments = [] } = await ecs.describeServiceDeployments({ serviceDeploymentArns: [arn] });
  return serviceDeployments[0]?.status;
}

/** Where the tasks of a version stand: the two groups of a service take turns. */
async function targetGroup(revision: string, { ecs }: Judge): Promise<string> {
  const { serviceRevisions = [] } = await ecs.describeServiceRevisions({ serviceRevisionArns: [revision] });
  const arn = serviceRevisions[0]?.resolvedConfiguration?.loadBalancers?.[0]?.targetGroupArn;
  if (arn === undefined) throw new Error(`the version ${revision} stands in no target group`);
  return arn.slice(arn.lastIndexOf(":") + 1);
}

async function figures(group: string, { cloudWatch, loadBalancer, now }: Judge) {
  const query = (Id: string, MetricName: string, Stat: string): MetricDataQuery => ({
    Id,
    MetricStat: {
      Metric: {
        Namespace: "AWS/ApplicationELB",
        MetricName,
        Dimensions: [
          { Name: "LoadBalancer", Value: loadBalancer },
          { Name: "TargetGroup", Value: group },
        ],
      },
      Period: 60,
      Stat,
    },
  });
  const { MetricDataResults = [] } = await cloudWatch.getMetricData({
    StartTime: new Date(now.getTime() - WINDOW_MINUTES * 60_000),
    EndTime: now,
    MetricDataQueries: [
      query("requests", "RequestCount", "Sum"),
      query("failed", "HTTPCode_Target_5XX_Count", "Sum"),
      query("latency", "TargetResponseTime", "p95"),
    ],
  });
  const values = (id: string) => MetricDataResults.find(({ Id }) => Id === id)?.Values ?? [];
  const sum = (all: readonly number[]) => all.reduce((total, value) => total + value, 0);
  return {
    requests: sum(values("requests")),
    failed: sum(values("failed")),
    latencySeconds: Math.max(0, ...values("latency")),
  };
}

/** What Lambda calls. */
export async function handler(event: ShiftEvent): Promise<Answer> {
  const [{ ECS: Ecs }, { CloudWatch: Watch }] = await Promise.all([
    import("@aws-sdk/client-ecs"),
    import("@aws-sdk/client-cloudwatch"),
  ]);
  const { LOAD_BALANCER: loadBalancer = "", FAILED_SHARE, LATENCY_SECONDS } = process.env;
  const { hookStatus, why } = await judge(event, {
    ecs: new Ecs({}),
    cloudWatch: new Watch({}),
    loadBalancer,
    bounds: { failedShare: Number(FAILED_SHARE), latencySeconds: Number(LATENCY_SECONDS) },
    now: new Date(),
  });
  const { resourceArn: deployment, lifecycleStage, executionDetails } = event;
  const weights = executionDetails.productionTrafficWeights;
  process.stdout.write(`${JSON.stringify({ deployment, lifecycleStage, weights, hookStatus, why })}\n`);
  return { hookStatus };
}
