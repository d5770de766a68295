import { percentile } from "./latency";
import type { Remembered } from "./history";

const HOUR_MS = 3_600_000;
const BARS = "▁▂▃▄▅▆▇█";
/** Half an hour each. */
const COLUMNS = 48;

/** How an environment was over a time. */
export interface Period {
  readonly name: string;
  readonly looks: number;
  readonly healthy: number;
}

/** How often it was healthy over the last day, week and month that are remembered. */
export function periods(looks: readonly Remembered[], now: number): Period[] {
  return [
    ["24 hours", 24],
    ["7 days", 7 * 24],
    ["30 days", 30 * 24],
  ].map(([name, hours]) => {
    const within = looks.filter(({ at }) => now - Date.parse(at) <= Number(hours) * HOUR_MS);
    return {
      name: String(name),
      looks: within.length,
      healthy: within.filter((look) => look.healthy).length,
    };
  });
}

/**
 * The last 24 hours as lines of text, half an hour a column: whether every look was healthy, and for each service
 * the slowest of the times within which 95 of 100 reads were answered. A dot is a half hour nobody looked.
 */
export function picture(looks: readonly Remembered[], now: number): string[] {
  const columns = Array.from({ length: COLUMNS }, (_, index) => {
    const end = now - (COLUMNS - 1 - index) * (HOUR_MS / 2);
    return looks.filter(({ at }) => Date.parse(at) > end - HOUR_MS / 2 && Date.parse(at) <= end);
  });
  const services = [...new Set(columns.flat().flatMap(({ p95Ms }) => Object.keys(p95Ms)))].sort();
  const width = Math.max("healthy".length, ...services.map((service) => service.length));
  const health = columns.map((some) =>
    some.length === 0 ? "·" : some.every(({ healthy }) => healthy) ? "✓" : "✗",
  );
  return [
    `${"healthy".padEnd(width)}  ${health.join("")}`,
    ...services.map((service) => {
      const times = columns.map((some) => {
        const all = some.flatMap(({ p95Ms }) => p95Ms[service] ?? []);
        return all.length === 0 ? undefined : Math.max(...all);
      });
      const seen = times.filter((time) => time !== undefined);
      const [least, most] = [Math.min(...seen), Math.max(...seen)];
      return `${service.padEnd(width)}  ${times.map((time) => bar(time, most)).join("")}  ${least} to ${most} ms, mostly ${percentile(seen, 0.5)}`;
    }),
  ];
}

/** From nothing to the highest: what is twice as high is twice as slow. */
function bar(value: number | undefined, most: number): string {
  if (value === undefined) return "·";
  const step = most === 0 ? 0 : Math.ceil((value / most) * BARS.length) - 1;
  return BARS[Math.max(0, step)] ?? "";
}
