import { describe, expect, it } from "vitest";
import type { RunRecord, Step } from "../../operations/engine/record";
import { refuseRolledBack } from "../../operations/engine/rolled-back";

const URN = "urn:pulumi:prod::p::mainstay:aws:App$aws:ecs/service:Service::api";
const ARN = "arn:aws:ecs:eu-west-1:123456789012:task-definition/mainstay-prod-api";

const step = (given: string, runs: string, rest: Partial<Step> = {}): Step => ({
  op: "update",
  urn: URN,
  type: "aws:ecs/service:Service",
  custom: true,
  new: { inputs: { taskDefinition: given }, outputs: { taskDefinition: runs }, protect: false },
  ...rest,
});

const recordOf = (...steps: Step[]): RunRecord => ({ steps, diagnostics: [], violations: [], outputs: {} });

describe("a release that was taken back", () => {
  it("is refused with the service, what it was given and what it runs", () => {
    const record = recordOf(step(`${ARN}:42`, `${ARN}:42`), step(`${ARN}:42`, `${ARN}:41`));
    expect(() => refuseRolledBack("up of prod", record)).toThrow(
      [
        "up of prod failed:",
        `  aws:ecs:Service api: given ${ARN}:42, runs ${ARN}:41`,
        "ECS rolled the release back: docs/runbooks/aws.md, DeploymentRolledBack, says how to find out why.",
      ].join("\n"),
    );
  });

  it.each(["create", "create-replacement", "update"])("is looked for in a service's %s", (op) => {
    expect(() => refuseRolledBack("up", recordOf(step("42", "41", { op })))).toThrow("given 42, runs 41");
  });

  it("is none where nothing was released, or all was", () => {
    const record = recordOf(
      step("42", "42"),
      // As an update of a part of the stack leaves the others.
      step("42", "41", { op: "same" }),
      step("42", "41", { op: "refresh" }),
      step("42", "41", { type: "aws:ecs/taskSet:TaskSet" }),
    );
    expect(refuseRolledBack("up of prod", record)).toBe(record);
  });
});
