import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { compareAlike, type DeclaredDifference } from "../../policies/parity/compare";
import { isProduction, lacksProduction, pairsIn, type Pair } from "../../policies/situation";
import { dockerStack } from "./support/docker-stack";
import { changed, graph, inStack, TODAY } from "./support/graphs";
import { ROOT } from "./support/stacks";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "situation-"));
  writeFileSync(join(directory, "Pulumi.yaml"), "name: mainstay\n");
});
afterEach(() => rmSync(directory, { recursive: true }));

const stack = (name: string, scale: string) =>
  writeFileSync(join(directory, `Pulumi.${name}.yaml`), `config:\n  mainstay:scale: ${scale}\n`);

it("has every stack that is not production follow production, whatever they are called", () => {
  expect(pairsIn(ROOT)).toEqual([
    { stack: "local", like: "prod", kind: "across" },
    { stack: "staging", like: "prod", kind: "aws" },
  ]);
  stack("a", "{ platform: docker, production: false }");
  stack("b", "{ platform: docker, production: true }");
  stack("c", "{ platform: aws, production: true }");
  stack("d", "{ platform: aws, production: false }");
  stack("e", "{ platform: aws }");
  writeFileSync(join(directory, "Pulumi.f.yaml"), "config: {mainstay:scale: [");
  expect(pairsIn(directory)).toEqual([
    { stack: "a", like: "b", kind: "docker" },
    { stack: "a", like: "c", kind: "across" },
    { stack: "d", like: "b", kind: "across" },
    { stack: "d", like: "c", kind: "aws" },
  ]);
  expect(["a", "b", "e", "f", "g"].map((name) => isProduction(directory, name))).toEqual([
    false,
    true,
    true,
    true,
    true,
  ]);
});

it("has a stack follow those that its file names, and production that follows is followed by none", () => {
  const pairs = () => pairsIn(directory).map(({ stack: one, like, kind }) => [one, like, kind]);
  stack("local", "{ platform: docker, production: false, follows: [] }");
  stack("prod", "{ platform: aws, production: true }");
  stack("prod-dr", "{ platform: aws, production: true, follows: [prod] }");
  stack("staging", "{ platform: aws, production: false }");
  expect(pairs()).toEqual([
    ["prod-dr", "prod", "aws"],
    ["staging", "prod", "aws"],
  ]);
  stack("prod-us", "{ platform: aws, production: true, follows: [] }");
  stack("local", "{ platform: docker, production: false, follows: [prod-us, prod-dr] }");
  expect(pairs()).toEqual([
    ["local", "prod-us", "across"],
    ["local", "prod-dr", "across"],
    ["prod-dr", "prod", "aws"],
    ["staging", "prod", "aws"],
    ["staging", "prod-us", "aws"],
  ]);
});

it.each(["prd", "staging"])("refuses to have staging follow %s", (like) => {
  stack("prod", "{ platform: aws, production: true }");
  stack("staging", `{ platform: aws, production: false, follows: [${like}] }`);
  expect(() => pairsIn(directory)).toThrow(
    `Pulumi.staging.yaml: mainstay:scale.follows: found "${like}"; allowed: another stack: one of prod; or [] where it is like none`,
  );
});

it("misses production where several stacks say that none of them is it", () => {
  expect([lacksProduction(ROOT), lacksProduction(directory)]).toEqual([false, false]);
  stack("a", "{ production: false }");
  expect(lacksProduction(directory)).toBe(false);
  stack("b", "{ production: false }");
  expect(lacksProduction(directory)).toBe(true);
  stack("c", "{}");
  expect(lacksProduction(directory)).toBe(false);
});

it("tells which stack is not like production, and an entry for stale only where nothing was left out", async () => {
  const pairs: Pair[] = [
    { stack: "one", like: "prod", kind: "docker" },
    { stack: "two", like: "prod", kind: "docker" },
  ];
  const other = (input: string) => changed(dockerStack, ["database", "inputs", input], 7);
  const stacks: Record<string, typeof dockerStack> = {
    one: other("stopTimeout"),
    two: other("memory"),
    prod: dockerStack,
  };
  const entry = (input: string): DeclaredDifference => ({ path: `*:Container/${input}`, reason: "meant" });
  const declared = { docker: [entry("stopTimeout"), entry("cpus")], aws: [entry("x")], across: [entry("y")] };
  const told = async (...missing: string[]) => {
    const graphOf = (name: string) =>
      Promise.resolve(missing.includes(name) ? undefined : inStack(name, graph(stacks[name] ?? {})));
    const differences = await compareAlike(pairs, graphOf, { declared, rules: [], today: TODAY });
    return differences
      ?.filter(({ open }) => !open)
      .map(({ stack: own, path, allowed }) => [own, path.split("/").at(-1), allowed]);
  };
  expect(await told()).toEqual([
    ["one", "stopTimeout", true],
    ["two", "memory", false],
    [undefined, "cpus", false],
  ]);
  expect(await told("two")).toEqual([["one", "stopTimeout", true]]);
  expect(await told("prod")).toBe(undefined);
});
