import { describe, expect, it } from "vitest";
import { differences, type Graph, type Resource } from "../../graph";
import { RESOURCE } from "../support/resource";

function graph(...changes: Partial<Resource>[]): Graph {
  return { stack: "s", outputs: {}, resources: changes.map((change) => ({ ...RESOURCE, ...change })) };
}

function between(left: Partial<Resource>, right: Partial<Resource>): string[] {
  return differences(graph(left), graph(right)).map(
    (each) => `${each.path}: ${JSON.stringify(each.left)} ${JSON.stringify(each.right)}`,
  );
}

describe("two graphs differ", () => {
  it("in what their resources say", () => {
    const left = {
      protect: true,
      dependencies: ["a", "b"],
      inputs: { ports: [{ internal: 1 }], name: "x", "a.b": 1 },
    };
    const right = {
      protect: false,
      dependencies: ["a"],
      inputs: { ports: [{ internal: 2 }, { internal: 3 }], name: "x", "a.b": 2 },
    };
    expect(between(left, right)).toEqual([
      'dependencies[1]: "b" undefined',
      'inputs["a.b"]: 1 2',
      "inputs.ports[0].internal: 1 2",
      'inputs.ports[1]: undefined {"internal":3}',
      "protect: true false",
    ]);
  });

  it("in which resources they have", () => {
    const one = { urn: "urn:pulumi:s::p::a:b:C::one" };
    const two = { urn: "urn:pulumi:s::p::a:b:C::two" };
    expect(differences(graph(one), graph(two))).toEqual([
      { urn: one.urn, path: "", left: "a:b:C", right: undefined },
      { urn: two.urn, path: "", left: undefined, right: "a:b:C" },
    ]);
  });

  it("where one side takes for secret what the other does not", () => {
    const secret = { inputs: { key: "[secret]" }, secrets: ["key"] };
    expect(between(secret, { inputs: { key: "open" } })).toEqual([
      'inputs.key: "[secret]" "open"',
      'secrets[0]: "key" undefined',
    ]);
    expect(between(secret, { inputs: { key: "[unknown]" } })).toEqual(['secrets[0]: "key" undefined']);
  });
});

describe("two graphs are equal", () => {
  it("where one side does not know", () => {
    expect(between({ inputs: { id: "[unknown]", gone: "[unknown]" } }, { inputs: { id: { a: 1 } } })).toEqual(
      [],
    );
    expect(between({ inputs: { id: [1] } }, { inputs: { id: "[unknown]", gone: "[unknown]" } })).toEqual([]);
  });

  it("apart from what the provider filled in", () => {
    const filled = {
      inputs: { restart: "no", ports: [{ ip: "::", internal: 1 }] },
      providerDefaults: ["restart", "ports[0].ip"],
    };
    expect(between(filled, { inputs: { ports: [{ internal: 1 }] } })).toEqual([]);
    expect(
      between({ ...filled, providerDefaults: ["restart"] }, { inputs: { ports: [{ internal: 1 }] } }),
    ).toEqual(['inputs.ports[0].ip: "::" undefined']);
  });

  it("where the engine made a whole array secret for one element", () => {
    const exact = { inputs: { a: { list: [1, [{ key: "[secret]" }]] } }, secrets: ["a.list[1][0].key"] };
    const engine = { inputs: { a: { list: "[secret]" } }, secrets: ["a.list"] };
    expect(between(exact, engine)).toEqual([]);
    // A component's inputs pass no provider: there, nothing excuses it.
    expect(between({ ...exact, custom: false }, { ...engine, custom: false })).toHaveLength(2);
  });

  it("apart from what only one source records", () => {
    expect(between({ deleteBeforeReplace: true }, {})).toEqual([]);
  });
});
