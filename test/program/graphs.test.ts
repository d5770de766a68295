import { createHash } from "node:crypto";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { readStackFiles } from "../../environment/stack-files";
import { componentOf, declare, type Graph, type Resource } from "../../graph";
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
    const { inputs, protect, retainOnDelete, dependencies, secrets } = resource;
    const on = dependencies.map((urn) => told(byUrn.get(urn)) ?? urn).sort();
    const facts = { protect, retainOnDelete, inputs: brief(inputs), secrets, dependencies: on };
    const stated = Object.fromEntries(Object.entries(facts).filter(([, fact]) => !isEmpty(fact)));
    return [`${place(resource)} ${resource.type}`, stated] as const;
  });
  const byPlace = new Map(shown);
  expect(byPlace.size).toBe(resources.length);
  return stringify({ outputs, resources: byPlace }, { lineWidth: 110 });
}

/** Only with its type: what belongs together often has one name. */
const told = (resource?: Resource) => resource && `${resource.name} ${resource.type}`;

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
      stack === "local" ? "pulumi:providers:docker" : "pulumi:providers:aws",
    ]);
    const orphans = resources.slice(1).filter(({ parent }) => parent === null);
    expect(orphans).toEqual([]);
  });
});

const named = (resources: readonly Resource[]) => resources.map(({ name }) => name).sort();

describe("what holds data", () => {
  const protectedIn = async (stack: string) => {
    const { resources } = await declareStack(stack);
    return resources
      .filter(({ protect }) => protect)
      .map(({ type, name }) => `${type.split(":").at(-1) ?? ""} ${name}`)
      .sort();
  };

  test("is protected where it is real, and not on a laptop", async () => {
    expect(await protectedIn("local")).toEqual([]);
    const staging = await protectedIn("staging");
    expect(staging).toEqual(DATA);
    expect(await protectedIn("prod")).toEqual([...DATA, ...DATA_OF_PRODUCTION].sort());
  });
});

/** What an environment would be nothing without, or could not be made again. */
const DATA: readonly string[] = [
  "Bucket access-logs",
  "Bucket backups-bucket",
  "Instance database",
  "Key keys-data",
  "Key keys-logs",
  "Key keys-secrets",
  "RandomPassword backups-password",
  "Repository registry-app",
  "Repository registry-backup",
  "Repository registry-collector",
  "Repository registry-dashboards",
  "Repository registry-postgres",
  "Repository registry-postgres-exporter",
  "Repository registry-redis-exporter",
  "Secret backups-password",
  "SecretVersion backups-password",
  "Vault backups-vault",
  "Workspace metrics",
];

/** The copies in a second region, and what the account has once. */
const DATA_OF_PRODUCTION: readonly string[] = [
  "Bucket copies-access-logs",
  "Bucket copies-bucket",
  "Key copies",
  "OpenIdConnectProvider identity-github",
  "Vault copies-vault",
];

describe("production", () => {
  test("is 120 resources or more, each with a component above it", async () => {
    const graph = await declareStack("prod");
    const custom = graph.resources.filter((resource) => resource.custom);
    expect(custom.length).toBeGreaterThanOrEqual(120);
    expect(named(custom.filter((resource) => !componentOf(graph, resource)))).toEqual(["aws"]);
  });

  test("bears tags on all that can be billed: by every provider, and on every task", async () => {
    const { resources } = await declareStack("prod");
    const providers = resources.filter(({ type }) => type === "pulumi:providers:aws");
    const tags = { "mainstay:environment": "prod", "mainstay:repository": "example/platform" };
    expect(providers.map(({ inputs }) => JSON.parse(String(inputs.defaultTags)) as unknown)).toEqual(
      providers.map(() => ({ tags })),
    );
    expect(providers).toHaveLength(2);
    // Default tags do not reach what ECS itself starts.
    const services = resources.filter(({ type }) => type === "aws:ecs/service:Service");
    expect(named(services.filter(({ inputs }) => inputs.propagateTags !== "SERVICE"))).toEqual([]);
    const own = new Set(providers.map(({ urn }) => urn));
    const others = resources.filter(
      ({ type, provider }) => type.startsWith("aws:") && !own.has(provider ?? ""),
    );
    expect(named(others)).toEqual([]);
  });
});
