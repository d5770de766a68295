/** JSON log lines. Whatever is written passes through `scrub`, so a secret cannot get into them by any way. */
import pino from "pino";
import { scrub } from "./secrets";

export type Log = pino.Logger;

/** `stderr` where standard output carries a command's result. */
export function createLog(out: "stdout" | "stderr"): Log {
  const stream = process[out];
  return pino(
    {
      base: { service: "backup" },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
    },
    { write: (line: string) => void stream.write(scrub(line)) },
  );
}
