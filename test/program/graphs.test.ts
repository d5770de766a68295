import { createHash } from "node:crypto";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { readStackFiles } from "../../environment/stack-files";
import { declare, type Graph, type Resource } from "../../graph";
import program from "../../index";

const ROOT = join(__dirname, "../..");

const declareAnew = (stack: string) => declare(program, readStackFiles(ROOT, stack));

const declared = new Map<string, Graph>();

/** Each stack is declared once, for all that look at it. */
async function declareStack(stack: string): Promise<Graph> {
  const graph = declared.get(stack) ?? (await declareAnew(stack));
  declared.set(stack, graph);
  return graph;
}

/** A graph the way a reviewer reads it: by place in the tree, without what repeats that place. */
function readable({ resources, outputs }: Graph): string {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const place = ({ name, parent }: Resource): string => {
    const above = parent === null ? undefined : byUrn.get(parent);
    return above ? `${place(above)}/${name}` : name;
  };
  const shown = resources.map((resource) => {
    const { type, inputs, protect, dependencies, secrets } = resource;
    const on = dependencies.map((urn) => byUrn.get(urn)?.name ?? urn).sort();
    const facts = { type, protect, inputs: brief(inputs), secrets, dependencies: on };
    return [place(resource), Object.fromEntries(Object.entries(facts).filter(([, fact]) => !isEmpty(fact)))];
  });
  return stringify({ outputs, resources: Object.fromEntries(shown) }, { lineWidth: 110 });
}

const LONG = 10 * 1024;

/** Rules and boards are reviewed where they are written; here it is enough to see that they changed. */
function brief(inputs: Resource["inputs"]): Resource["inputs"] {
  const text = JSON.stringify(inputs, (_, value: unknown) =>
    typeof value === "string" && (value.length > LONG || value.startsWith("{\n"))
      ? `${value.length} characters, SHA-256 ${createHash("sha256").update(value).digest("hex").slice(0, 16)}`
      : value,
  );
  return JSON.parse(text) as Resource["inputs"];
}

const isEmpty = (fact: unknown) =>
  fact === false || (typeof fact === "object" && fact !== null && Object.keys(fact).length === 0);

/** The stacks as they are committed. A change in a snapshot is a change in what users will run: read it. */
describe.each(["local", "staging", "prod"])("the graph of %s", (stack) => {
  test("is what its snapshot shows", async () => {
    await expect(readable(await declareStack(stack))).toMatchFileSnapshot(`../graphs/${stack}.yaml`);
  });

  test("is the same every time", async () => {
    expect(await declareAnew(stack)).toEqual(await declareStack(stack));
  });

  test("has everything below one component, and nothing but the provider beside it", async () => {
    const { resources } = await declareStack(stack);
    const top = resources.filter(({ parent }) => parent === resources[0]?.urn);
    expect(top.map(({ type }) => type).sort()).toEqual([
      "mainstay:index:Environment",
      "pulumi:providers:docker",
    ]);
    const orphans = resources.slice(1).filter(({ parent }) => parent === null);
    expect(orphans).toEqual([]);
  });
});

describe("what holds data", () => {
  const protectedNames = async (stack: string) => {
    const { resources } = await declareStack(stack);
    return resources.filter(({ protect }) => protect).map(({ name }) => name);
  };

  test("is protected where it is real, and not on a laptop", async () => {
    expect(await protectedNames("local")).toEqual([]);
    const data = ["alertmanager-data", "database-data", "grafana-data", "logs-data", "prometheus-data"];
    const backups = ["backups-bucket", "backups-bucket-key", "backups-password"];
    expect((await protectedNames("prod")).sort()).toEqual([...data, ...backups].sort());
    expect(await protectedNames("staging")).toEqual(await protectedNames("prod"));
  });
});
