import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { AwsEnvironment } from "../../environment/environment";
import type { LoadedEnvironment } from "../../environment/load";

/** By these tags a bill is split, and whose a resource is can be told in the console. */
export const defaultTags = ({ name, aws: account }: AwsEnvironment) => ({
  "mainstay:environment": name,
  "mainstay:repository": account.repository,
});

/** The provider of an environment's own region. */
export const awsProvider = ({ environment }: LoadedEnvironment<AwsEnvironment>) =>
  providerIn(environment, "aws", environment.aws.region);

/** A provider for one region. No other account can be changed by it, and all it makes bears the tags. */
export const providerIn = (
  environment: AwsEnvironment,
  name: string,
  region: string,
  parent?: pulumi.Resource,
) =>
  new aws.Provider(
    name,
    {
      region: region as aws.Region,
      allowedAccountIds: [environment.aws.accountId],
      defaultTags: { tags: defaultTags(environment) },
    },
    { parent },
  );
