import { join } from "node:path";
import { expect, test } from "vitest";
import { readStackFiles } from "../../environment/stack-files";
import { declare } from "../../graph";
import program from "../../index";

interface Scale {
  host: object;
  variables: Record<string, unknown>;
}

/** The graph of `local` with a changed scale. */
async function graphOf(edit: (scale: Scale) => void = () => undefined) {
  const local = readStackFiles(join(__dirname, "../.."), "local");
  const scale = JSON.parse(local.config["mainstay:scale"] ?? "") as Scale;
  edit(scale);
  return declare(program, { ...local, config: { ...local.config, "mainstay:scale": JSON.stringify(scale) } });
}

type Graph = Awaited<ReturnType<typeof graphOf>>;
const inputsOf = ({ resources }: Graph, type: string, name: string) =>
  resources.find((resource) => resource.type === type && resource.name === name)?.inputs;
const volumeOf = (graph: Graph) => inputsOf(graph, "docker:index/volume:Volume", "api-secrets")?.name;

test("files that are called otherwise are in a volume of their own; other contents are in the same", async () => {
  const key = { generate: 40 };
  const [before, longer, other] = [
    await graphOf(({ variables }) => (variables.OPENAI_API_KEY = key)),
    await graphOf(({ variables }) => (variables.OPENAI_API_KEY = { generate: 41 })),
    await graphOf((scale) => {
      const { OPENAI_API_KEY: _, ...variables } = scale.variables;
      scale.variables = { ...variables, GEMINI_API_KEY: key };
    }),
  ].map(volumeOf);
  expect(before).toMatch(/^mainstay-local-api-secrets-[0-9a-f]{8}$/);
  expect(longer).toBe(before);
  expect(other).toMatch(/^mainstay-local-api-secrets-[0-9a-f]{8}$/);
  expect(other).not.toBe(before);
});

test("the provider is told of the registries that want a login, and of no login", async () => {
  const graph = await graphOf((scale) => (scale.host = { ...scale.host, registries: ["ghcr.io"] }));
  expect(inputsOf(graph, "pulumi:providers:docker", "docker")).toMatchObject({
    registryAuth: '[{"address":"ghcr.io"}]',
  });
});
