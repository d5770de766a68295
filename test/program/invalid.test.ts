import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { declare, STACK_TYPE, type Resource } from "../../graph";
import { InvalidConfiguration } from "../../environment/problems";
import { resolve } from "../../environment/resolve";
import program from "../../index";
import type { Draft } from "../environment/support/configuration";
import { change, mutate, planted, SECRET } from "../environment/support/mutations";

const RUNS = 80;
/** Changed configurations that are still valid; what they declare takes longer than to refuse them. */
const ACCEPTED = 6;

/** A stack as the program is run with it. */
const stackOf = (draft: Draft) => ({
  project: "mainstay",
  stack: draft.stack,
  config: {
    "mainstay:shape": JSON.stringify(draft.shape ?? null),
    "mainstay:scale": JSON.stringify(draft.scale ?? null),
    "mainstay:secrets": JSON.stringify(draft.secrets ?? {}),
  },
  secretKeys: ["mainstay:secrets"],
});

/** What became of running the program: the resources it declared, or what it threw before the first. */
async function run(draft: Draft): Promise<{ declared: number; error?: unknown }> {
  let declared = 0;
  // The stack itself is there before the program is asked for anything.
  const invent = ({ type }: Resource): undefined => void (declared += type === STACK_TYPE ? 0 : 1);
  try {
    await declare(program, { ...stackOf(draft), invent });
    return { declared };
  } catch (error) {
    return { declared, error };
  }
}

/** One on each platform. */
describe.each(["local", "prod"])("a configuration of %s that is not valid", (stack) => {
  test("never reaches a declared resource, and tells its problems without a stack trace or a secret", async () => {
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.array(change, { minLength: 1, maxLength: 3 }),
        async (inScale, changes) => {
          const draft = mutate(planted(stack, inScale), changes);
          fc.pre(resolve(draft).problems.length > 0);
          const { declared, error } = await run(draft);
          refused += 1;
          expect(declared).toBe(0);
          expect(error).toBeInstanceOf(InvalidConfiguration);
          const { message } = error as InvalidConfiguration;
          expect(message.split("\n")[0]).toMatch(/^invalid configuration, \d+ problems?:$/);
          expect(message).not.toMatch(/\n\s+at /);
          expect(message).not.toContain(SECRET);
        },
      ),
      { numRuns: RUNS, seed: 2 },
    );
    expect(refused).toBe(RUNS);
  }, 60_000);
});

describe.each(["local", "prod"])("a configuration of %s that was changed and is valid", (stack) => {
  test("is declared to its end", async () => {
    const drafts = fc
      .sample(fc.array(change, { minLength: 1, maxLength: 3 }), { numRuns: 40 * ACCEPTED, seed: 3 })
      .map((changes) => mutate(planted(stack, false), changes))
      .filter((draft) => resolve(draft).problems.length === 0)
      .slice(0, ACCEPTED);
    expect(drafts).toHaveLength(ACCEPTED);
    for (const draft of drafts) {
      const { resources } = await declare(program, stackOf(draft));
      expect(resources.length).toBeGreaterThan(50);
    }
  }, 120_000);
});
