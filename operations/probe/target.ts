import type { Environment } from "../../environment/environment";
import { serviceBehind } from "../../environment/routes";
import { BOUNDS } from "../../observability/bounds";
import { latencyPromises, type LatencyPromise } from "../../observability/slo/objectives";

/** Something users read, and what they are answered. */
export interface Read {
  readonly service: string;
  readonly path: string;
  readonly status: number;
  readonly statusWithToken: number;
  /** What is promised of the time it takes. */
  readonly promises: readonly LatencyPromise[];
}

/** What the figures of a probe are judged by. */
interface Bounds {
  /** Share of reads that may fail. */
  readonly failedShare: number;
  /** Longest wait for one answer. */
  readonly timeoutMs: number;
  readonly certificateDaysLeft: { readonly warning: number; readonly critical: number };
}

/** An environment as it looks from outside. */
export interface Target {
  readonly stack: string;
  /** Where users come in, without a trailing slash. */
  readonly url: string;
  /** The same without TLS, which has to lead there. */
  readonly plainUrl: string;
  readonly health: readonly { readonly service: string; readonly live: string; readonly ready: string }[];
  readonly reads: readonly Read[];
  /** How much the edge answers one client. */
  readonly requestsPerMinute: number;
  readonly bounds: Bounds;
}

/** What can be probed of an environment: the same bounds and promises as its alerts and objectives have. */
export function targetOf(environment: Environment): Target {
  const { name, url, plainUrl, edge, services } = environment;
  const routed = Object.fromEntries(services.map((service) => [service.name, service]));
  const isPublic = (service: string, path: string) => serviceBehind(routed, path) === service;
  return {
    stack: name,
    url,
    plainUrl,
    health: services
      .filter((service) =>
        [service.health.live, service.health.ready].every((path) => isPublic(service.name, path)),
      )
      .map((service) => ({ service: service.name, live: service.health.live, ready: service.health.ready })),
    reads: services.flatMap(({ name: service, probe }) =>
      probe === undefined
        ? []
        : [{ statusWithToken: probe.status, ...probe, service, promises: latencyPromises(service) }],
    ),
    requestsPerMinute: edge.requestsPerMinute,
    bounds: {
      failedShare: BOUNDS.failedShare.critical,
      timeoutMs: BOUNDS.latencySeconds.critical * 1000,
      certificateDaysLeft: BOUNDS.certificateDaysLeft,
    },
  };
}
