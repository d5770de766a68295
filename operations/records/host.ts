import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HOST_EXPORTER, RECORDS } from "../../components/monitoring/host";
import type { DockerEnvironment } from "../../environment/environment";
import { ask } from "../tool";
import { metricNamed, type Recorded } from "./recorded";

/**
 * Copies records as files of metrics to where the exporter of a Docker host reads them.
 *
 * @throws Error if docker cannot copy one
 */
export async function copyToHostExporter(
  { name, host }: DockerEnvironment,
  records: Readonly<Record<string, Recorded>>,
): Promise<void> {
  const container = `mainstay-${name}-${HOST_EXPORTER}`;
  const folder = mkdtempSync(join(tmpdir(), "mainstay-record-"));
  try {
    for (const [record, recorded] of Object.entries(records)) {
      const path = join(folder, `${record}.prom`);
      writeFileSync(path, exposition(recorded));
      // The exporter is another user, and the operator's umask may keep others out.
      chmodSync(path, 0o644);
      const copied = await ask("docker", ["--host", host.address, "cp", path, `${container}:${RECORDS}/`]);
      if (copied === undefined) throw new Error(`docker could not copy a file into ${container}`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Metrics in Prometheus's text form. */
export function exposition(recorded: Recorded): string {
  const lines = Object.entries(recorded).flatMap(([name, value]) => {
    const { labels, meaning, type } = metricNamed(name);
    const [label = ""] = labels;
    const samples =
      typeof value === "number"
        ? [`${name} ${value}`]
        : Object.entries(value).map(([of, one]) => `${name}{${label}="${of}"} ${one}`);
    return [`# HELP ${name} ${meaning}`, `# TYPE ${name} ${type}`, ...samples];
  });
  return `${lines.join("\n")}\n`;
}
