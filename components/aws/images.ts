import type { AwsContext } from "./context";

/**
 * The reference a task names an image of the images table by: always in the account's own registry, and always by
 * digest. Others' images are copied there by `npm run images`, digest and all, so that a task without a way to the
 * internet starts, and starts when their registry is away. (A pull-through cache does neither: the first pull of an
 * image through it takes the task's own way out.)
 */
export function imageOf({ environment, prefix }: AwsContext, name: string): string {
  const reference = environment.images[name];
  if (reference === undefined) throw new Error(`the images table has no ${name}`);
  const { accountId, region } = environment.aws;
  const [, digest] = reference.split("@");
  if (digest === undefined) throw new Error(`the image ${name} has no digest`);
  return `${accountId}.dkr.ecr.${region}.amazonaws.com/${prefix}/${name}@${digest}`;
}
