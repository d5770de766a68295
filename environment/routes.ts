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
