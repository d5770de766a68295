import * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "./context";
import type { AwsTier } from "./kind";
import type { Statement } from "./policy";
import type { TaskContainer } from "./task-container";

/** What the collector beside the containers reads metrics from, on the task's own loopback address. */
export interface Scrape {
  /** The `job` label: what kind of thing it is. */
  readonly job: string;
  readonly port: number;
  readonly path: string;
}

export interface TaskArgs {
  /** The component it belongs to: a tag on everything. */
  readonly component: string;
  readonly containers: readonly TaskContainer[];
  /** Whose security groups it has; it runs in the subnets of the first. */
  readonly tiers: readonly AwsTier[];
  /** What the containers may do in the account. Reading their secrets and writing logs is not said here. */
  readonly permissions?: readonly Statement[];
  /** Metrics for the collector beside the containers to read and write to the environment's workspace. */
  readonly scrape?: Scrape;
  /** Whether the collector takes traces, over HTTP on `TRACES_ENDPOINT`. */
  readonly traces?: boolean;
}

export interface FargateArgs extends TaskArgs {
  readonly replicas: number;
  /** Lets operators forward a port of the task through Systems Manager. */
  readonly exec?: boolean;
}

/** Where containers of a task send traces: the collector beside them. */
export const TRACES_ENDPOINT = "http://127.0.0.1:4318";

/** A service of the environment's cluster: its task definition, roles, log groups, and the service itself. */
export class FargateService extends pulumi.ComponentResource {
  constructor(_context: AwsContext, name: string, _args: FargateArgs, opts: pulumi.ComponentResourceOptions) {
    super("mainstay:aws:FargateService", name, {}, opts);
    this.registerOutputs({});
  }
}
