import type * as pulumi from "@pulumi/pulumi";
import type { AwsEnvironment } from "../../environment/environment";
import type { LoadedEnvironment } from "../../environment/load";
import type { Platform } from "../platform";
import { awsContext } from "./context";
import type { AwsKind } from "./kind";

/** An environment as managed services in one AWS account. */
export function awsPlatform(
  loaded: LoadedEnvironment<AwsEnvironment>,
  root: pulumi.ComponentResource,
): Platform<AwsKind> {
  const context = awsContext(loaded, root);
  void context;
  throw new Error("the components of platform aws are not declared yet");
}
