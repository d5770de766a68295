import { join } from "node:path";
import {
  SCALE_KEY,
  SECRETS_GIVEN_KEY,
  SECRETS_KEY,
  SHAPE_KEY,
  type RawConfiguration,
} from "../../../environment/context";
import { formatProblems } from "../../../environment/problems";
import { resolve } from "../../../environment/resolve";
import { readStackFiles } from "../../../environment/stack-files";

export const ROOT = join(__dirname, "../../..");

/** Any value of a configuration file. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A configuration that can be changed. */
export interface Draft {
  stack: string;
  shape: Json;
  scale: Json;
  secrets: Json;
  secretsGiven: Json;
}

const read = new Map<string, Draft>();

/** The configuration of a stack, as it stands in its files. */
export function validConfiguration(stack = "local"): Draft {
  const known = read.get(stack);
  if (known) return structuredClone(known);
  const { config } = readStackFiles(ROOT, stack);
  const parsed = (key: string) => JSON.parse(config[key] ?? "{}") as Json;
  const [shape, scale] = [parsed(SHAPE_KEY), parsed(SCALE_KEY)];
  const [secrets, secretsGiven] = [parsed(SECRETS_KEY), parsed(SECRETS_GIVEN_KEY)];
  read.set(stack, { stack, shape, scale, secrets, secretsGiven });
  return validConfiguration(stack);
}

/** A change of a configuration. */
export type Change = (draft: Draft) => void;

/** Puts a value at a path such as `scale.services.api.replicas`, making what is missing on the way. */
export const set =
  (path: string, value: Json): Change =>
  (draft) => {
    const { parent, last } = walk(draft, path);
    parent[last] = value;
  };

const heard = (name: string): Json => [{ kind: "webhook", url: `https://alerts.example.com/${name}` }];

/** Makes it production, with receivers for what somebody has to hear there. */
export const production: Change = (draft) => {
  set("scale.production", true)(draft);
  set("scale.receivers.critical", heard("critical"))(draft);
  set("scale.receivers.watchdog", heard("watchdog"))(draft);
};

/** Takes away what stands at a path. */
export const drop =
  (path: string): Change =>
  (draft) => {
    const { parent, last } = walk(draft, path);
    delete parent[last];
  };

/** Gives what stands at a path another key beside its own. */
export const rename =
  (path: string, name: string): Change =>
  (draft) => {
    const { parent, last } = walk(draft, path);
    parent[name] = parent[last] as Json;
    delete parent[last];
  };

function walk(draft: Draft, path: string): { parent: Record<string, Json>; last: string } {
  const names = path.split(".");
  const last = names.pop() ?? "";
  const parent = names.reduce<Record<string, Json>>(
    (value, name) => (value[name] ??= {}) as Record<string, Json>,
    draft as unknown as Record<string, Json>,
  );
  return { parent, last };
}

/** The stack `local` with changes. */
export function changed(...changes: readonly Change[]): RawConfiguration {
  const draft = validConfiguration();
  for (const change of changes) change(draft);
  return draft;
}

/** What is said of the stack `local` with changes, one line a problem. */
export function saysOf(...changes: readonly Change[]): string[] {
  return linesOf(resolve(changed(...changes)).problems);
}

/** Problems as their lines, without the line that counts them. */
export function linesOf(problems: Parameters<typeof formatProblems>[0]): string[] {
  return formatProblems(problems)
    .split("\n")
    .slice(1)
    .map((line) => line.trim());
}
