import type pinoPretty from "pino-pretty";
import { pino, stdTimeFunctions, type DestinationStream, type Logger } from "pino";
import type { Config } from "../config/variables";
import { VERSION } from "../build";
import { logFields } from "./correlation";
import { LEVELS, type Metrics } from "./metrics";

export type { Logger };

/** Headers and fields that carry credentials, wherever an object with them is logged. */
const SECRETS = ["authorization", "cookie", "password", "secret", "token", "connectionString", "x-api-key"];
const REDACTED = SECRETS.flatMap((name) => [`["${name}"]`, `*["${name}"]`]);

/**
 * The app's logger: one JSON object per line on standard output.
 *
 * @param destination where lines go instead, for tests
 */
export function createLogger(
  service: string,
  config: Config<"ENVIRONMENT" | "LOG_LEVEL" | "LOG_FORMAT">,
  metrics?: Metrics,
  destination: DestinationStream = output(config.LOG_FORMAT),
): Logger {
  return pino(
    {
      level: config.LOG_LEVEL,
      base: { service, environment: config.ENVIRONMENT, version: VERSION },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: named(label) }) },
      redact: { paths: REDACTED, censor: "[redacted]" },
      mixin: logFields,
      hooks: {
        logMethod(inputs, method, level) {
          const name = named(pino.levels.labels[level] ?? "");
          if ((LEVELS as readonly string[]).includes(name)) metrics?.logLines.inc({ level: name });
          return method.apply(this, inputs);
        },
      },
    },
    destination,
  );
}

/** Operators look for "critical", which pino calls "fatal". */
const named = (label: string) => (label === "fatal" ? "critical" : label);

function output(format: "json" | "pretty"): DestinationStream {
  // Written synchronously, so that the last lines before an exit are not lost.
  if (format === "json") return pino.destination({ dest: 1, sync: true });
  // Only a developer's terminal needs it, so no service pays for loading it.
  const pretty = require("pino-pretty") as typeof pinoPretty;
  return pretty({ sync: true });
}
