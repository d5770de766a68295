/** Runs a command that needs the configuration. Apart from main.ts, so that the health check does not load it. */
import { check } from "./commands/check";
import { list } from "./commands/list";
import { once } from "./commands/once";
import { runService } from "./commands/run";
import type { Job } from "./kinds";
import { createLog } from "./log";
import { Restic } from "./restic";
import { loadSettings, SettingsError } from "./settings";

export type Task = { command: "run" | "list" | "check" } | { command: "once"; job: Job };

const EXIT_CONFIG = 78;

/** What lacks where something is asked for that was not configured. */
const MISSING = {
  events: "BACKUP_EVENT_TABLES: missing; an events backup needs it, such as app.events",
  drill: "BACKUP_DRILL_DIR: missing; a drill needs it, a directory on a disk, such as /drill",
} satisfies Record<Exclude<Job, "full">, string>;

/** The exit code. */
export async function execute(task: Task, env: NodeJS.ProcessEnv): Promise<number> {
  const log = createLog(task.command === "run" ? "stdout" : "stderr");
  try {
    const settings = loadSettings(env);
    if (task.command === "once" && task.job !== "full" && !settings.schedules[task.job]) {
      throw new SettingsError([MISSING[task.job]]);
    }
    const context = { settings, log, restic: new Restic(settings, log) };
    const stop = stopSignal();
    switch (task.command) {
      case "run":
        return await runService(context, stop);
      case "once":
        return await once(task.job, context, stop);
      case "list":
        return await list(context, stop);
      case "check":
        return await check(context, stop);
    }
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    log.fatal({ problems: error.problems }, "the configuration is wrong");
    return EXIT_CONFIG;
  }
}

/** Aborted by the first SIGTERM or SIGINT. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGTERM", "SIGINT"] as const) process.on(name, () => controller.abort());
  return controller.signal;
}
