import { describe, expect, it } from "vitest";
import { differences, parsePath, sameMeaning, show, valueAt } from "../../operations/engine/property";
import type { ResourceState, Step } from "../../operations/engine/record";

describe("parsePath", () => {
  it.each([
    ["memory", ["memory"]],
    ["ports[0].internal", ["ports", 0, "internal"]],
    ['labels["a.b"].value', ["labels", "a.b", "value"]],
    ['["it is \\"quoted\\""]', ['it is "quoted"']],
    ["a.b-c.d", ["a", "b-c", "d"]],
  ])("%s", (path, parts) => {
    expect(parsePath(path)).toEqual(parts);
  });
});

describe("valueAt", () => {
  const properties = { ports: [{ internal: 80 }], envs: "[secret]", empty: null, name: "x" };

  it.each([
    ["ports[0].internal", 80],
    ["ports[1].internal", undefined],
    ["envs[3]", "[secret]"],
    ["empty.inner", undefined],
    ["name.length", undefined],
    ["name", "x"],
  ])("%s is %j", (path, value) => {
    expect(valueAt(properties, path)).toEqual(value);
  });
});

describe("sameMeaning", () => {
  it.each([
    [undefined, null],
    [undefined, []],
    [null, {}],
    [{ a: null, b: [] }, {}],
    [
      { a: 1, b: 2 },
      { b: 2, a: 1 },
    ],
    [[{ a: 1, b: null }], [{ a: 1 }]],
  ])("%j means %j", (a, b) => {
    expect(sameMeaning(a, b)).toBe(true);
  });

  it.each([
    [0, null],
    [false, undefined],
    ["", null],
    [[null], []],
    [1, "1"],
    [
      [1, 2],
      [2, 1],
    ],
    ["[secret]", "[secret]"],
    [{ a: "[secret]" }, { a: "[secret]" }],
  ])("%j does not mean %j", (a, b) => {
    expect(sameMeaning(a, b)).toBe(false);
  });
});

describe("differences", () => {
  type Side = Partial<ResourceState>;
  const step = (differing: string[] | undefined, old: Side, fresh: Side, op = "update"): Step => ({
    op,
    urn: "u",
    type: "t",
    custom: true,
    differing,
    old: { inputs: {}, outputs: {}, protect: false, ...old },
    new: { inputs: {}, outputs: {}, protect: false, ...fresh },
  });

  it("takes what the provider names, and leaves out what means the same", () => {
    const found = differences(
      step(["memory", "dns"], { inputs: { memory: 64 } }, { inputs: { memory: 48, dns: [] } }),
    );
    expect(found).toEqual([{ path: "memory", from: 64, to: 48 }]);
  });

  it("finds what only the outputs show", () => {
    const found = differences(
      step(["cpuShares"], { outputs: { cpuShares: 0 } }, { outputs: { cpuShares: 512 } }),
    );
    expect(found).toEqual([{ path: "cpuShares", from: 0, to: 512 }]);
  });

  it("names a secret that differs, without its value", () => {
    const side = { inputs: { envs: "[secret]" }, outputs: { envs: "[secret]" } };
    expect(differences(step(["envs[0]"], side, side))).toEqual([
      { path: "envs[0]", from: "[secret]", to: "[secret]" },
    ]);
  });

  it("compares the program's own properties where the provider names none", () => {
    const inputs = { size: 1, key: "[secret]", same: { a: "[secret]" } };
    const found = differences(
      step(
        undefined,
        { inputs, outputs: { size: 1, made: "x" } },
        { inputs, outputs: { size: 2, made: "y" } },
      ),
    );
    expect(found).toEqual([{ path: "size", from: 1, to: 2 }]);
  });

  it("takes nothing for a difference that is not known yet", () => {
    const inputs = { size: 1 };
    expect(
      differences(step(undefined, { inputs, outputs: inputs }, { inputs, outputs: { size: "[unknown]" } })),
    ).toEqual([]);
  });

  it("tells of protection, which to the engine is no change", () => {
    expect(
      differences(step(undefined, { inputs: { a: 1 } }, { inputs: { a: 2 }, protect: true }, "same")),
    ).toEqual([{ path: "protect", from: false, to: true }]);
  });
});

describe("show", () => {
  it.each([
    [undefined, "(none)"],
    [null, "(none)"],
    ["[secret]", "[secret]"],
    ["two\nlines", '"two\\nlines"'],
    [["a"], '["a"]'],
    ["x".repeat(100), `"${"x".repeat(78)}…`],
  ])("%j", (value, text) => {
    expect(show(value)).toBe(text);
  });
});
