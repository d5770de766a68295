/**
 * The compiler reads what the stacks declare, resource by resource, against the types of the provider: whatever the
 * program has put together from parts is written out here, so that a nested name nobody knows, a text where a number
 * belongs, a value outside of a list or an input that is missing is found before `up`.
 */
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { SECRET, UNKNOWN, type Graph, type Json, type Resource } from "../../../graph";
import { declareReal, ROOT, STACKS } from "../../policies/support/stacks";

const FILE = join(ROOT, "written-out.ts");

/** Where the types of a resource stand: "aws:ecs/service:Service" in "@pulumi/aws/ecs/service". */
function importOf(type: string): { path: string; args: string } {
  const [vendor = "", place = "", name = ""] = type.split(":");
  const [module = "", file = ""] = place.split("/");
  return {
    path: `@pulumi/${vendor}/${module === "index" ? file : `${module}/${file}`}`,
    args: `${name}Args`,
  };
}

/** A value as source text. What is secret or not known yet may be anything. */
function source(value: Json): string {
  if (value === UNKNOWN || value === SECRET) return "any";
  if (Array.isArray(value)) return `[${value.map(source).join(", ")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([key, inner]) => `${JSON.stringify(key)}: ${source(inner)}`)
    .join(", ")} }`;
}

/** What the compiler says, by resource. */
function faults(resources: readonly Resource[]): string[] {
  const lines = resources.map(({ type, inputs }, index) => {
    const { path, args } = importOf(type);
    return `export const r${index}: import("${path}").${args} = ${source(inputs)};`;
  });
  const text = ["declare const any: any;", ...lines].join("\n");
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    module: ts.ModuleKind.CommonJS,
    target: ts.ScriptTarget.ES2022,
    ignoreDeprecations: "6.0",
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  host.getSourceFile = (name, language) =>
    name === FILE ? ts.createSourceFile(name, text, language) : getSourceFile(name, language);
  const program = ts.createProgram([FILE], options, host);
  return [
    ...program.getSyntacticDiagnostics(),
    ...program.getSemanticDiagnostics(program.getSourceFile(FILE)),
  ].map(({ start = 0, messageText }) => {
    const line = text.slice(0, start).split("\n").length;
    return `${resources[line - 2]?.name}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
  });
}

const custom = ({ resources }: Graph) =>
  resources.filter((one) => one.custom && !one.type.startsWith("pulumi"));

/** Services of the stacks, each with one thing wrong deep inside. */
function broken(services: readonly Resource[]): Resource[] {
  const wrong: Record<string, (inputs: Record<string, Json>) => Record<string, Json>> = {
    "a nested name nobody knows": (inputs) => ({
      ...inputs,
      networkConfiguration: { subnets: [], assignIp: true },
    }),
    "a nested input that is missing": (inputs) => ({ ...inputs, loadBalancers: [{ containerName: "api" }] }),
    "a text where a number belongs": (inputs) => ({ ...inputs, desiredCount: "two" }),
    "one value where a list belongs": (inputs) => ({
      ...inputs,
      networkConfiguration: { subnets: "subnet-1" },
    }),
  };
  const [service] = services;
  if (!service) throw new Error("there is no service");
  return Object.entries(wrong).map(([name, change]) => ({
    ...service,
    name,
    inputs: change(service.inputs),
  }));
}

describe("the types of the providers", () => {
  it("take every input of all stacks, however deep, and nothing that is wrong", async () => {
    const declared: Resource[] = [];
    for (const stack of STACKS) declared.push(...custom(await declareReal(stack)));
    expect(declared.length).toBeGreaterThan(950);
    const services = declared.filter(({ type }) => type === "aws:ecs/service:Service");
    expect(faults([...declared, ...broken(services)])).toEqual([
      "a nested name nobody knows: Object literal may only specify known properties, and '\"assignIp\"' does not exist in type 'ServiceNetworkConfiguration | Promise<ServiceNetworkConfiguration | undefined> | OutputInstance<ServiceNetworkConfiguration | undefined>'.",
      "a nested input that is missing: Type '{ containerName: string; }' is not assignable to type 'Input<ServiceLoadBalancer>'.   Property 'containerPort' is missing in type '{ containerName: string; }' but required in type 'ServiceLoadBalancer'.",
      "a text where a number belongs: Type 'string' is not assignable to type 'Input<number | undefined>'.",
      "one value where a list belongs: Type 'string' is not assignable to type 'Input<Input<string>[]>'.",
    ]);
  }, 60_000);
});
