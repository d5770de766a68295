import { expect, it } from "vitest";
import { RULES } from "../../policies/rules";
import { CASES } from "./cases";
import { judgeCases } from "./support/cases";

for (const one of CASES) judgeCases(one);

it("every rule belongs to a topic that is tried", () => {
  const tried = new Set(CASES.flatMap(({ rules }) => rules));
  expect(RULES.filter((rule) => !tried.has(rule)).map(({ name }) => name)).toEqual([]);
});
