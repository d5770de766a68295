import { describe, expect, test } from "vitest";
import { drop, saysOf, set } from "./support/configuration";
import { MISTAKES_ON_AWS, onAws } from "./mistakes/on-aws";

describe("what is said of a mistake on AWS", () => {
  test.each(MISTAKES_ON_AWS)("$kind", ({ changes, says }) => {
    expect(saysOf(onAws, ...changes)).toEqual(says);
  });

  test("is nothing where there is none", () => {
    expect(saysOf(onAws)).toEqual([]);
  });

  test("is nothing of the reference app's image where an image of another name takes its place", () => {
    const users = ["services.api", "services.worker", "services.web", "migration"];
    const place = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/mainstay-staging/shop";
    const shop = set("scale.images.shop", `${place}@sha256:${"a".repeat(64)}`);
    const named = users.map((user) => set(`shape.${user}.image`, "shop"));
    expect(saysOf(onAws, ...named, shop, drop("scale.images.app"))).toEqual([]);
  });
});
