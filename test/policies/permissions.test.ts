import { expect, it } from "vitest";
import { SECRET, UNKNOWN } from "../../graph";
import { isWorld } from "../../policies/rules/permissions";

it.each([
  ["0.0.0.0/0", true],
  ["0.0.0.0/1", true],
  ["128.0.0.0/1", true],
  ["::/0", true],
  ["2000::/3", true],
  ["10.0.0.0/8", false],
  ["203.0.113.7/32", false],
  ["fd00:1234::/32", false],
  ["pl-12345678", false],
  [UNKNOWN, undefined],
  [SECRET, undefined],
])("%s is the world: %s", (network, expected) => {
  expect(isWorld(network)).toBe(expected);
});
