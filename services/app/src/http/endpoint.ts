import type { FastifyRequest } from "fastify";

/** The route's pattern, never the raw address: a metric label must not grow with what callers send. */
export const endpointOf = (request: FastifyRequest): string => request.routeOptions.url ?? "unmatched";

/** The methods that have a label of their own; whatever else a caller makes up is one. */
const METHODS = new Set(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]);
export const methodOf = (request: FastifyRequest): string =>
  METHODS.has(request.method) ? request.method : "other";

/** Health checks and scrapes are the platform's own traffic: counted, they would water down users' figures. */
export const isPlatform = (endpoint: string): boolean =>
  endpoint === "/metrics" || /^\/health(\/|$)/.test(endpoint);
