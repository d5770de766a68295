import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AwsEnvironment } from "../../environment/environment";
import { AWS_IMAGES } from "../../environment/images";
import type { AwsContext } from "./context";

/** How many versions of an image are kept: enough to go back by, and a bound to what they cost. */
const VERSIONS_KEPT = 50;

/**
 * The reference a task names an image of the images table by: always in the account's own registry, and always by
 * digest. Others' images are copied there by `npm run images`, digest and all, so that a task without a way to the
 * internet starts, and starts when their registry is away. (A pull-through cache does neither: the first pull of an
 * image through it takes the task's own way out.)
 */
export function imageOf(
  { environment, prefix }: Pick<AwsContext, "environment" | "prefix">,
  name: string,
): string {
  const { accountId, region } = environment.aws;
  const [, digest] = environment.images[name]?.split("@") ?? [];
  if (digest === undefined) throw new Error(`the images table has no digest of ${name}`);
  return `${accountId}.dkr.ecr.${region}.amazonaws.com/${prefix}/${name}@${digest}`;
}

/** ARN of the repository a reference from `imageOf` leads to. */
export const repositoryOf = ({ arn }: Pick<AwsContext, "arn">, reference: string): string =>
  arn("ecr", `repository/${reference.slice(reference.indexOf("/") + 1, reference.indexOf("@"))}`);

/** Every image the environment's tasks are made of, by name. */
export function imagesOf({ services, migration }: AwsEnvironment): string[] {
  const own = services.map(({ image }) => image);
  return [...new Set([...own, ...(migration ? [migration.image] : []), ...AWS_IMAGES])].sort();
}

/** A repository per image: tags that never move, scanned when pushed, closed to other accounts. */
export class AwsRegistry extends pulumi.ComponentResource {
  constructor(
    { environment, prefix }: Pick<AwsContext, "environment" | "prefix">,
    name: string,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("mainstay:aws:Registry", name, {}, opts);
    for (const image of imagesOf(environment)) {
      const repository = new aws.ecr.Repository(
        `${name}-${image}`,
        {
          name: `${prefix}/${image}`,
          imageTagMutability: "IMMUTABLE",
          imageScanningConfiguration: { scanOnPush: true },
          encryptionConfigurations: [{ encryptionType: "KMS" }],
          forceDelete: !environment.protectData,
        },
        // What runs, and what a rollback starts, is pulled from here.
        { parent: this, protect: environment.protectData },
      );
      new aws.ecr.LifecyclePolicy(
        `${name}-${image}`,
        { repository: repository.name, policy: JSON.stringify({ rules: LIFECYCLE }) },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}

/** In the order of their priority: another order comes back from ECR, and would look like a change. */
const LIFECYCLE = [
  {
    rulePriority: 1,
    description: "What lost its tag is no version",
    selection: { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: 7 },
    action: { type: "expire" },
  },
  {
    rulePriority: 2,
    description: "The newest versions",
    selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: VERSIONS_KEPT },
    action: { type: "expire" },
  },
];
