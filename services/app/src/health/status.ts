export type Status = "healthy" | "degraded" | "unhealthy";

/** How a service's database connections are used at one moment. */
export interface PoolUse {
  readonly size: number;
  readonly max: number;
  readonly active: number;
  readonly idle: number;
  readonly waiting: number;
}

/** Above this share of connections in use the service is degraded. */
const POOL_DEGRADED = 0.7;

/** The share of the pool in use, from 0 to 1, in hundredths. */
export const utilisation = ({ active, max }: PoolUse): number => Math.round((active / max) * 100) / 100;

/** The state of the database as a dependency. */
export function databaseStatus(up: boolean, pool: PoolUse): Status {
  if (!up) return "unhealthy";
  return pool.active / pool.max > POOL_DEGRADED ? "degraded" : "healthy";
}

/** The state of something the service can do without. */
export const optionalStatus = (up: boolean): Status => (up ? "healthy" : "degraded");

/** A service is as well as its worst dependency. */
export function overall(statuses: readonly Status[]): Status {
  if (statuses.includes("unhealthy")) return "unhealthy";
  return statuses.includes("degraded") ? "degraded" : "healthy";
}
