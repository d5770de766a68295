import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { readStackFiles } from "../../environment/stack-files";
import { componentOf, declare, type Graph } from "../../graph";
import program from "../../index";

const ROOT = join(__dirname, "../..");

/** One stack per platform: whatever platform it is, these hold. */
describe.each([["docker", "local"]])("the contract on %s", (platform, stack) => {
  let graph: Graph;
  beforeAll(async () => {
    graph = await declare(program, readStackFiles(ROOT, stack));
  });

  test("is kept by one component each", () => {
    const root = graph.resources.find(({ type }) => type === "mainstay:index:Environment");
    const components = graph.resources.filter(({ parent, custom }) => parent === root?.urn && !custom);
    const types = components
      .map(({ type, name }) => `${type} ${name}`)
      .filter((line) => !line.includes("Authority"));
    expect(types.sort()).toEqual(
      [
        "App app",
        "Backups backups",
        "Cache cache",
        "Database database",
        "Edge edge",
        "Monitoring monitoring",
        "Network network",
        "Tracing tracing",
      ].map((line) => `mainstay:${platform}:${line}`),
    );
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
      "pulumi:providers:docker",
    ]);
  });

  test("gives each service a database user and a cache user of its own", () => {
    const passwords = graph.resources
      .filter(({ type }) => type === "random:index/randomPassword:RandomPassword")
      .map(({ name }) => name);
    expect(passwords.sort()).toEqual([
      ...["app-jwt-signing-key", "app-openai-api-key", "app-secret-key", "backups-password"],
      ...["cache-password-api", "cache-password-exporter", "cache-password-health", "cache-password-worker"],
      ...["database-password-api", "database-password-backup", "database-password-exporter"],
      ...["database-password-migrator", "database-password-worker", "files-digest-key", "grafana-password"],
    ]);
  });
});
