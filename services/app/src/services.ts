import type { Command } from "./config/commands";

/** A command, to be run with what follows its name. */
export interface Runnable {
  run(args: readonly string[]): Promise<void>;
}

/** What can be run besides the health check. Each loads its own part only. */
export const SERVICES: Readonly<Record<Exclude<Command, "health">, () => Promise<Runnable>>> = {
  api: () => import("./commands/api.js"),
  worker: () => import("./commands/worker.js"),
  web: () => import("./commands/web.js"),
  migrate: () => import("./commands/migrate.js"),
  token: () => import("./commands/token.js"),
};
