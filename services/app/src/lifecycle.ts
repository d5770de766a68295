import type { HealthMonitor } from "./health/monitor";
import type { Logger } from "./telemetry/logger";
import type { Metrics } from "./telemetry/metrics";

/** What stopping a service takes. */
export interface Stoppable {
  readonly health: HealthMonitor;
  readonly logger: Logger;
  readonly graceMs: number;
  /** Stops taking requests and waits for those being answered. */
  readonly closeServer: () => Promise<unknown>;
  /** Ends work in the background, in at most so much time. */
  readonly stopWork?: (graceMs: number) => Promise<unknown>;
  /** Lets go of connections, once nothing uses them any more. */
  readonly release: () => Promise<unknown>;
}

/** Long enough for whoever sends requests to see that this instance is not ready any more. */
const NOTICE_MS = 2000;

/**
 * Stops a service without losing a request: not ready first, then no new connections, then, when all is
 * answered, no connections to others.
 *
 * @returns the exit code: 0, or 1 if it did not end in time
 */
export async function shutDown({
  health,
  logger,
  graceMs,
  closeServer,
  stopWork,
  release,
}: Stoppable): Promise<0 | 1> {
  const started = Date.now();
  const left = () => Math.max(0, graceMs - (Date.now() - started));
  logger.info({ graceMs }, "stopping");
  health.drain();
  const work = async () => {
    const notice = new Promise((resolve) => setTimeout(resolve, Math.min(NOTICE_MS, graceMs / 4)));
    await Promise.all([notice.then(closeServer), stopWork?.(graceMs * 0.8)]);
    health.stop();
    await release();
  };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"late">((resolve) => (timer = setTimeout(() => resolve("late"), left())));
  const result = await Promise.race([work(), late]).catch((error: Error) => {
    logger.error({ err: error }, "stopping failed");
    return "late" as const;
  });
  clearTimeout(timer);
  logger.info({ milliseconds: Date.now() - started, complete: result !== "late" }, "stopped");
  return result === "late" ? 1 : 0;
}

/** Stops the service on SIGTERM or SIGINT. */
export function stopOnSignal(service: Stoppable): void {
  let stopping = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      void shutDown(service).then((code) => process.exit(code));
    });
  }
}

/** What nobody expected leaves the process in an unknown state: counted, logged, ended; the platform starts it anew. */
export function exitOnUnhandled(logger: Logger, metrics: Metrics): void {
  for (const event of ["uncaughtException", "unhandledRejection"] as const) {
    process.on(event, (error: unknown) => {
      metrics.unhandled.inc();
      logger.fatal({ err: error }, "unhandled exception, ending");
      process.exit(1);
    });
  }
}
