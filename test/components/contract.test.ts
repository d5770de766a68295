import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { resolveConfig } from "../../environment/config";
import { readStackFiles, type StackConfiguration } from "../../environment/stack-files";
import { componentOf, declare, type Graph } from "../../graph";
import program from "../../index";
import { dockerHost } from "../support/docker-host";
import { inventAws } from "./support/aws-outputs";
import { ofType } from "./support/aws-read";
import { containersOf } from "./support/aws-tasks";
import { seenService } from "./support/services";

const ROOT = join(__dirname, "../..");

/** A stack whose services and migration run an image called `shop`, and which knows none called `app`. */
function runsShop({ config, ...files }: StackConfiguration, image: string): StackConfiguration {
  const shape = (config["mainstay:shape"] ?? "").replaceAll('"image":"app"', '"image":"shop"');
  const scale = JSON.parse(config["mainstay:scale"] ?? "{}") as { images?: Record<string, string> };
  const { app: _, ...images } = scale.images ?? {};
  const changed = JSON.stringify({ ...scale, images: { ...images, shop: image } });
  return { ...files, config: { ...config, "mainstay:shape": shape, "mainstay:scale": changed } };
}

describe("an app's image of another name takes the reference app's place", () => {
  test("on a Docker host", async () => {
    const image = "registry.example.com/shop:1.0";
    const graph = await declare(program, runsShop(readStackFiles(ROOT, "local"), image));
    const images = ofType(graph, "docker:index/remoteImage:RemoteImage").map(({ inputs }) => inputs.name);
    expect(images).toContain(image);
    expect(images.filter((name) => /\bapp\b/.test(String(name)))).toEqual([]);
  });

  test.each(["staging", "prod"])("on AWS, in %s, where each image has a repository", async (stack) => {
    const registry = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
    const image = `${registry}/mainstay-${stack}/shop@sha256:${"a".repeat(64)}`;
    const files = runsShop(readStackFiles(ROOT, stack), image);
    const graph = await declare(program, { ...files, invent: inventAws });
    const run = ofType(graph, "aws:ecs/taskDefinition:TaskDefinition")
      .flatMap(containersOf)
      .map(({ image: reference }) => reference);
    expect(run.filter((reference) => reference === image)).toHaveLength(4);
    const repositories = ofType(graph, "aws:ecr/repository:Repository").map(({ inputs }) => inputs.name);
    expect(repositories).not.toContain(`mainstay-${stack}/app`);
    const places = run.map((reference) => reference.slice(registry.length + 1, reference.indexOf("@")));
    expect(places.filter((place) => !repositories.includes(place))).toEqual([]);
  });
});

/** Whatever platform an environment is on, and whatever its size: these hold. */
describe.each([
  ["docker", "local"],
  ["docker", "docker-host"],
  ["aws", "staging"],
  ["aws", "prod"],
])("the contract on %s, by %s", (platform, stack) => {
  const files = stack === "docker-host" ? dockerHost() : readStackFiles(ROOT, stack);
  let graph: Graph;
  /** Where AWS leaves so much open that a task cannot be read: as `up` would leave it. */
  let whole: Graph;
  beforeAll(async () => {
    graph = await declare(program, files);
    whole = platform === "aws" ? await declare(program, { ...files, invent: inventAws }) : graph;
  });

  test("is kept by one component each", () => {
    const root = graph.resources.find(({ type }) => type === "mainstay:index:Environment");
    const components = graph.resources
      .filter(({ parent, custom }) => parent === root?.urn && !custom)
      .map(({ type, name }) => `${type} ${name}`);
    const contract = [
      "App app",
      "Backups backups",
      "Cache cache",
      "Database database",
      "Edge edge",
      "Monitoring monitoring",
      "Network network",
      "Tracing tracing",
    ].map((line) => `mainstay:${platform}:${line}`);
    expect(components.filter((line) => contract.includes(line)).sort()).toEqual(contract);
  });

  test("gives the stack these outputs, and no secret", () => {
    expect(Object.keys(graph.outputs).sort()).toEqual(["backupBucket", "operatorUrls", "url"]);
    expect(Object.keys(graph.outputs.operatorUrls as object).sort()).toEqual([
      "alertmanager",
      "grafana",
      "jaeger",
      "prometheus",
    ]);
    expect(JSON.stringify(graph.outputs)).not.toContain("[secret]");
  });

  test("puts every resource into a component", () => {
    const outside = graph.resources.filter(
      (resource) => componentOf(graph, resource) === undefined && resource.parent !== null,
    );
    expect(outside.map(({ type }) => type).sort()).toEqual([
      "mainstay:index:Environment",
      `pulumi:providers:${platform}`,
    ]);
  });

  test("gives each service a database user and a cache user of its own", () => {
    const passwords = graph.resources
      .filter(({ type }) => type === "random:index/randomPassword:RandomPassword")
      // On AWS two of them take turns.
      .map(({ name }) => name.replace(/-(even|odd)$/, ""));
    for (const user of ["api", "worker", "migrator", "backup", "exporter"])
      expect(passwords).toContain(`database-password-${user}`);
    for (const user of ["api", "worker", "exporter"]) expect(passwords).toContain(`cache-password-${user}`);
    expect(passwords.filter((name) => /-password-web$/.test(name))).toEqual([]);
    for (const secret of ["app-jwt-signing-key", "app-openai-api-key", "app-secret-key", "backups-password"])
      expect(passwords).toContain(secret);
  });

  const services = () => resolveConfig(stack, files.config, files.secretKeys).environment?.services ?? [];
  const variables = () => resolveConfig(stack, files.config, files.secretKeys).environment?.variables ?? {};

  test("gives each service the variables it asks for that have a value, secret ones unseen, and no others", () => {
    expect(services().map(({ name }) => name)).toEqual(["api", "web", "worker"]);
    for (const { name, variables: asked } of services()) {
      const valued = asked.filter((variable) => variables()[variable] !== undefined).sort();
      const secret = valued.filter((variable) => variables()[variable]?.secret);
      const seen = seenService(whole, platform, name);
      expect([name, seen.variables, seen.secret]).toEqual([name, valued, secret]);
    }
  });

  test("lets each service reach what it needs, and nothing else", () => {
    const tiers = services().map(({ name }) => [name, seenService(whole, platform, name).tiers]);
    expect(Object.fromEntries(tiers)).toEqual({
      api: ["cache", "database", "egress", "front", "telemetry"],
      web: ["front", "telemetry"],
      worker: ["cache", "database", "egress", "telemetry"],
    });
  });

  test("runs no service as root or on a writable image, and asks each how it is", () => {
    for (const { name } of services())
      expect(seenService(whole, platform, name)).toMatchObject({
        health: ["CMD", "node", "/app/app.cjs", "health"],
        isRoot: false,
        writesToItsImage: false,
      });
  });

  test("shows users one address, over TLS", () => {
    expect(String(graph.outputs.url)).toMatch(/^https:\/\/[a-z.]+(:\d+)?$/);
  });
});
