/** `run`: the service. Takes backups by schedule and answers on BACKUP_PORT until it is told to stop. */
import type { Context } from "../backup";
import { Scheduler } from "../scheduler";
import { createHealthServer } from "../server";

/** Done once stopped; 0, or 1 where the port cannot be had. */
export async function runService(context: Context, stop: AbortSignal): Promise<number> {
  const { settings, log } = context;
  const scheduler = new Scheduler(context);
  const server = createHealthServer(scheduler.status);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen(settings.port, resolve);
    });
  } catch (error) {
    log.fatal({ reason: (error as Error).message }, "cannot listen");
    return 1;
  }
  log.info({ port: settings.port, name: settings.name }, "listening");

  const stopped = new Promise<void>((resolve) => {
    if (stop.aborted) resolve();
    else stop.addEventListener("abort", () => resolve());
  });
  await Promise.race([scheduler.start(), stopped]);
  await stopped;
  await scheduler.stop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  log.info("stopped");
  return 0;
}
