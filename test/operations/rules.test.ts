import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Graph } from "../../graph";
import { declareStack } from "../../operations/offline/declare";
import { loadRules } from "../../operations/offline/rules";
import { verdictOn } from "../../operations/offline/verdict";
import { openProject, readStack, type ValidStack } from "../../operations/project";
import { passes } from "../../policies/reports/report";
import { RULES } from "../../policies/rules";
import { ROOT, TrialProject } from "./support";

describe("the rules of a project", () => {
  let trial: TrialProject;
  let stack: ValidStack;
  let graph: Graph;
  beforeAll(async () => {
    trial = new TrialProject("trial");
    stack = readStack(openProject(trial.directory), "trial");
    graph = await declareStack(stack);
  });
  afterAll(() => trial.remove());

  const CONTAINER = "docker:index/container:Container";
  const privileged = (): Graph => {
    const first = graph.resources.find(({ type }) => type === CONTAINER);
    const resources = graph.resources.map((resource) =>
      resource === first ? { ...resource, inputs: { ...resource.inputs, privileged: true } } : resource,
    );
    return { ...graph, resources };
  };

  it("are none where it has no policy pack", async () => {
    const rules = loadRules(openProject(trial.directory));
    expect(rules.all).toEqual([]);
    expect(verdictOn(privileged(), rules, stack)).toEqual({
      violations: [],
      waived: [],
      undecidable: [],
      remediated: [],
    });
  });

  it("are those of its pack, and stop what breaks them", async () => {
    symlinkSync(join(ROOT, "policies"), join(trial.directory, "policies"));
    const rules = loadRules(openProject(trial.directory));
    expect(rules.all).toEqual(RULES);

    const before = verdictOn(graph, rules, stack);
    const after = verdictOn(privileged(), rules, stack);
    const known = new Set(before.violations.map((violation) => JSON.stringify(violation)));
    const found = after.violations.filter((violation) => !known.has(JSON.stringify(violation)));
    expect(found.map(({ enforcement, urn }) => [enforcement, urn.includes(CONTAINER)])).toEqual([
      ["mandatory", true],
    ]);
    expect(passes(after)).toBe(false);
  });

  it("leave what the configuration could not judge in the verdict", async () => {
    const undecided = [
      { file: "Pulumi.trial.yaml", key: "mainstay:secrets.X", rule: "it is encrypted here" },
    ];
    const { undecidable } = verdictOn(graph, loadRules(openProject(trial.directory)), {
      ...stack,
      undecided,
    });
    expect(undecidable[0]).toEqual({
      policy: "configuration",
      file: "Pulumi.trial.yaml",
      key: "mainstay:secrets.X",
      message: "it is encrypted here",
    });
  });
});
