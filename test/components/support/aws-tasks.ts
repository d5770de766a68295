/** Tasks, their containers, and what starts them. */
import type { Json, Resource } from "../../../graph";
import { outputsOf, type Links } from "./aws-links";
import type { Defined } from "./aws-app";

export type Container = Defined & Record<string, Json>;

const parsed = new WeakMap<Resource, Container[]>();

export function containersOf(task: Resource): Container[] {
  const known = parsed.get(task) ?? (JSON.parse(String(task.inputs.containerDefinitions)) as Container[]);
  parsed.set(task, known);
  return known;
}

/** The value of a container's plain variable. */
export const variable = ({ environment }: Container, name: string): string | undefined =>
  environment.find((one) => one.name === name)?.value as string | undefined;

/** What starts a task: a service, or a function that is asked to. */
export interface Start {
  readonly by: Resource;
  readonly task: Resource;
  readonly subnets: readonly string[];
  readonly groups: readonly string[];
}

interface Place {
  readonly subnets: string[];
  readonly securityGroups: string[];
}

export function startsOf(links: Links): Start[] {
  const start = (by: Resource, task: Json | undefined, { subnets, securityGroups }: Place): Start[] => {
    const found = links.at(task);
    return found ? [{ by, task: found, subnets, groups: securityGroups }] : [];
  };
  return [
    ...links
      .all("Service")
      .flatMap((by) =>
        start(by, by.inputs.taskDefinition, by.inputs.networkConfiguration as unknown as Place),
      ),
    ...links.all("Invocation").flatMap((by) => {
      const input = JSON.parse(String(by.inputs.input)) as Place & { taskDefinition: string };
      return start(by, input.taskDefinition, input);
    }),
  ];
}

/** Where a secret stands that a container's variable is read from: its ARN, and what of it. */
export function secretBehind(valueFrom: string): { arn: string; key: string; version: string } {
  const parts = valueFrom.split(":");
  const [key = "", , version = ""] = parts.slice(7);
  return { arn: parts.slice(0, 7).join(":"), key, version };
}

/** The key a secret is encrypted with; that of a database's administrator is RDS's to make. */
export function keyOfSecret(links: Links, arn: string): Json | undefined {
  const own = links.at(arn);
  if (own) return own.inputs.kmsKeyId;
  const instance = instanceBehind(links, arn);
  return instance?.inputs.masterUserSecretKmsKeyId;
}

/** The database whose administrator's password RDS keeps under an ARN. */
export const instanceBehind = (links: Links, arn: string): Resource | undefined =>
  links
    .all("Instance")
    .find((one) => one.inputs.manageMasterUserPassword === true && masterSecret(one) === arn);

function masterSecret(instance: Resource): string | undefined {
  const [made] = (outputsOf(instance).masterUserSecrets ?? []) as { secretArn: string }[];
  return made?.secretArn;
}
