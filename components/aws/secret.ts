import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "./context";
import type { AwsSecret } from "./kind";

/** How long a deleted secret can be had back, in days: the most and the least Secrets Manager allows. */
const RECOVERY_DAYS = { protected: 30, replaceable: 7 };

/**
 * A secret in Secrets Manager. What reads it names the version, so that a container whose secret was replaced is
 * replaced with it, as on a Docker host; a name without a version would be looked at only when a task starts.
 *
 * @param name in the program, and with the environment's before it, where the physical name starts
 */
export function secret(
  context: AwsContext,
  name: string,
  value: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
): AwsSecret {
  const { prefix, environment, keys } = context;
  const place = new aws.secretsmanager.Secret(
    name,
    {
      namePrefix: `${prefix}/${name}-`,
      kmsKeyId: keys.secrets.arn,
      recoveryWindowInDays: environment.protectData ? RECOVERY_DAYS.protected : RECOVERY_DAYS.replaceable,
    },
    opts,
  );
  const version = new aws.secretsmanager.SecretVersion(
    name,
    { secretId: place.id, secretString: pulumi.secret(value) },
    opts,
  );
  return {
    arn: place.arn,
    valueFrom: pulumi.interpolate`${place.arn}:::${version.versionId}`,
    version,
  };
}
