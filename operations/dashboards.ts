import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { awsProvisioning } from "../components/monitoring/aws-datasources";
import type { AwsEnvironment } from "../environment/environment";
import { awsLinks } from "../observability/render";

/**
 * Writes the files Grafana is set up by into the folder its image is built from, in the place of those of before.
 *
 * @param folder of `services/dashboards`
 */
export function writeDashboards(environment: AwsEnvironment, folder: string): void {
  const root = join(folder, "dist", "provisioning");
  rmSync(root, { recursive: true, force: true });
  for (const [file, text] of Object.entries(awsProvisioning(awsLinks(environment)))) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
}
