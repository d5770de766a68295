import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HOST_EXPORTER, RECORDS } from "../components/monitoring/host";
import type { Environment } from "../environment/environment";
import { METRICS } from "../observability/metrics";
import { note } from "./terminal";
import { ask } from "./tool";

/** A value of a metric of the catalogue, by the value of its one label where it has one. */
export type Recorded = Readonly<Record<string, number | Readonly<Record<string, number>>>>;

/**
 * Leaves what a command found out or did where Prometheus sees it: as a file of metrics with the exporter of a Docker
 * host. What cannot be kept is said, and is no failure of the command.
 *
 * @param file takes the place of the record of that name
 */
export async function keepRecord(environment: Environment, file: string, recorded: Recorded): Promise<void> {
  if (environment.platform !== "docker") return;
  const folder = mkdtempSync(join(tmpdir(), "mainstay-record-"));
  try {
    const path = join(folder, `${file}.prom`);
    writeFileSync(path, exposition(recorded), { mode: 0o644 });
    const container = `mainstay-${environment.name}-${HOST_EXPORTER}`;
    const copied = await ask("docker", [
      ...["--host", environment.host.address],
      ...["cp", path, `${container}:${RECORDS}/`],
    ]);
    if (copied === undefined) throw new Error(`docker could not copy a file into ${container}`);
  } catch (error) {
    note(`Prometheus is not told of it: ${(error as Error).message}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const nowSeconds = (): number => Math.floor(Date.now() / 1000);

/** Metrics in Prometheus's text form. */
export function exposition(recorded: Recorded): string {
  const lines = Object.entries(recorded).flatMap(([name, value]) => {
    const metric = METRICS.get(name);
    if (!metric) throw new Error(`${name} is not in the catalogue`);
    const [label = ""] = metric.labels;
    const samples =
      typeof value === "number"
        ? [`${name} ${value}`]
        : Object.entries(value).map(([of, one]) => `${name}{${label}="${of}"} ${one}`);
    return [`# HELP ${name} ${metric.meaning}`, `# TYPE ${name} ${metric.type}`, ...samples];
  });
  return `${lines.join("\n")}\n`;
}
