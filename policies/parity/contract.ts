/**
 * What an environment promises whichever platform keeps it: its components, its services with their ports,
 * variables and secrets, and what it tells of itself: alerts and objectives. All of it by name.
 */
import { UNKNOWN, type Graph, type Json, type Resource } from "../../graph/resource";
import { documentAt, list, object } from "../documents";
import { COPY } from "./fingerprint";
import { isStarted, runsOnce } from "../rules/docker-containers";
import { CONTAINER } from "../tokens";

/** What `declareEnvironment` brings into being; a platform has others of its own, which nobody else knows. */
const COMPONENTS = ["app", "backups", "cache", "database", "edge", "monitoring", "network", "tracing"];

const TASK = "aws:ecs/taskDefinition:TaskDefinition";
const SERVICE = "aws:ecs/service:Service";
const RULES = "aws:amp/ruleGroupNamespace:RuleGroupNamespace";

/** What is promised, by path. */
export type Contract = ReadonlyMap<string, Json>;

export function contract(graph: Graph): Contract {
  const settings = new Map<string, Json>();
  const components = componentsOf(graph);
  for (const component of new Set(components.values()))
    settings.set(`components/${component}/type`, "component");
  // A task that no service keeps running runs once, to its end.
  const running = new Set(graph.resources.flatMap(({ type, name }) => (type === SERVICE ? [name] : [])));
  for (const resource of graph.resources) {
    if (components.get(resource.urn) === "app" && (resource.type !== TASK || running.has(resource.name))) {
      for (const service of servicesOf(resource)) put(settings, service);
      // Which services a task is of, a preview may not tell.
      if (documentAt(resource, "containerDefinitions").state === "unknown")
        settings.set(`services/${resource.name}/type`, UNKNOWN);
    }
    for (const [path, level] of rulesOf(resource)) settings.set(path, level);
  }
  return settings;
}

/** The component each resource stands in, by URN. */
function componentsOf({ resources }: Graph): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  // In tree order: a parent before its children.
  for (const { urn, name, parent, type } of resources) {
    const own = type.startsWith("mainstay:") && COMPONENTS.includes(name) ? name : undefined;
    const component = (parent === null ? undefined : found.get(parent)) ?? own;
    if (component !== undefined) found.set(urn, component);
  }
  return found;
}

interface Service {
  readonly name: string;
  readonly port: Json | undefined;
  readonly variables: readonly string[];
  readonly secrets: readonly string[];
}

function put(settings: Map<string, Json>, { name, port, variables, secrets }: Service): void {
  settings.set(`services/${name}/type`, "service");
  if (port !== undefined) settings.set(`services/${name}/port`, String(port));
  for (const variable of variables) settings.set(`services/${name}/variables/${variable}`, "plain");
  for (const secret of secrets) settings.set(`services/${name}/variables/${secret}`, "secret");
}

function servicesOf(resource: Resource): Service[] {
  if (resource.type === CONTAINER[0])
    return isStarted(resource) && !runsOnce(resource) ? [container(resource)] : [];
  return resource.type === TASK ? task(resource) : [];
}

/** A secret comes as a file of its own name. */
const SECRET_FILE = /^([A-Z][A-Z0-9_]*?)_FILE=\/run\/secrets\/\1$/;

function container({ name, inputs }: Resource): Service {
  const entries = list(inputs.envs).map(String);
  const secrets = entries.flatMap((entry) => SECRET_FILE.exec(entry)?.[1] ?? []);
  const plain = entries.filter((entry) => !SECRET_FILE.test(entry)).map((entry) => entry.split("=")[0] ?? "");
  return {
    name: name.replace(COPY, ""),
    port: entries.find((entry) => entry.startsWith("PORT="))?.slice("PORT=".length),
    variables: plain,
    secrets,
  };
}

/** Of a task's containers the one that bears its name is the service; the others help it. One that listens on no port runs once. */
function task(resource: Resource): Service[] {
  const definitions = documentAt(resource, "containerDefinitions");
  if (definitions.state !== "parsed") return [];
  return list(definitions.value)
    .map(object)
    .filter(({ name }) => name === resource.name)
    .map(({ name, environment, secrets, portMappings }) => {
      const plain = list(environment).map(object);
      const own = plain.find((variable) => variable.name === "PORT")?.value;
      return {
        name: String(name),
        port: own ?? object(list(portMappings)[0]).containerPort,
        variables: plain.map((variable) => String(variable.name)),
        secrets: list(secrets).map((secret) => String(object(secret).name)),
      };
    })
    .filter(({ port }) => port !== undefined);
}

/** Alerts by name, each with its level, and objectives: wherever a platform's Prometheus reads its rules. */
function rulesOf({ type, inputs }: Resource): [string, Json][] {
  const texts = type === RULES ? [inputs.data] : list(inputs.uploads).map((upload) => object(upload).content);
  return texts.flatMap((text) =>
    typeof text === "string" && text.startsWith("groups:") ? readRules(text) : [],
  );
}

/** Of the labels of a rule, in the indentation they have. */
const LABELS = /\n( *)labels:\n((?:\1 +.*(?:\n|$))+)/;

/** In the style they are written in, line by line: to read them as YAML takes as long as to judge a whole stack. */
function readRules(text: string): [string, Json][] {
  return text.split(/\n *- (?=alert:|record:)/).flatMap((rule): [string, Json][] => {
    const labels = LABELS.exec(rule)?.[2] ?? "";
    const label = (name: string) => new RegExp(`^ *${name}: *"?([\\w-]+)"?$`, "m").exec(labels)?.[1];
    const alert = /^alert: *"?(\w+)"?$/m.exec(rule)?.[1];
    const slo = label("slo");
    return [
      ...(alert === undefined
        ? []
        : [[`alerts/${alert}`, label("severity") ?? "declared"] as [string, Json]]),
      ...(slo === undefined ? [] : [[`objectives/${slo}`, "declared"] as [string, Json]]),
    ];
  });
}
