import type { DockerEnvironment } from "../environment/environment";
import { BASE_IMAGES, IMAGES } from "../environment/images";
import { buildImage } from "./build-image";
import type { ImagesOptions } from "./commands/images";
import { EXIT, type ExitCode } from "./outcome";
import { openProject, readStack } from "./project";
import { publishImages } from "./publish-images";
import { note, print, printJson } from "./terminal";

/** Builds the images Mainstay makes itself where the stack's containers can be started from them. */
export async function images(stack: string, options: ImagesOptions): Promise<ExitCode> {
  const project = openProject(options.project);
  const { environment } = readStack(project, stack);
  const release = releaseAt(new Date());
  const built =
    environment.platform === "docker"
      ? await buildOnHost(environment, options, release)
      : await publishImages(environment, options, release);
  if (options.json) printJson({ stack, images: built });
  if (options.json || Object.keys(built).length === 0) return EXIT.done;
  note(`These belong under images in Pulumi.${stack}.yaml, where this release is found again:`);
  for (const [name, reference] of Object.entries(built)) print(`${name}: ${reference}`);
  return EXIT.done;
}

/** The tag of a build, and the version that the app says it is of: never the same twice. */
function releaseAt(moment: Date): string {
  const [, version] = IMAGES.app.split(":");
  return `${version}-${moment.toISOString().replace(/\D/g, "").slice(0, 14)}`;
}

/**
 * Builds an environment's images on its host. A stack that names none of them under `images` starts what was built last.
 *
 * @returns references of what was built, by name, as they belong under `images` of the stack
 */
export async function buildOnHost(
  environment: DockerEnvironment,
  options: ImagesOptions,
  release: string,
): Promise<Record<string, string>> {
  const built: Record<string, string> = {};
  for (const name of Object.keys(BASE_IMAGES) as (keyof typeof BASE_IMAGES)[]) {
    // On a Docker host the boards stand beside the official image.
    if (name === "dashboards") continue;
    const reference = environment.images[name] ?? IMAGES[name];
    const repository = repositoryOf(IMAGES[name]);
    if (repositoryOf(reference) !== repository) {
      note(`${name}: ${environment.name} uses ${reference}, which is not Mainstay's to build`);
      continue;
    }
    built[name] = `${repository}:${release}`;
    note(`${name}: building ${built[name]}`);
    const tags = ["--tag", built[name], "--tag", IMAGES[name]];
    await buildImage(name, environment, options, release, tags, ["--host", environment.host.address]);
  }
  return built;
}

const repositoryOf = (reference: string) => reference.replace(/(:[^:/@]+)?(@.*)?$/, "");
