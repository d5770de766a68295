import type { Environment } from "../environment/environment";
import { putCloudWatchMetrics } from "./records/cloudwatch";
import { copyToHostExporter } from "./records/host";
import type { Recorded } from "./records/recorded";
import { note } from "./terminal";

type Records = Readonly<Record<string, Recorded>>;

/**
 * Keeps what a command found out or did where alerts see it: with the exporter of a Docker host, for Prometheus, or in
 * CloudWatch. If that fails, a note says so and the command does not fail.
 *
 * @param found records by name, or a function that finds them out; each replaces the record of that name
 */
export async function keepRecords(
  environment: Environment,
  found: Records | (() => Promise<Records>),
): Promise<void> {
  const onHost = environment.platform === "docker";
  try {
    const records = typeof found === "function" ? await found() : found;
    await (onHost ? copyToHostExporter(environment, records) : putCloudWatchMetrics(environment, records));
  } catch (error) {
    note(`${onHost ? "Prometheus" : "CloudWatch"} was not told the result: ${(error as Error).message}`);
  }
}

export const nowSeconds = (): number => Math.floor(Date.now() / 1000);
