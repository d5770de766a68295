import { describe, expect, test } from "vitest";
import { estimate } from "../../operations/cost/estimate";
import { resolveConfig } from "../../environment/config";
import type { AwsEnvironment } from "../../environment/environment";
import type { Graph, Json, Resource } from "../../graph";
import { awsStack } from "../components/support/aws-stack";

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

describe("what a month costs", () => {
  test("counts tasks by their copies and size", () => {
    // 3 × (0.5 vCPU × 0.04048 + 2 GiB × 0.004445) × 730 h
    expect(cents(...service(3))["Tasks on Fargate"]).toBe(6379);
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
    expect(cents(canary)["Alarms and looks from outside"]).toBe(1051);
  });

  test("is not told where a size has no price", () => {
    const cache = resource("elasticache/replicationGroup:ReplicationGroup", "cache", { nodeType: "cache.x" });
    expect(() => cents(cache)).toThrow("cache: no price of cache.x is known");
  });
});
