import { join } from "node:path";
import { awsProvisioning } from "../components/monitoring/aws-datasources";
import type { AwsEnvironment, Environment } from "../environment/environment";
import { UNKNOWN, type Graph, type Resource } from "../graph";
import { awsLinks, managedAlertmanager, openSloDocuments } from "../observability/render";
import type { RenderOptions } from "./commands/render";
import { declareStack } from "./offline/declare";
import { writeNamedFile } from "./files";
import { EXIT, type ExitCode } from "./outcome";
import { openProject, readStack } from "./project";
import { print, printJson } from "./terminal";
import { plural } from "./text";

/** Contents by path; the first part of a path names who reads the file. */
export type RenderedFiles = ReadonlyMap<string, string>;

/** Writes the configuration files of a stack's programs into a folder, for people and their tools to read. */
export async function render(stack: string, { project, to, json }: RenderOptions): Promise<ExitCode> {
  const valid = readStack(openProject(project), stack);
  const files = renderedFiles(valid.environment, await declareStack(valid));
  for (const [path, content] of files) writeNamedFile(join(to, path), content);
  const written = [...files].map(([path, content]) => ({ path, bytes: Buffer.byteLength(content) }));
  if (json) printJson({ stack, folder: to, files: written });
  else print(`${plural(files.size, "file")} in ${to}:\n${written.map(({ path }) => `  ${path}`).join("\n")}`);
  return EXIT.done;
}

/** What a stack's programs read, without what is secret or what only `up` can tell. */
export function renderedFiles(environment: Environment, graph: Graph): RenderedFiles {
  const files = environment.platform === "aws" ? managed(environment, graph) : carried(graph);
  return new Map([...files, ["objectives/openslo.yaml", openSloDocuments()] as const].sort());
}

type File = readonly [path: string, content: string];

/** On a Docker host each set of files has its carrier. */
function carried({ resources }: Graph): File[] {
  return resources
    .filter(({ type }) => type === "docker:index/container:Container")
    .flatMap(({ name, inputs, secrets }) =>
      ((inputs["uploads"] ?? []) as { file: string; content: string }[]).flatMap(
        ({ file, content }, index): File[] =>
          secrets.includes(`uploads[${index}].content`) || content === UNKNOWN
            ? []
            : [[file.replace(/^\/files/, name.replace(/-carrier$/, "")), content]],
      ),
    );
}

/** On AWS they are handed to managed services, and to Grafana in its image; under the names they have on a host. */
function managed(environment: AwsEnvironment, graph: Graph): File[] {
  const rules = graph.resources.find(({ type }) => type === "aws:amp/ruleGroupNamespace:RuleGroupNamespace");
  const topics = { region: environment.aws.region, arnOf: () => UNKNOWN };
  return [
    ["prometheus-config/rules.yml", textOf(rules, "data")],
    ["alertmanager-config/alertmanager.yml", managedAlertmanager(environment.receivers, topics)],
    ...Object.entries(awsProvisioning(awsLinks(environment))).map(([file, content]): File => [
      `grafana-config/${file}`,
      content,
    ]),
  ];
}

const textOf = (resource: Resource | undefined, input: string): string =>
  String(resource?.inputs[input] ?? "");
