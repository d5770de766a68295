/** Plays the engine: hands a graph to the policies in the policy server's own protocol, without the network. */
import { createRequire } from "node:module";
import type { Policies } from "@pulumi/policy";
import { runtime } from "@pulumi/pulumi";
import * as proto from "@pulumi/pulumi/proto/analyzer_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { SECRET, UNKNOWN, type Graph, type Json, type Resource } from "../../../graph/resource";

/** What a secret holds on the wire. No message may show it. */
export const PLAIN = "what-nobody-may-read";

/** The server's sentinel for a text that is not known yet. */
const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export interface Diagnostic {
  readonly policy: string;
  readonly urn: string;
  readonly message: string;
}

/** What the server answers the engine's calls with; its types do not name it. */
const server = createRequire(__filename)("@pulumi/policy/server") as Record<
  "makeRemediateRpcFun" | "makeAnalyzeRpcFun" | "makeAnalyzeStackRpcFun",
  (...pack: readonly [string, string, string, Policies]) => unknown
>;

type Answer = { getDiagnosticsList(): proto.AnalyzeDiagnostic[] };
type Call = (call: { request: unknown }, done: (error: unknown, answer?: Answer) => void) => void;

const ask = (call: unknown, request: unknown): Promise<Answer | undefined> =>
  new Promise((resolve, reject) => {
    (call as Call)({ request }, (error, answer) => {
      if (error) reject(error instanceof Error ? error : new Error(String(error)));
      else resolve(answer);
    });
  });

/** Everything the policies say of a graph, in the order the engine asks. */
export async function runInEngine(graph: Graph, policies: Policies): Promise<Diagnostic[]> {
  const pack = ["mainstay", "0.0.0", "advisory", policies] as const;
  const said: Diagnostic[] = [];
  const note = (answer: Answer | undefined, urn: string) => {
    for (const one of answer?.getDiagnosticsList() ?? []) {
      said.push({ policy: one.getPolicyname(), urn: one.getUrn() || urn, message: one.getMessage() });
    }
  };
  for (const resource of graph.resources) {
    await ask(server.makeRemediateRpcFun(...pack), request(resource, new proto.AnalyzeRequest()));
    note(
      await ask(server.makeAnalyzeRpcFun(...pack), request(resource, new proto.AnalyzeRequest())),
      resource.urn,
    );
  }
  const all = new proto.AnalyzeStackRequest();
  all.setResourcesList(graph.resources.map((resource) => request(resource, new proto.AnalyzerResource())));
  note(await ask(server.makeAnalyzeStackRpcFun(...pack), all), "");
  return said;
}

function request<R extends proto.AnalyzeRequest | proto.AnalyzerResource>(resource: Resource, message: R): R {
  message.setType(resource.type);
  message.setUrn(resource.urn);
  message.setName(resource.name);
  message.setProperties(Struct.fromJavaScript(wire(resource.inputs) as never));
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

function wire(value: Json): unknown {
  if (value === UNKNOWN) return UNKNOWN_TEXT;
  if (value === SECRET) return { [runtime.specialSigKey]: runtime.specialSecretSig, value: PLAIN };
  if (Array.isArray(value)) return value.map(wire);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, wire(inner)]));
}
