import type { Environment } from "../environment/environment";
import { tellCloudWatch } from "./records/cloudwatch";
import { layWithExporter } from "./records/host";
import type { Recorded } from "./records/recorded";
import { note } from "./terminal";

type Records = Readonly<Record<string, Recorded>>;

/**
 * Leaves what a command found out or did where alerts see it: with the exporter of a Docker host, for Prometheus, or
 * in CloudWatch. What cannot be kept is said, with what it takes, and is no failure of the command.
 *
 * @param found what is recorded, or what finds it out, by a name each: it takes the place of the record of that name
 */
export async function keepRecords(
  environment: Environment,
  found: Records | (() => Promise<Records>),
): Promise<void> {
  const onHost = environment.platform === "docker";
  try {
    const records = typeof found === "function" ? await found() : found;
    await (onHost ? layWithExporter(environment, records) : tellCloudWatch(environment, records));
  } catch (error) {
    note(`${onHost ? "Prometheus" : "CloudWatch"} was not told the result: ${(error as Error).message}`);
  }
}

export const nowSeconds = (): number => Math.floor(Date.now() / 1000);
