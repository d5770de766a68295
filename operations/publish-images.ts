import { imagesOf } from "../components/aws/images";
import type { AwsEnvironment } from "../environment/environment";
import { BASE_IMAGES, IMAGES, type ImageName } from "../environment/images";
import { buildImage } from "./build-image";
import type { ImagesOptions } from "./commands/images";
import { OperationFailed } from "./outcome";
import { note } from "./terminal";
import { ask, run } from "./tool";

/**
 * Puts everything an environment on AWS runs into the account's own registry: what Mainstay makes is built and pushed,
 * what others make is copied with its digest.
 *
 * @param release tag of what is built: tags of the registry never move, so each time another
 * @returns references of what was built, by name, as they belong under `images` of the stack
 */
export async function publishImages(
  environment: AwsEnvironment,
  options: ImagesOptions,
  release: string,
): Promise<Record<string, string>> {
  const { accountId, region } = environment.aws;
  const registry = `${accountId}.dkr.ecr.${region}.amazonaws.com`;
  await signIn(registry, region);
  const built: Record<string, string> = {};
  for (const name of imagesOf(environment)) {
    const repository = `${registry}/mainstay-${environment.name}/${name}`;
    if (name in BASE_IMAGES) built[name] = await push(name, environment, options, repository, release);
    else await copy(environment.images[name] ?? IMAGES[name as ImageName], repository);
  }
  return built;
}

async function signIn(registry: string, region: string): Promise<void> {
  const password = await ask("aws", ["ecr", "get-login-password", "--region", region]);
  if (password === undefined)
    throw new OperationFailed(
      `aws ecr get-login-password failed: sign in to the account of ${registry} first`,
    );
  await run("docker", ["login", "--username", "AWS", "--password-stdin", registry], { input: password });
}

async function push(
  name: string,
  environment: AwsEnvironment,
  options: ImagesOptions,
  repository: string,
  release: string,
): Promise<string> {
  const reference = `${repository}:${release}`;
  note(`${name}: building ${reference}`);
  // Tasks run on x86-64, whatever this machine is.
  await buildImage(name, environment, options, release, ["--platform", "linux/amd64", "--tag", reference]);
  await run("docker", ["push", reference]);
  const digests = await ask("docker", ["image", "inspect", "--format", "{{json .RepoDigests}}", reference]);
  const pushed = (JSON.parse(digests ?? "[]") as string[]).find((one) => one.startsWith(`${repository}@`));
  if (pushed === undefined)
    throw new OperationFailed(`docker does not say under which digest ${reference} was pushed`);
  return pushed;
}

/** Copies an image as it is, for every kind of machine there is of it, so that its digest stays what it was. */
async function copy(source: string, repository: string): Promise<void> {
  const [named = "", digest] = source.split("@");
  if (digest === undefined)
    throw new OperationFailed(
      `${source} has no digest, by which a copy could be told to be the same: name it with one`,
    );
  const copied = `${repository}@${digest}`;
  if ((await inspect(copied)) !== undefined) {
    note(`${source}: is there already`);
    return;
  }
  note(`${source}: copying to ${repository}`);
  // Others build a version again, and tags of the registry never move: the digest tells the builds apart.
  const tag = [/:([^:/]+)$/.exec(named)?.[1], digest.slice("sha256:".length, "sha256:".length + 12)];
  const target = `${repository}:${tag.filter(Boolean).join("-")}`;
  const carbonCopy = ["create", "--prefer-index=false", "--tag", target, source];
  await run("docker", ["buildx", "imagetools", ...carbonCopy]);
  if ((await inspect(copied)) === undefined)
    throw new OperationFailed(`${source} was copied, and has another digest in ${repository}`);
}

const inspect = (reference: string) => ask("docker", ["buildx", "imagetools", "inspect", reference]);
