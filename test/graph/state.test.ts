import { describe, expect, it } from "vitest";
import { fromState } from "../../graph";
import type { EngineResource } from "../../graph/engine";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";
const STACK: EngineResource = {
  urn: "urn:pulumi:s::p::pulumi:pulumi:Stack::p-s",
  type: "pulumi:pulumi:Stack",
  outputs: { open: 1, key: { [SIGNATURE]: SECRET_SIGNATURE, ciphertext: "v1:xyz" } },
};

function record(name: string, more: Partial<EngineResource> = {}): EngineResource {
  return { urn: `urn:pulumi:s::p::a:b:C::${name}`, type: "a:b:C", custom: true, parent: STACK.urn, ...more };
}

function provider(name: string, more: Partial<EngineResource> = {}): EngineResource {
  return {
    urn: `urn:pulumi:s::p::pulumi:providers:a::${name}`,
    type: "pulumi:providers:a",
    custom: true,
    ...more,
  };
}

describe("a state", () => {
  it("leaves out what the program does not declare", () => {
    const resources = [
      STACK,
      record("kept"),
      record("read", { external: true }),
      record("replaced", { delete: true }),
      record("shown-by-its-provider", { viewOf: "urn:pulumi:s::p::a:b:C::kept" }),
      provider("default_1_2_3"),
    ];
    expect(fromState({ deployment: { resources } }).resources.map(({ name }) => name)).toEqual([
      "p-s",
      "kept",
    ]);
  });

  it("names the provider a resource was given, and no default one", () => {
    // Its name does not make it a default one: those the engine makes have no parent.
    const given = provider("default-region", {
      parent: STACK.urn,
      inputs: { __internal: {}, version: "1.2.3", region: "x" },
    });
    const resources = [
      STACK,
      given,
      provider("default_1_2_3"),
      record("with", { provider: `${given.urn}::5f0c` }),
      record("without", { provider: `${provider("default_1_2_3").urn}::77aa` }),
    ];
    const graph = fromState({ deployment: { resources } });
    expect(graph.resources.map(({ name, provider: urn, inputs }) => ({ name, urn, inputs }))).toEqual([
      { name: "p-s", urn: null, inputs: {} },
      { name: "with", urn: given.urn, inputs: {} },
      { name: "without", urn: null, inputs: {} },
      { name: "default-region", urn: null, inputs: { region: "x" } },
    ]);
  });

  it("masks secrets, encrypted or shown", () => {
    const inputs = {
      encrypted: { [SIGNATURE]: SECRET_SIGNATURE, ciphertext: "v1:abc" },
      list: [1, { shown: { [SIGNATURE]: SECRET_SIGNATURE, plaintext: '"hush"' } }],
    };
    const graph = fromState({ deployment: { resources: [STACK, record("x", { inputs })] } });
    expect(graph.resources[1]?.inputs).toEqual({ encrypted: "[secret]", list: [1, { shown: "[secret]" }] });
    expect(graph.resources[1]?.secrets).toEqual(["encrypted", "list[1].shown"]);
    expect(graph.outputs).toEqual({ key: "[secret]", open: 1 });
    expect(JSON.stringify(graph)).not.toMatch(/hush|v1:/);
  });

  it("does not take a plain text for a secret, as a preview must", () => {
    const graph = fromState({ deployment: { resources: [record("x", { inputs: { note: "[secret]" } })] } });
    expect(graph.resources[0]?.secrets).toEqual([]);
  });

  it("is read from a file backend's checkpoint, too", () => {
    const resources = [STACK, record("x")];
    expect(fromState({ checkpoint: { latest: { resources } } })).toEqual(
      fromState({ deployment: { resources } }),
    );
    expect(fromState({ checkpoint: { latest: null } })).toEqual({ stack: "", resources: [], outputs: {} });
    expect(() => fromState({ version: 3 } as never)).toThrow(
      "not a Pulumi state: it has neither a deployment nor a checkpoint",
    );
  });

  it("lists dependencies sorted, and no empty ones", () => {
    const more = {
      dependencies: ["b", "a"],
      propertyDependencies: { y: ["d", "c"], empty: [], none: null, x: ["a"] },
    };
    const [resource] = fromState({ deployment: { resources: [record("x", more)] } }).resources;
    expect(resource?.dependencies).toEqual(["a", "b"]);
    expect(JSON.stringify(resource?.propertyDependencies)).toBe('{"x":["a"],"y":["c","d"]}');
  });
});
