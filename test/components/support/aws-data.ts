import * as pulumi from "@pulumi/pulumi";
import type { AwsKind } from "../../../components/aws/kind";
import type { App } from "../../../components/app/contract";
import { AwsBackups } from "../../../components/backups/aws";
import { AwsCache } from "../../../components/cache/aws";
import { AwsDatabase } from "../../../components/database/aws";
import type { Graph, Resource } from "../../../graph";
import { only } from "./aws-read";
import { awsPart } from "./aws-stack";

/** The graph of database, cache and backups, with nothing in the app's place. */
export const dataGraph = (options: { production: boolean; change?: object }): Promise<Graph> =>
  awsPart(({ context, network, opts }) => {
    const database = new AwsDatabase(context, "database", { network }, opts);
    new AwsCache(context, "cache", { network }, opts);
    new AwsBackups(context, "backups", { network, database, app: noApp(opts) }, opts);
  }, options);

const noApp = (opts: pulumi.ComponentResourceOptions): App<AwsKind> =>
  Object.assign(new pulumi.ComponentResource("mainstay:aws:App", "app", {}, opts), {
    publicServices: [],
    targets: [],
    services: [],
  });

/** A container of a task definition, as ECS reads it. */
export interface Defined {
  readonly name: string;
  readonly image: string;
  readonly user: string;
  readonly entryPoint?: readonly string[];
  readonly command?: readonly string[];
  readonly essential: boolean;
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  readonly secrets: readonly { readonly name: string; readonly valueFrom: string }[];
  readonly mountPoints: readonly object[];
  readonly healthCheck?: { readonly command: readonly string[] };
  readonly dependsOn?: readonly object[];
}

/** @param task the logical name of its service */
export function container(graph: Graph, task: string, name: string): Defined {
  const { inputs } = only(graph, "aws:ecs/taskDefinition:TaskDefinition", task);
  const all = JSON.parse(String(inputs.containerDefinitions)) as Defined[];
  const found = all.find((one) => one.name === name);
  if (!found) throw new Error(`the task ${task} has no container ${name}`);
  return found;
}

/** Plain variables of a container, by name. */
export const variables = ({ environment }: Defined): Record<string, string> =>
  Object.fromEntries(environment.map(({ name, value }) => [name, value]));

/** Logical names of what a resource waits for, of one type. */
export const waitsFor = (graph: Graph, { dependencies }: Resource, type: string): string[] =>
  graph.resources
    .filter((resource) => resource.type === type && dependencies.includes(resource.urn))
    .map(({ name }) => name)
    .sort();
