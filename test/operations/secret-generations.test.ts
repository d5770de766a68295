import { describe, expect, it } from "vitest";
import { InvalidConfiguration } from "../../environment/problems";
import type { Step } from "../../operations/engine/record";
import { planFrom } from "../../operations/plan";

const TYPE = "random:index/randomPassword:RandomPassword";

const password = (name: string, op: string, deployed?: number, wanted?: number): Step => {
  const state = (generation: number) => ({
    inputs: { keepers: { rotationDays: "90", generation: String(generation) } },
    outputs: {},
    protect: false,
  });
  return {
    op,
    urn: `urn:pulumi:prod::p::mainstay:aws:Database$${TYPE}::database-password-${name}`,
    type: TYPE,
    custom: true,
    ...(deployed === undefined ? {} : { old: state(deployed) }),
    ...(wanted === undefined ? {} : { new: state(wanted) }),
  };
};

const plan = (...steps: Step[]) => planFrom({ steps, diagnostics: [], violations: [], outputs: {} });

/** Two that take turns, of which those of another generation are made anew. */
const pair = (user: string, deployed: number, wanted: number): Step[] =>
  ["even", "odd"].flatMap((turn, parity) => {
    const of = (generation: number) => generation - Math.abs((generation % 2) - parity);
    const [before, after] = [of(deployed), of(wanted)];
    const looked = password(`${user}-${turn}`, "refresh", before, before);
    if (before === after) return [looked, password(`${user}-${turn}`, "same", before, after)];
    return [
      looked,
      password(`${user}-${turn}`, "create-replacement", before, after),
      password(`${user}-${turn}`, "replace", before, after),
      password(`${user}-${turn}`, "delete-replaced", before),
    ];
  });

const refusal = (found: number, deployed: number) =>
  new InvalidConfiguration([
    {
      file: "Pulumi.prod.yaml",
      key: "mainstay:scale.secretGeneration",
      found: `${found}, and ${deployed} is deployed`,
      allowed: `${deployed} or ${deployed + 1}: any other locks what runs out of database and cache`,
    },
  ]);

describe("passwords that take turns", () => {
  it.each([
    [3, 3],
    [3, 4],
    [4, 5],
  ])("may be of generation %i, and become of %i", (deployed, wanted) => {
    expect(() => plan(...pair("api", deployed, wanted))).not.toThrow();
  });

  it.each([
    [1, 3],
    [1, 4],
    [4, 9],
    [4, 3],
    [4, 2],
  ])("of generation %i may not become of %i: no task would be let in", (deployed, wanted) => {
    expect(() => plan(...pair("api", deployed, wanted))).toThrow(refusal(wanted, deployed));
  });

  it("are refused once for all that are of one generation, whatever else is replaced", () => {
    const steps = [
      ...pair("api", 2, 4),
      ...pair("worker", 2, 4),
      password("backup", "create-replacement", 2, 4),
    ];
    expect(() => plan(...steps)).toThrow(refusal(4, 2));
  });

  it("are each judged by their own, where an update of a part has left some behind", () => {
    expect(() => plan(...pair("api", 2, 3), ...pair("worker", 1, 3))).toThrow(refusal(3, 1));
    expect(() => plan(...pair("api", 2, 2), ...pair("worker", 1, 2))).not.toThrow();
  });

  it("stay of the generation that an update was to bring in, or of the one before, as long as it has failed", () => {
    // In the state, the password of generation 5 is beside the one that has replaced it.
    const left = [password("api-odd", "refresh", 5, 5), password("api-odd", "delete-replaced", 5)];
    expect(() => plan(...pair("api", 7, 7), ...left)).not.toThrow();
    for (const steps of [
      [...pair("api", 7, 8), ...left],
      [...left, ...pair("api", 7, 8)],
    ])
      expect(() => plan(...steps)).toThrow(refusal(8, 6));
  });

  it("may be of any generation when they are new or go, and so may all others", () => {
    const steps = [
      password("api-even", "create", undefined, 6),
      password("api-odd", "create", undefined, 7),
      password("worker-even", "delete", 2),
      password("worker-odd", "delete", 1),
      password("backup", "create-replacement", 1, 7),
    ];
    expect(() => plan(...steps)).not.toThrow();
  });
});
