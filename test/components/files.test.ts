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
/** The logical names of the volumes that the API's secrets are in, and their names on the host. */
const volumesOf = ({ resources }: Graph) =>
  resources
    .filter(({ type, name }) => type === "docker:index/volume:Volume" && name.startsWith("api-secrets-"))
    .map(({ name, inputs }) => [name, inputs.name]);

test("files that are called otherwise are in a volume of their own, and that is another resource; other contents are in the same", async () => {
  const key = { generate: 40 };
  const [before, longer, other] = [
    await graphOf(({ variables }) => (variables.OPENAI_API_KEY = key)),
    await graphOf(({ variables }) => (variables.OPENAI_API_KEY = { generate: 41 })),
    await graphOf((scale) => {
      const { OPENAI_API_KEY: _, ...variables } = scale.variables;
      scale.variables = { ...variables, GEMINI_API_KEY: key };
    }),
  ].map(volumesOf);
  expect(before).toEqual([["api-secrets-52eebc20", "mainstay-local-api-secrets-52eebc20"]]);
  expect(longer).toEqual(before);
  expect(other).toEqual([["api-secrets-d5d88231", "mainstay-local-api-secrets-d5d88231"]]);
});

test("the provider is told of the registries that want a login, and of no login", async () => {
  const graph = await graphOf((scale) => (scale.host = { ...scale.host, registries: ["ghcr.io"] }));
  expect(inputsOf(graph, "pulumi:providers:docker", "docker")).toMatchObject({
    registryAuth: '[{"address":"ghcr.io"}]',
  });
});
