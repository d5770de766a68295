import type { Service } from "../../environment/environment";
import type { ScalingArgs } from "../aws/autoscaling";
import type { Entrance } from "../aws/release";

/**
 * Requests a minute that one core is meant for: 25 a second. An app whose requests cost more is scaled by its
 * processors before it comes to that.
 */
const REQUESTS_PER_CORE = 1500;
/** Jobs that may wait for each copy of a worker. */
const WAITING_JOBS = 20;
/** From the catalogue of metrics: every copy tells the length of the one queue. */
const QUEUE_LENGTH = "worker_queue_length";

/** What a service is scaled by: a public one by its requests, any other by the jobs that wait. None: it is not. */
export function scalingOf(
  { replicas, maxReplicas = replicas, cpus, metricsPath }: Service,
  entrance: Entrance | undefined,
): ScalingArgs | undefined {
  if (maxReplicas <= replicas) return undefined;
  if (entrance) {
    const { loadBalancer, targetGroups } = entrance;
    const requests = {
      perTask: Math.ceil(cpus * REQUESTS_PER_CORE),
      loadBalancer,
      targetGroups: targetGroups.map(({ arnSuffix }) => arnSuffix),
    };
    return { maxReplicas, requests };
  }
  return metricsPath === null
    ? { maxReplicas }
    : { maxReplicas, figure: { name: QUEUE_LENGTH, perTask: WAITING_JOBS } };
}
