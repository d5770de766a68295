import * as pulumi from "@pulumi/pulumi";
import { AwsApp } from "../../../components/app/aws";
import { TRACES_ENDPOINT } from "../../../components/aws/fargate";
import type { AwsKind } from "../../../components/aws/kind";
import { AwsCache } from "../../../components/cache/aws";
import { AwsDatabase } from "../../../components/database/aws";
import { AwsEdge } from "../../../components/edge/aws";
import type { Tracing } from "../../../components/tracing/contract";
import type { Graph, Json, Resource } from "../../../graph";
import { awsPart } from "./aws-stack";

/** The app with what it stands on and the way to it; of tracing only the address. */
export const appGraph = (options: { production: boolean; change?: object }): Promise<Graph> =>
  awsPart(({ context, network, opts }) => {
    const edge = new AwsEdge(context, "edge", network, opts);
    const database = new AwsDatabase(context, "database", { network }, opts);
    const cache = new AwsCache(context, "cache", { network }, opts);
    new AwsApp(context, "app", edge, { network, database, cache, tracing: new Address(opts) }, opts);
  }, options);

class Address extends pulumi.ComponentResource implements Tracing<AwsKind> {
  readonly endpoint = TRACES_ENDPOINT;
  readonly queryUrl = "";
  readonly operatorUrl = "";
  readonly targets = [];

  constructor(opts: pulumi.ComponentResourceOptions) {
    super("test:aws:Address", "tracing", {}, opts);
    this.registerOutputs({});
  }
}

/** A container as its task's definition has it. */
export interface Defined {
  readonly name: string;
  readonly image: string;
  readonly essential: boolean;
  readonly cpu: number;
  readonly memory?: number;
  readonly memoryReservation?: number;
  readonly user: string;
  readonly entryPoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment: readonly { readonly name: string; readonly value: Json }[];
  readonly secrets: readonly { readonly name: string; readonly valueFrom: string }[];
  readonly portMappings: readonly { readonly containerPort: number; readonly hostPort: number }[];
  readonly mountPoints: readonly { readonly sourceVolume: string; readonly containerPath: string }[];
  readonly dependsOn?: readonly { readonly containerName: string; readonly condition: string }[];
  readonly healthCheck?: { readonly command: readonly string[] } & Record<string, Json>;
  readonly stopTimeout: number;
  readonly logConfiguration: { readonly logDriver: string; readonly options: Record<string, string> };
}

/** The containers of a task. */
export const containersOf = (task: Resource): (Defined & Record<string, Json>)[] =>
  JSON.parse(String(task.inputs.containerDefinitions)) as (Defined & Record<string, Json>)[];

export function containerOf(task: Resource, name: string): Defined & Record<string, Json> {
  const found = containersOf(task).find((container) => container.name === name);
  if (!found) throw new Error(`the task ${task.name} has no container ${name}`);
  return found;
}
