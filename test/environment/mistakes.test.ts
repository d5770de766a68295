import { describe, expect, test } from "vitest";
import { saysOf } from "./support/configuration";
import { MISTAKES } from "./mistakes";
import { SECRETS } from "./mistakes/mistake";

describe("what is said of a mistake", () => {
  test.each(MISTAKES)("$kind", ({ changes, says }) => {
    expect(saysOf(...changes)).toEqual(says);
  });

  test("names no secret", () => {
    const all = MISTAKES.flatMap(({ says }) => says).join("\n");
    for (const secret of SECRETS) expect(all).not.toContain(secret);
  });

  test("covers kinds that differ", () => {
    expect(new Set(MISTAKES.map(({ kind }) => kind)).size).toBe(MISTAKES.length);
  });
});
