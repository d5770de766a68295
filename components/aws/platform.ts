import type * as pulumi from "@pulumi/pulumi";
import type { AwsEnvironment } from "../../environment/environment";
import type { LoadedEnvironment } from "../../environment/load";
import { AwsApp } from "../app/aws";
import { AwsBackups } from "../backups/aws";
import { AwsCache } from "../cache/aws";
import { AwsDatabase } from "../database/aws";
import { AwsEdge } from "../edge/aws";
import { AwsMonitoring } from "../monitoring/aws";
import { AwsNetwork } from "../network/aws";
import type { Platform } from "../platform";
import { AwsTracing } from "../tracing/aws";
import { awsContext } from "./context";
import { AwsIdentity } from "./identity";
import type { AwsKind } from "./kind";
import { AwsMoney } from "./money";

/** An environment as managed services in one AWS account. */
export function awsPlatform(
  loaded: LoadedEnvironment<AwsEnvironment>,
  root: pulumi.ComponentResource,
): Platform<AwsKind> {
  const context = awsContext(loaded, root);
  new AwsIdentity(context, "identity", { parent: root });
  new AwsMoney(context, "money", { parent: root });
  let edge: AwsEdge | undefined;
  return {
    network: (name, opts) => new AwsNetwork(context, name, opts),
    database: (name, args, opts) => new AwsDatabase(context, name, args, opts),
    cache: (name, args, opts) => new AwsCache(context, name, args, opts),
    tracing: (name, _args, opts) => new AwsTracing(context, name, opts),
    // A service registers only with a load balancer that has its rules, so on AWS the way in stands before the app.
    app: (name, args, opts) => {
      edge = new AwsEdge(context, "edge", args.network, opts);
      return new AwsApp(context, name, edge, args, opts);
    },
    edge: () => {
      if (!edge) throw new Error("the edge stands once the app does");
      return edge;
    },
    backups: (name, args, opts) => new AwsBackups(context, name, args, opts),
    monitoring: (name, args, opts) => new AwsMonitoring(context, name, args, opts),
  };
}
