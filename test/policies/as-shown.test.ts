import { expect, it } from "vitest";
import type { Graph, Json, Resource } from "../../graph";
import { asShown } from "../../policies/parity/as-shown";
import { RESOURCE } from "../support/resource";

const rule = (inputs: Record<string, Json>, ignoreChanges: string[] = []): Graph => ({
  stack: "s",
  resources: [{ ...RESOURCE, inputs, ignoreChanges }],
  outputs: {},
});

const inputsOf = (graph: Graph) => graph.resources.map(({ inputs }: Resource) => inputs);

it("has the values the engine shows, and not what a provider adds, nor what is moved while it runs", () => {
  const declared = rule({ priority: 100, actions: [{ weight: 100 }], tags: {} }, ["actions"]);
  const shown = rule({ priority: 200, actions: [{ weight: 90 }], added: "by the provider" });
  expect(inputsOf(asShown(declared, shown))).toEqual([
    { priority: 200, actions: [{ weight: 100 }], tags: {} },
  ]);
  expect(inputsOf(asShown(rule({ actions: [{ weight: 100 }] }), shown))).toEqual([
    { actions: [{ weight: 90 }] },
  ]);
});

it("has what is left as it was made, and may be a part of an input, as it is declared", () => {
  const keepers = (rotationDays: string, generation: string) => ({ keepers: { rotationDays, generation } });
  const declared = rule(keepers("60", "2"), ["keepers.rotationDays", "keepers.gone", "none.of.these"]);
  expect(inputsOf(asShown(declared, rule(keepers("90", "1"))))).toEqual([keepers("60", "1")]);
});

it("keeps what the cloud's answers make of a document, and its names, and tells what they do not", () => {
  const sketch = (text: string): Graph => ({
    stack: "s",
    resources: [{ ...RESOURCE, inputs: { text: "[unknown]" }, sketches: { text } }],
    outputs: {},
  });
  const told = (text: string, shown: string) =>
    asShown(sketch(text), rule({ text: shown })).resources.map(({ inputs, sketches }) => [
      inputs.text,
      sketches?.text,
    ]);
  const text = '{"⟦x¦Y.arn⟧":"⟦x¦Y.id⟧/a","b":"c"}';
  expect(told(text, '{"arn:1":"id-1/a","b":"c"}')).toEqual([["[unknown]", text]]);
  expect(told(text, '{"arn:1":"id-1/d","b":"e"}')).toEqual([["[unknown]", '{"⟦x¦Y.arn⟧":"id-1/d","b":"e"}']]);
  expect(told("⟦x¦Y.arn⟧/*", "arn:1/*")).toEqual([["[unknown]", "⟦x¦Y.arn⟧/*"]]);
  expect(told("⟦x¦Y.arn⟧/*", "*")).toEqual([["*", undefined]]);
});
