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
