import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import type { Graph } from "../../graph";
import { only, statements } from "../components/support/aws-read";
import { awsGraph } from "../components/support/aws-stack";

let graph: Graph;
beforeAll(async () => void (graph = await awsGraph({ production: true })));

interface Job {
  readonly environment?: string | { readonly name: string };
  readonly strategy?: { readonly matrix: { readonly stack?: readonly string[] } };
  readonly steps: readonly { readonly with?: Readonly<Record<string, string>> }[];
}

/** The GitHub environments of jobs that take a role, for the stack `prod`. */
function environmentsWithRole(file: string): string[] {
  const text = readFileSync(join(__dirname, "../../.github/workflows", file), "utf8");
  const { jobs } = parse(text) as { jobs: Readonly<Record<string, Job>> };
  return Object.values(jobs).flatMap(({ environment, steps }) => {
    if (!steps.some((step) => step.with?.["role-to-assume"] !== undefined)) return [];
    const name = typeof environment === "string" ? environment : environment?.name;
    return [(name ?? "none").replace("${{ matrix.stack }}", "prod")];
  });
}

const trusted = (role: string) => {
  const [trust] = statements(only(graph, "aws:iam/role:Role", role).inputs.assumeRolePolicy);
  return trust?.condition.StringEquals?.["token.actions.githubusercontent.com:sub"];
};

test.each([
  ["pull-request.yml", "identity-preview"],
  ["drift.yml", "identity-drift"],
])("%s runs in the GitHub environment whose tokens %s trusts", (file, role) => {
  const environments = environmentsWithRole(file);
  expect(environments).toHaveLength(1);
  expect(trusted(role)).toEqual(environments.map((name) => `repo:example/platform:environment:${name}`));
});
