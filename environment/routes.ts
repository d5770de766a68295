import type { Service } from "./environment";
import type { ServiceShape } from "./shape";

/** The public service that answers a path: as at the edge, the longest matching route decides. */
export function serviceBehind(
  services: Readonly<Record<string, Pick<ServiceShape, "routes">>>,
  path: string,
): string | undefined {
  const fitting = Object.entries(services).flatMap(([name, { routes }]) =>
    routes.filter((route) => path.startsWith(route)).map((route) => ({ name, length: route.length })),
  );
  return fitting.sort((a, b) => b.length - a.length)[0]?.name;
}

/** A path of a service, and the status a caller without a token gets there. */
export interface Answered {
  readonly path: string;
  readonly status: number;
}

/** Answers of a service that are known beforehand: its readiness, where users can ask for it, then its `probe`. */
export function answersOf(
  services: Readonly<Record<string, Pick<ServiceShape, "routes" | "health" | "probe">>>,
  name: string,
): Answered[] {
  const service = services[name];
  if (!service) return [];
  const { health, probe } = service;
  return [
    ...(serviceBehind(services, health.ready) === name ? [{ path: health.ready, status: 200 }] : []),
    ...(probe ? [{ path: probe.path, status: probe.status }] : []),
  ];
}

/**
 * Prefixes of paths only readers of metrics may ask for, whichever service answers: `/metrics`, and wherever public
 * services are scraped.
 */
export function metricsPaths(services: readonly Pick<Service, "routes" | "metricsPath">[]): string[] {
  const scraped = services.flatMap(({ routes, metricsPath }) =>
    routes.length > 0 ? (metricsPath ?? []) : [],
  );
  return [...new Set(["/metrics", ...scraped])];
}
