import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Environment } from "../environment/environment";
import { BASE_IMAGES, IMAGES } from "../environment/images";
import type { ImagesOptions } from "./commands/images";
import { writeDashboards } from "./dashboards";
import { EXIT, OperationFailed, type ExitCode } from "./outcome";
import { openProject, readStack } from "./project";
import { note } from "./terminal";

/** Builds the reference app and the backup runner where the stack's containers will run. */
export async function images(stack: string, options: ImagesOptions): Promise<ExitCode> {
  const project = openProject(options.project);
  const { environment } = readStack(project, stack);
  for (const [name, base] of Object.entries(BASE_IMAGES)) {
    const reference = environment.images[name];
    if (reference !== IMAGES[name as keyof typeof BASE_IMAGES]) {
      note(`${name}: ${stack} uses ${reference}, which is not Mainstay's to build`);
      continue;
    }
    // On a Docker host the boards stand beside the official image.
    if (name === "dashboards" && environment.platform === "docker") continue;
    note(`${name}: building ${reference}`);
    const context = join(__dirname, "../services", name);
    await prepare(name, environment, context);
    // apt has to get out while the image is built, by whatever way the host has.
    const argument =
      name === "dashboards" ? `GRAFANA_IMAGE=${base}` : `NODE_IMAGE=${options.nodeImage ?? base}`;
    const build = ["build", "--network", "host", "--build-arg", argument];
    const host = environment.platform === "docker" ? ["--host", environment.host.address] : [];
    await run("docker", [...host, ...build, "--tag", reference, "."], context);
  }
  return EXIT.done;
}

/** Writes into an image's folder what the image is made of. */
async function prepare(name: string, environment: Environment, context: string): Promise<void> {
  if (name === "dashboards" && environment.platform === "aws") writeDashboards(environment, context);
  else await run("npm", ["run", "--silent", "build"], context);
}

/** Runs a tool; what it says goes to standard error as it comes. */
async function run(tool: string, args: readonly string[], directory: string): Promise<void> {
  const child = spawn(tool, args, { cwd: directory, stdio: ["ignore", process.stderr, process.stderr] });
  const [status] = (await once(child, "close").catch((error: NodeJS.ErrnoException) => {
    throw new OperationFailed(error.code === "ENOENT" ? `${tool} is not installed` : error.message);
  })) as [number | null];
  if (status !== 0) throw new OperationFailed(`${tool} ended with exit code ${status} in ${directory}`);
}
