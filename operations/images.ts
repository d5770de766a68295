import type { DockerEnvironment } from "../environment/environment";
import { BASE_IMAGES, IMAGES } from "../environment/images";
import { buildImage } from "./build-image";
import type { ImagesOptions } from "./commands/images";
import { EXIT, type ExitCode } from "./outcome";
import { openProject, readStack } from "./project";
import { publishImages } from "./publish-images";
import { note, print } from "./terminal";

/** Builds the images Mainstay makes itself where the stack's containers can be started from them. */
export async function images(stack: string, options: ImagesOptions): Promise<ExitCode> {
  const project = openProject(options.project);
  const { environment } = readStack(project, stack);
  if (environment.platform === "docker") {
    await buildOnHost(environment, options);
    return EXIT.done;
  }
  const tag = new Date().toISOString().replace(/\D/g, "").slice(0, 14);
  const built = await publishImages(environment, options, tag);
  note(`These belong under images in Pulumi.${stack}.yaml:`);
  for (const [name, reference] of Object.entries(built)) print(`${name}: ${reference}`);
  return EXIT.done;
}

async function buildOnHost(environment: DockerEnvironment, options: ImagesOptions): Promise<void> {
  for (const name of Object.keys(BASE_IMAGES) as (keyof typeof BASE_IMAGES)[]) {
    // On a Docker host the boards stand beside the official image.
    if (name === "dashboards") continue;
    const reference = environment.images[name] ?? IMAGES[name];
    if (reference !== IMAGES[name]) {
      note(`${name}: ${environment.name} uses ${reference}, which is not Mainstay's to build`);
      continue;
    }
    note(`${name}: building ${reference}`);
    await buildImage(name, environment, options, ["--tag", reference], ["--host", environment.host.address]);
  }
}
