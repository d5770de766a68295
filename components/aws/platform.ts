import type * as pulumi from "@pulumi/pulumi";
import type { AwsEnvironment } from "../../environment/environment";
import type { LoadedEnvironment } from "../../environment/load";
import { AwsBackups } from "../backups/aws";
import { AwsCache } from "../cache/aws";
import { AwsDatabase } from "../database/aws";
import { AwsNetwork } from "../network/aws";
import type { Platform } from "../platform";
import { awsContext } from "./context";
import { AwsIdentity } from "./identity";
import type { AwsKind } from "./kind";
import { AwsMoney } from "./money";

const missing = (component: string) => () => {
  throw new Error(`the ${component} of platform aws is not declared yet`);
};

/** An environment as managed services in one AWS account. */
export function awsPlatform(
  loaded: LoadedEnvironment<AwsEnvironment>,
  root: pulumi.ComponentResource,
): Platform<AwsKind> {
  const context = awsContext(loaded, root);
  new AwsIdentity(context, "identity", { parent: root });
  new AwsMoney(context, "money", { parent: root });
  return {
    network: (name, opts) => new AwsNetwork(context, name, opts),
    database: (name, args, opts) => new AwsDatabase(context, name, args, opts),
    cache: (name, args, opts) => new AwsCache(context, name, args, opts),
    tracing: missing("tracing"),
    app: missing("app"),
    edge: missing("edge"),
    backups: (name, args, opts) => new AwsBackups(context, name, args, opts),
    monitoring: missing("monitoring"),
  };
}
