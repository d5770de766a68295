import { note } from "./terminal";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** npm passes on what the terminal has sent to everybody already: what comes this close counts once. */
const ECHO_MS = 500;

/**
 * Watches for Ctrl-C and its kind while `work` runs.
 *
 * @param onInterrupt called with how often it was asked for so far
 * @returns what `work` does, and whether it was interrupted meanwhile
 */
export async function interruptible<T>(
  onInterrupt: (times: number) => void,
  work: () => Promise<T>,
): Promise<T> {
  let times = 0;
  let last = -Infinity;
  const listener = () => {
    const now = performance.now();
    if (now - last < ECHO_MS) return;
    last = now;
    times += 1;
    note(
      times === 1
        ? "stopping: what has started is finished, nothing else is begun (again to stop at once)"
        : "stopping at once",
    );
    onInterrupt(times);
  };
  for (const signal of SIGNALS) process.on(signal, listener);
  try {
    return await work();
  } finally {
    for (const signal of SIGNALS) process.off(signal, listener);
  }
}
