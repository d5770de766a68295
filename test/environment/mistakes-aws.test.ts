import { describe, expect, test } from "vitest";
import { saysOf } from "./support/configuration";
import { MISTAKES_ON_AWS, onAws } from "./mistakes/on-aws";

describe("what is said of a mistake on AWS", () => {
  test.each(MISTAKES_ON_AWS)("$kind", ({ changes, says }) => {
    expect(saysOf(onAws, ...changes)).toEqual(says);
  });

  test("is nothing where there is none", () => {
    expect(saysOf(onAws)).toEqual([]);
  });
});
