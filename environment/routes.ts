import type { Service } from "./environment";
import type { ServiceShape } from "./shape";

/** The public service that answers a path: as at the edge, the longest route that the path begins with decides. */
export function serviceBehind(
  services: Readonly<Record<string, Pick<ServiceShape, "routes">>>,
  path: string,
): string | undefined {
  const fitting = Object.entries(services).flatMap(([name, { routes }]) =>
    routes.filter((route) => path.startsWith(route)).map((route) => ({ name, length: route.length })),
  );
  return fitting.sort((a, b) => b.length - a.length)[0]?.name;
}

/** An address of a service's own, and what a caller without a token is answered there. */
export interface Answered {
  readonly path: string;
  readonly status: number;
}

/** What is known of a service's answers to users: whether it is ready, where they can ask that, then its `probe`. */
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
 * Beginnings of paths that only those who read metrics may ask for, whichever service they lead to: the usual one, and
 * where metrics of public services are scraped.
 */
export function metricsPaths(services: readonly Pick<Service, "routes" | "metricsPath">[]): string[] {
  const scraped = services.flatMap(({ routes, metricsPath }) =>
    routes.length > 0 ? (metricsPath ?? []) : [],
  );
  return [...new Set(["/metrics", ...scraped])];
}
