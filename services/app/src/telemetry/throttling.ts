import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Counter, type OpenMetricsContentType, type Registry } from "prom-client";

/** How often, and for how long, the kernel held a container back because it had used up its processor time. */
interface Throttling {
  /** Periods, mostly of 100 ms, in which the container had something to do. */
  readonly periods: number;
  readonly throttledPeriods: number;
  readonly throttledSeconds: number;
}

/** Where the file systems of control groups are mounted. */
const ROOT = "/sys/fs/cgroup";
/** Where a container finds its own group in version 2 of control groups, and in version 1. */
const FILES = ["cpu.stat", "cpu/cpu.stat", "cpu,cpuacct/cpu.stat"];

/**
 * Has what the kernel counts of the container the process runs in read when metrics are scraped, under the names
 * cAdvisor has for it: boards and rules everywhere know them. Where there is no container, or one without a limit,
 * nothing is exported: a 0 would say that it is never held back.
 */
export function reportThrottling(register: Registry<OpenMetricsContentType>, root = ROOT): void {
  const counter = (name: string, help: string, of: keyof Throttling) =>
    new Counter({
      name,
      help,
      registers: [register],
      collect() {
        this.remove();
        const value = readThrottling(root)?.[of];
        if (value !== undefined) this.inc(value);
      },
    });
  counter("container_cpu_cfs_periods_total", "Periods in which the container had something to do", "periods");
  counter(
    "container_cpu_cfs_throttled_periods_total",
    "Periods in which the container used up its processor time and had to wait",
    "throttledPeriods",
  );
  counter(
    "container_cpu_cfs_throttled_seconds_total",
    "Time the container's threads had to wait for its next period",
    "throttledSeconds",
  );
}

function readThrottling(root: string): Throttling | undefined {
  for (const file of FILES) {
    const { nr_periods = 0, nr_throttled = 0, throttled_time = 0, ...version2 } = fields(join(root, file));
    const { throttled_usec = throttled_time / 1e3 } = version2;
    // A group without a limit has no periods.
    if (nr_periods === 0) continue;
    return { periods: nr_periods, throttledPeriods: nr_throttled, throttledSeconds: throttled_usec / 1e6 };
  }
  return undefined;
}

/** The lines of a file, each a name and a number; none where there is no such file. */
function fields(path: string): Record<string, number | undefined> {
  let text = "";
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return {};
  }
  return Object.fromEntries(
    [...text.matchAll(/^(\w+) (\d+)$/gm)].map(([, name, value]) => [name, Number(value)]),
  );
}
