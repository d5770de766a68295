import { join } from "node:path";
import type { Environment } from "../environment/environment";
import { BASE_IMAGES } from "../environment/images";
import type { ImagesOptions } from "./commands/images";
import { writeDashboards } from "./dashboards";
import { run } from "./tool";

/**
 * Builds one of the images Mainstay makes itself.
 *
 * @param name of its folder in `services`
 * @param release the version that what is in it says it is of
 * @param how options of `docker build`, the tag among them
 * @param host options that say where Docker runs. Default: where it does for this user
 */
export async function buildImage(
  name: string,
  environment: Environment,
  { nodeImage }: ImagesOptions,
  release: string,
  how: readonly string[],
  host: readonly string[] = [],
): Promise<void> {
  const directory = join(__dirname, "../services", name);
  const base = BASE_IMAGES[name as keyof typeof BASE_IMAGES];
  const isDashboards = name === "dashboards" && environment.platform === "aws";
  if (isDashboards) writeDashboards(environment, directory);
  else await run("npm", ["run", "--silent", "build"], { directory, variables: { APP_VERSION: release } });
  const argument = isDashboards ? `GRAFANA_IMAGE=${base}` : `NODE_IMAGE=${nodeImage ?? base}`;
  // apt has to get out while the image is built, by whatever way the host has.
  const build = ["build", "--network", "host", "--build-arg", argument, ...how, "."];
  await run("docker", [...host, ...build], { directory });
}
