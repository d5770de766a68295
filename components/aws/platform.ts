import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { AwsEnvironment } from "../../environment/environment";
import type { LoadedEnvironment } from "../../environment/load";
import type { Platform } from "../platform";
import { awsContext } from "./context";
import type { AwsKind } from "./kind";

/** One provider for everything in the environment's region: no other account can be changed by it. */
export const awsProvider = ({ environment: { name, aws: account } }: LoadedEnvironment<AwsEnvironment>) =>
  new aws.Provider("aws", {
    region: account.region as aws.Region,
    allowedAccountIds: [account.accountId],
    defaultTags: { tags: { "mainstay:environment": name } },
  });

/** An environment as managed services in one AWS account. */
export function awsPlatform(
  loaded: LoadedEnvironment<AwsEnvironment>,
  root: pulumi.ComponentResource,
): Platform<AwsKind> {
  const context = awsContext(loaded, root);
  void context;
  throw new Error("the components of platform aws are not declared yet");
}
