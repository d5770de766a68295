import type { ContainerArgs } from "./container";

/** What several containers have in common, as parts of their `ContainerArgs`. */

/**
 * A health check by HTTP from inside the container: healthy is any answer of success.
 *
 * @param startSeconds how long it may take to come up. Default: that of every container
 */
export const httpHealth = (port: number, path: string, startSeconds?: number): ContainerArgs["health"] => ({
  command: ["wget", "-q", "-O", "/dev/null", `http://127.0.0.1:${port}${path}`],
  startSeconds,
});

/** Go's soft limit: its runtime returns memory before the container's limit is reached, instead of being killed at it. */
export const goMemoryLimit = (memoryMiB: number) => ({
  GOMEMLIMIT: `${Math.floor(memoryMiB * 0.85)}MiB`,
});

/** A port for the host's operators only: on its loopback address. */
export const operatorPort = (internal: number, external: number) => ({ internal, external, ip: "127.0.0.1" });
