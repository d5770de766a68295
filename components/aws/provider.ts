import * as aws from "@pulumi/aws";
import type { AwsEnvironment } from "../../environment/environment";
import type { LoadedEnvironment } from "../../environment/load";

/** By these tags a bill is split, and whose a resource is can be told in the console. */
export const defaultTags = ({ name, production, aws: account }: AwsEnvironment) => ({
  "mainstay:environment": name,
  "mainstay:production": String(production),
  "mainstay:repository": account.repository,
});

/**
 * The one provider. No other account can be changed by it, and all it makes bears the tags; a resource in the
 * region of copies names that region itself.
 */
export const awsProvider = ({ environment }: LoadedEnvironment<AwsEnvironment>) =>
  new aws.Provider("aws", {
    region: environment.aws.region as aws.Region,
    allowedAccountIds: [environment.aws.accountId],
    defaultTags: { tags: defaultTags(environment) },
  });
