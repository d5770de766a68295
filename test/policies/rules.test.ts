import { describe, expect, it } from "vitest";
import { RULES } from "../../policies/rules";
import { CASES } from "./cases";
import { judgeCases, missing, type Kind } from "./support/cases";

for (const one of CASES) judgeCases(one);

/** Cases that cannot be, and why. */
const IMPOSSIBLE: Readonly<Record<string, Partial<Record<Kind, string>>>> = {
  "dk-no-secret-inspect": { unknown: "whether a value is marked as secret is known before the value is" },
  "ecs-no-secret-definition": { unknown: "whether a value is marked as secret is known before the value is" },
  "no-default-vpc": {
    passing: "that there is one is the violation",
    absent: "that there is one is the violation, whatever its inputs",
    unknown: "its type tells, which is always known",
  },
  "no-random-string-secret": {
    absent: "its name in the program tells, which it always has",
    unknown: "its name in the program tells, which is always known",
  },
};

describe("every rule", () => {
  it("is tried in all four ways, or there is a reason why it cannot be", () => {
    const gaps = RULES.map((rule) => [
      rule.name,
      missing(rule, CASES).filter((kind) => IMPOSSIBLE[rule.name]?.[kind] === undefined),
    ]).filter(([, kinds]) => kinds?.length);
    expect(Object.fromEntries(gaps)).toEqual({});
  });

  it("has no reason for a case that there is", () => {
    const idle = Object.entries(IMPOSSIBLE).flatMap(([name, reasons]) => {
      const rule = RULES.find((one) => one.name === name);
      const gaps: readonly string[] = rule ? missing(rule, CASES) : [];
      return Object.keys(reasons)
        .filter((kind) => !gaps.includes(kind))
        .map((kind) => `${name} ${kind}`);
    });
    expect(idle).toEqual([]);
  });
});
