import { createHash } from "node:crypto";
import type { Service } from "./environment";

type Routed = Pick<Service, "name" | "routes">;

/** The last priority a rule of a load balancer may have: CreateRule, Elastic Load Balancing API reference. */
const LAST = 50_000;
/** Priorities for the services of one level; with MOST_LEVELS of them, 1 to 2,000 stay free for other rules. */
const SLOTS = 4_000;
export const MOST_LEVELS = 12;

/** Whether a request may match a route of both, and the first one's is the more specific. */
const goesBefore = (first: Routed, second: Routed) =>
  first.routes.some((route) =>
    second.routes.some((other) => route.length > other.length && route.startsWith(other)),
  );

/** How many segments a path has. */
const depth = (path: string) => path.split("/").filter((name) => name !== "").length;

/**
 * How specific the routes of each public service are: those of a higher level are tried first. A level is the depth of
 * the service's shortest route, raised above the services this one has to go before.
 *
 * @returns undefined where there is no order: of two services, each has a route below one of the other's
 */
export function routeLevels(services: readonly Routed[]): ReadonlyMap<string, number> | undefined {
  const left = services.filter(({ routes }) => routes.length > 0);
  const done: { readonly service: Routed; readonly level: number }[] = [];
  while (left.length > 0) {
    const next = left.findIndex((one) => !left.some((other) => other !== one && goesBefore(one, other)));
    const [service] = next < 0 ? [] : left.splice(next, 1);
    if (!service) return undefined;
    const below = done.filter((other) => goesBefore(service, other.service));
    const level = Math.max(Math.min(...service.routes.map(depth)), ...below.map((other) => other.level + 1));
    done.push({ service, level });
  }
  return new Map(done.map(({ service, level }) => [service.name, level]));
}

/** A service's slot within its level: a hash of its name, whatever other services there are. */
export const slotOf = (service: string): number =>
  createHash("sha256").update(service).digest().readUInt32BE() % SLOTS;

/**
 * The priorities of the load balancer's rules, one for each public service, so that the first rule that matches a
 * request is the one with the longest route. They are not places in a list: another service that comes, goes or is
 * renamed would move those, and a load balancer refuses a priority another rule still has until Pulumi has changed it.
 *
 * @returns by the service's name; undefined where there is no such order
 */
export function rulePriorities(services: readonly Routed[]): ReadonlyMap<string, number> | undefined {
  const levels = routeLevels(services);
  return levels && new Map([...levels].map(([name, level]) => [name, LAST - level * SLOTS - slotOf(name)]));
}
