import type { Service } from "./environment";

type Routed = Pick<Service, "name" | "routes">;

/** Whether a request may match a route of both, and the first one's is the more exact. */
const goesBefore = (first: Routed, second: Routed) =>
  first.routes.some((route) =>
    second.routes.some((other) => route.length > other.length && route.startsWith(other)),
  );

/**
 * The public services in an order in which the first one that has a route for a request is the one with the longest.
 * A load balancer of AWS asks service by service; nginx compares all routes.
 *
 * @returns nothing where there is no such order: of two services, each has a route below one of the other's
 */
export function routeOrder<S extends Routed>(services: readonly S[]): S[] | undefined {
  const left = services.filter(({ routes }) => routes.length > 0);
  const order: S[] = [];
  while (left.length > 0) {
    const next = left.findIndex((one) => !left.some((other) => other !== one && goesBefore(other, one)));
    if (next < 0) return undefined;
    order.push(...left.splice(next, 1));
  }
  return order;
}
