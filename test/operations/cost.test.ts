import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { estimate, type Estimate } from "../../operations/cost/estimate";
import { resolveConfig } from "../../environment/config";
import type { AwsEnvironment } from "../../environment/environment";
import type { Graph, Json, Resource } from "../../graph";
import { awsStack } from "../components/support/aws-stack";
import { invoke, ROOT } from "./support";

function environment(): AwsEnvironment {
  const { stack, config } = awsStack({ production: true });
  const { environment: resolved } = resolveConfig(stack, config);
  if (resolved?.platform !== "aws") throw new Error("not an environment on AWS");
  return resolved;
}

const resource = (type: string, name: string, inputs: Record<string, Json>): Resource => ({
  ...{ urn: `urn:${type}::${name}`, type: `aws:${type}`, name, parent: null, custom: true, inputs },
  ...{ secrets: [], providerDefaults: [], dependencies: [], propertyDependencies: {}, provider: null },
  ...{ protect: false, retainOnDelete: false, ignoreChanges: [] },
});

/** Costs of a stack that declares these and nothing else, in cents. */
const cents = (...resources: Resource[]): Record<string, number> => {
  const { lines } = estimate({ stack: "prod", resources, outputs: {} } as unknown as Graph, environment());
  return Object.fromEntries(lines.map(({ what, usd }) => [what, Math.round(usd * 100)]));
};

const service = (copies: number): Resource[] => {
  const definition = resource("ecs/taskDefinition:TaskDefinition", "task", { cpu: "512", memory: "2048" });
  const one = resource("ecs/service:Service", "service", { desiredCount: copies });
  return [definition, { ...one, propertyDependencies: { taskDefinition: [definition.urn] } }];
};

/** A table's cells, without what only aligns them. */
const cells = (markdown: string) =>
  markdown
    .split("\n")
    .filter((row) => row.startsWith("|") && !/^[|\s:-]+$/.test(row))
    .map((row) => row.split("|").map((cell) => cell.trim()));

describe("the stacks as they are committed", () => {
  test("cost what the documentation says, and staging less than a quarter of production", async () => {
    const { code, stdout } = await invoke("cost", "staging", "prod");
    expect(code).toBe(0);
    const page = readFileSync(join(ROOT, "docs/aws-platform.md"), "utf8");
    const [, told = ""] = page.split("## What it costs");
    expect(cells(told)).toEqual(cells(stdout));

    const json = await invoke("cost", "staging", "prod", "--json");
    const { staging, prod } = JSON.parse(json.stdout) as Record<string, Estimate>;
    expect((staging?.usd ?? NaN) / (prod?.usd ?? NaN)).toBeLessThan(0.25);
  });

  test("are told by a stack on a Docker host that its host's price is not known", async () => {
    const { code, stderr } = await invoke("cost", "local");
    expect([code, stderr]).toEqual([
      2,
      "local runs on a Docker host, and what that costs is not known here: only stacks on AWS are estimated\n",
    ]);
  });
});

describe("what a month costs", () => {
  test("counts tasks by their copies and size", () => {
    // 3 × (0.5 vCPU × 0.04048 + 2 GiB × 0.004445) × 730 h
    expect(cents(...service(3))["Tasks on Fargate"]).toBe(6379);
  });

  test("counts the disk of tasks beyond the twenty GiB nobody pays for", () => {
    const [definition, ...rest] = service(3);
    const ephemeralStorage = { sizeInGib: 120 };
    const larger = { ...definition, inputs: { ...definition?.inputs, ephemeralStorage } } as Resource;
    // 100 GiB × 0.000111 × 730 h, three times
    expect(cents(larger, ...rest)["Tasks on Fargate"]).toBe(6379 + 2431);
  });

  test("counts a database twice where a stand-by waits, disk and all", () => {
    const instance = (multiAz: boolean) =>
      resource("rds/instance:Instance", "database", { instanceClass: "db.m7g.large", multiAz });
    // 0.168 × 730 h + 200 GiB × 0.115
    expect(cents(instance(false)).Database).toBe(14_564);
    expect(cents(instance(true)).Database).toBe(29_128);
  });

  test("counts an endpoint once for each zone it stands in", () => {
    const endpoint = resource("ec2/vpcEndpoint:VpcEndpoint", "logs", { subnetIds: ["a", "b", "c"] });
    // 3 × 0.01 × 730 h + 300 GiB × 0.01
    expect(cents(endpoint)["Interface endpoints"]).toBe(2490);
  });

  test("counts samples by tasks, series and the time between two looks", () => {
    // 2 × 500 × (2,628,000 s / 15 s) = 175.2 million, at 0.09 a million
    expect(cents(...service(2))["Managed Prometheus"]).toBe(1577);
  });

  test("counts the runs of a look from outside", () => {
    const canary = resource("synthetics/canary:Canary", "probe", {
      schedule: { expression: "rate(5 minutes)" },
    });
    expect(cents(canary)["Alarms, health checks and canaries"]).toBe(1051);
  });

  test("is not told where a size has no price", () => {
    const cache = resource("elasticache/replicationGroup:ReplicationGroup", "cache", { nodeType: "cache.x" });
    expect(() => cents(cache)).toThrow(
      "cache: no price of cache.x is known; add it to operations/cost/prices.ts",
    );
  });
});
