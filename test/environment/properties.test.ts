import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Problem } from "../../environment/problems";
import { resolve } from "../../environment/resolve";
import { validConfiguration, type Json } from "./support/configuration";
import { change, isHolder, mutate, planted, remove, SECRET, type Holder } from "./support/mutations";

const RUNS = 1_000;

/** Whether a problem says where, what and what else in one line, and no secret. */
function isTold({ file, key, found, allowed }: Problem): boolean {
  const line = [file, key, found, allowed].join(" ");
  return (
    /^Pulumi(\.(local|prod))?\.yaml$/.test(file) &&
    /^mainstay:(shape|scale|secrets)/.test(key) &&
    found !== "" &&
    allowed !== "" &&
    !/[\n\r]/.test(line) &&
    !line.includes(SECRET)
  );
}

/** One on each platform. */
describe.each(["local", "prod"])("whatever the configuration of %s", (stack) => {
  test("it is judged: an environment or problems, each told in one line, and never with a secret", () => {
    let environments = 0;
    fc.assert(
      fc.property(fc.boolean(), fc.array(change, { minLength: 1, maxLength: 3 }), (inScale, changes) => {
        const { environment, problems } = resolve(mutate(planted(stack, inScale), changes));
        expect(environment === undefined).toBe(problems.length > 0);
        expect(problems.filter((problem) => !isTold(problem))).toEqual([]);
        if (environment) {
          environments += 1;
          expect(JSON.stringify(environment)).not.toContain(SECRET);
        }
      }),
      { numRuns: RUNS, seed: 1 },
    );
    // Both outcomes are common, or the test would show little.
    expect(environments).toBeGreaterThan(RUNS / 50);
    expect(environments).toBeLessThan(RUNS / 2);
  }, 120_000);

  test("what is dropped from a valid one is missed, or has a default", () => {
    const places = placesOf([], validConfiguration(stack) as unknown as Json);
    for (const steps of places) {
      const draft = validConfiguration(stack);
      const name = steps.at(-1) ?? "";
      const holder = steps
        .slice(0, -1)
        .reduce((value, step) => value[step] as Holder, draft as unknown as Holder);
      remove({ holder, name });
      const { environment, problems } = resolve(draft);
      expect(environment === undefined).toBe(problems.length > 0);
      expect(problems.filter((problem) => !isTold(problem))).toEqual([]);
    }
    expect(places.length).toBeGreaterThan(300);
  });
});

/** The names on the way to every value of a configuration. */
function placesOf(steps: string[], value: Json): string[][] {
  if (!isHolder(value)) return [];
  const names = Object.keys(value).filter((name) => steps.length > 0 || name !== "stack");
  return names.flatMap((name) => [[...steps, name], ...placesOf([...steps, name], value[name] ?? null)]);
}
