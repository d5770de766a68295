import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import type { ProbeReport } from "./check";

/** A month of looks, one every five minutes. */
export const MOST_LOOKS = 31 * 24 * 12;

const remembered = z.object({
  at: z.iso.datetime(),
  stack: z.string(),
  healthy: z.boolean(),
  failing: z.array(z.string()),
  /** 95 of 100 reads of the service were answered within it. */
  p95Ms: z.record(z.string(), z.number()),
  certificateDaysLeft: z.number().optional(),
});

/** What is kept of a look. */
export type Remembered = z.output<typeof remembered>;

const lineOf = ({ at, stack, healthy, checks, figures, certificateDaysLeft }: ProbeReport): Remembered => ({
  at,
  stack,
  healthy,
  failing: checks.filter(({ verdict }) => verdict === "failing").map(({ name }) => name),
  p95Ms: Object.fromEntries(
    figures.flatMap(({ service, p95Ms }) => (p95Ms === undefined ? [] : [[service, p95Ms]])),
  ),
  ...(certificateDaysLeft !== undefined && { certificateDaysLeft }),
});

/**
 * Adds a look to a file of JSON lines, and gives all that is in it of the same stack, the oldest first. The file
 * is only appended to, until it holds more than a month: then what is older goes.
 *
 * @returns also how many lines could not be read; they stay until they are old
 */
export function remember(file: string, report: ProbeReport): { looks: Remembered[]; unreadable: number } {
  mkdirSync(dirname(file), { recursive: true });
  const before = existsSync(file) ? readFileSync(file, "utf8") : "";
  const added = JSON.stringify(lineOf(report));
  // A line that was cut off, by a full disk or a killed process, must not spoil the next one.
  const gap = before === "" || before.endsWith("\n") ? "" : "\n";
  const lines = [...before.split("\n").filter(Boolean), added];
  if (lines.length <= MOST_LOOKS) appendFileSync(file, `${gap}${added}\n`);
  else replace(file, lines.slice(-MOST_LOOKS));
  const looks = lines.slice(-MOST_LOOKS).map(parse);
  return {
    looks: looks.filter((look) => look !== undefined).filter(({ stack }) => stack === report.stack),
    unreadable: looks.filter((look) => look === undefined).length,
  };
}

/** As a whole or not at all. */
function replace(file: string, lines: readonly string[]): void {
  const next = `${file}.next`;
  writeFileSync(next, `${lines.join("\n")}\n`);
  renameSync(next, file);
}

function parse(line: string): Remembered | undefined {
  try {
    return remembered.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
