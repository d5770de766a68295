/** Plays the engine: asks a policy server about a graph in the engine's own protocol, in the engine's order. */
import { spawn, type ChildProcess } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { credentials, type ServiceError } from "@grpc/grpc-js";
import type { Policies } from "@pulumi/policy";
import { runtime } from "@pulumi/pulumi";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/analyzer_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { revealed } from "../../../graph/plain";
import { SECRET, UNKNOWN, type Graph, type Json, type Resource } from "../../../graph/resource";
import type { Levels } from "../../../policies/levels";
import type { Enforcement, Severity } from "../../../policies/rule";
import { ROOT } from "./stacks";

/** What a secret holds on the wire. No message may show it. */
export const PLAIN = "what-nobody-may-read";

/** The server's sentinel for a text that is not known yet. */
const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export interface Diagnostic {
  readonly policy: string;
  readonly urn: string;
  readonly message: string;
  readonly severity: Severity;
  readonly enforcement: Exclude<Enforcement, "disabled">;
}

const SEVERITY: Readonly<Record<number, Severity>> = {
  [proto.PolicySeverity.POLICY_SEVERITY_CRITICAL]: "critical",
  [proto.PolicySeverity.POLICY_SEVERITY_HIGH]: "high",
  [proto.PolicySeverity.POLICY_SEVERITY_MEDIUM]: "medium",
  [proto.PolicySeverity.POLICY_SEVERITY_LOW]: "low",
};

/** What the engine does about it. */
const ENFORCEMENT: Readonly<Record<number, Diagnostic["enforcement"]>> = {
  [proto.EnforcementLevel.MANDATORY]: "mandatory",
  [proto.EnforcementLevel.ADVISORY]: "advisory",
};

function known<T>(table: Readonly<Record<number, T>>, code: number): T {
  const meaning = table[code];
  if (meaning === undefined) throw new Error(`the server answers with ${code}, which means nothing here`);
  return meaning;
}

/** The calls of a policy server that the engine makes of each resource, and of the stack. */
export interface Analyzer {
  remediate(request: proto.AnalyzeRequest): Promise<proto.RemediateResponse>;
  analyze(request: proto.AnalyzeRequest): Promise<proto.AnalyzeResponse>;
  analyzeStack(request: proto.AnalyzeStackRequest): Promise<proto.AnalyzeResponse>;
}

type Call<Q, A> = (request: Q, done: (error: ServiceError | null, answer: A) => void) => unknown;

const ask = <Q, A>(call: Call<Q, A>, request: Q): Promise<A> =>
  new Promise((resolve, reject) =>
    call(request, (error, answer) => {
      if (error) reject(error);
      else resolve(answer);
    }),
  );

/**
 * A server in a process of its own, started the way the engine does for a preview.
 *
 * @param project the directory whose pack it is
 */
export async function startPack(
  project = ROOT,
): Promise<Analyzer & { configure: (levels: Levels) => Promise<void>; stop: () => void }> {
  const runner = join(ROOT, "node_modules/@pulumi/pulumi/cmd/run-policy-pack");
  const child = spawn(process.execPath, [runner, "127.0.0.1:0", "."], {
    cwd: join(project, "policies"),
    env: { ...process.env, PULUMI_NODEJS_DRY_RUN: "true" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const port = await firstLine(child);
  const client = new AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure());
  return {
    remediate: (request) => ask(client.remediate.bind(client) as never, request),
    analyze: (request) => ask(client.analyze.bind(client) as never, request),
    analyzeStack: (request) => ask(client.analyzeStack.bind(client) as never, request),
    configure: async (levels) => {
      const config = new proto.PolicyConfig();
      config.setEnforcementlevel(proto.EnforcementLevel.MANDATORY);
      config.setProperties(Struct.fromJavaScript({ levels } as never));
      const all = new proto.ConfigureAnalyzerRequest();
      all.getPolicyconfigMap().set("mainstay-resources", config);
      await ask(client.configure.bind(client) as never, all);
    },
    stop: () => {
      client.close();
      child.kill();
    },
  };
}

/** A server tells its port in its first line. */
function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let errors = "";
    child.stderr?.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    child.stdout?.once("data", (chunk: Buffer) => resolve(chunk.toString().trim()));
    child.once("exit", (code) => reject(new Error(`the policy server ended with ${code}: ${errors}`)));
  });
}

/** What the server answers the engine's calls with; its types do not name it. */
const server = createRequire(__filename)("@pulumi/policy/server") as Record<
  "makeRemediateRpcFun" | "makeAnalyzeRpcFun" | "makeAnalyzeStackRpcFun",
  (...pack: readonly [string, string, string, Policies]) => unknown
>;

/** The same without process and network, for packs that are made up. */
export function inProcess(policies: Policies): Analyzer {
  const pack = ["mainstay", "0.0.0", "advisory", policies] as const;
  const local =
    (call: unknown): Call<unknown, never> =>
    (request, done) =>
      (call as Call<unknown, never>)({ request }, done);
  return {
    remediate: (request) => ask(local(server.makeRemediateRpcFun(...pack)), request),
    analyze: (request) => ask(local(server.makeAnalyzeRpcFun(...pack)), request),
    analyzeStack: (request) => ask(local(server.makeAnalyzeStackRpcFun(...pack)), request),
  };
}

const read = (answer: proto.AnalyzeResponse, urn: string): Diagnostic[] =>
  answer.getDiagnosticsList().map((one) => ({
    policy: one.getPolicyname(),
    urn: one.getUrn() || urn,
    message: one.getMessage(),
    severity: known(SEVERITY, one.getSeverity()),
    enforcement: known(ENFORCEMENT, one.getEnforcementlevel()),
  }));

/** What the pack says of a resource before it is made, and its inputs as the pack would have them. */
export async function askOfResource(
  resource: Resource,
  analyzer: Analyzer,
): Promise<{ said: Diagnostic[]; inputs: Record<string, unknown> }> {
  const properties = checked(resource);
  const given = request(resource, new proto.AnalyzeRequest(), properties);
  let mended = properties;
  for (const remediation of (await analyzer.remediate(given)).getRemediationsList())
    mended = remediation.getProperties() ?? mended;
  const said = read(
    await analyzer.analyze(request(resource, new proto.AnalyzeRequest(), mended)),
    resource.urn,
  );
  return { said, inputs: mended.toJavaScript() };
}

/** What the pack says of a stack when all of it was shown. */
export async function askOfStack({ resources }: Graph, analyzer: Analyzer): Promise<Diagnostic[]> {
  const all = new proto.AnalyzeStackRequest();
  all.setResourcesList(
    resources.map((resource) => request(resource, new proto.AnalyzerResource(), checked(resource))),
  );
  return read(await analyzer.analyzeStack(all), "");
}

/** Everything a pack says of a graph, in the order the engine asks. */
export async function runInEngine(graph: Graph, analyzer: Analyzer): Promise<Diagnostic[]> {
  const said: Diagnostic[] = [];
  for (const resource of graph.resources) said.push(...(await askOfResource(resource, analyzer)).said);
  return [...said, ...(await askOfStack(graph, analyzer))];
}

function request<R extends proto.AnalyzeRequest | proto.AnalyzerResource>(
  resource: Resource,
  message: R,
  properties: Struct,
): R {
  message.setType(resource.type);
  message.setUrn(resource.urn);
  message.setName(resource.name);
  message.setProperties(properties);
  const options = new proto.AnalyzerResourceOptions();
  options.setProtect(resource.protect);
  if (resource.parent !== null) options.setParent(resource.parent);
  message.setOptions(options);
  if (message instanceof proto.AnalyzerResource) {
    message.setParent(resource.parent ?? "");
    message.setDependenciesList(resource.dependencies);
    for (const [key, urns] of Object.entries(resource.propertyDependencies)) {
      const dependencies = new proto.AnalyzerPropertyDependencies();
      dependencies.setUrnsList(urns);
      message.getPropertydependenciesMap().set(key, dependencies);
    }
  }
  return message;
}

/** Inputs as a bridged provider's check leaves them: with the names of those it filled in. */
const checked = (resource: Resource) =>
  Struct.fromJavaScript({
    __defaults: ["filledIn"],
    ...(wire(resource.inputs, revealed(resource).inputs) as object),
  } as never);

/** The engine has what secrets hold; of one that is made up, a text. */
function wire(value: Json, plain: Json | undefined): unknown {
  if (value === UNKNOWN) return UNKNOWN_TEXT;
  if (value === SECRET) {
    const held = plain === SECRET || plain === undefined ? PLAIN : wire(plain, plain);
    return { [runtime.specialSigKey]: runtime.specialSecretSig, value: held };
  }
  if (Array.isArray(value)) return value.map((element, index) => wire(element, (plain as Json[])[index]));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, wire(inner, (plain as Record<string, Json>)[key])]),
  );
}
