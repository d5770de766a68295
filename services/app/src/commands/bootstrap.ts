import type { Config } from "../config/variables";
import { exitOnUnhandled } from "../lifecycle";
import { createLogger } from "../telemetry/logger";
import { createMetrics } from "../telemetry/metrics";
import { startTracing, type TracingConfig } from "../telemetry/tracing";
import { VERSION } from "../build";

/** What every service starts with: metrics, logs, traces, and an exit on unhandled errors. */
export function bootstrap(service: string, config: TracingConfig & Config<"LOG_LEVEL" | "LOG_FORMAT">) {
  const metrics = createMetrics(service, VERSION);
  const logger = createLogger(service, config, metrics);
  exitOnUnhandled(logger, metrics);
  const stopTracing = startTracing(service, config);
  return { metrics, logger, stopTracing };
}
