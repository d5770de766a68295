import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "./context";

/**
 * A log group, encrypted and kept for as long as the environment keeps logs. Whoever writes into it depends on
 * it: a service that finds none makes one of its own, without an end and without a key.
 *
 * @param name in the program
 * @param physicalName default: `/mainstay/<stack>/<name>`. Given where a service looks for a name of its own
 */
export function logGroup(
  context: Pick<AwsContext, "environment" | "keys">,
  name: string,
  opts: pulumi.CustomResourceOptions,
  physicalName: pulumi.Input<string> = `/mainstay/${context.environment.name}/${name}`,
): aws.cloudwatch.LogGroup {
  return new aws.cloudwatch.LogGroup(
    name,
    {
      name: physicalName,
      retentionInDays: LOG_RETENTION_DAYS,
      kmsKeyId: context.keys.logs.arn,
    },
    opts,
  );
}

/** A year, as an investigation needs. Keeping costs a fiftieth of writing, so staging keeps as long. */
export const LOG_RETENTION_DAYS = 365;
