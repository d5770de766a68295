import { describe, expect, it } from "vitest";
import { fromPreview, type PreviewDigest } from "../../graph";

const STACK = "urn:pulumi:s::p::pulumi:pulumi:Stack::p-s";
const UNKNOWN_ID = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

function step(
  op: string,
  name: string,
  inputs: Record<string, unknown> = {},
): NonNullable<PreviewDigest["steps"]>[number] {
  const urn = `urn:pulumi:s::p::a:b:C::${name}`;
  return { op, urn, newState: { urn, type: "a:b:C", custom: true, parent: STACK, inputs } };
}

function names(preview: PreviewDigest): string[] {
  return fromPreview(preview).resources.map(({ name }) => name);
}

describe("a preview", () => {
  it("tells what will be declared, not what goes or what was", () => {
    const declaring = [
      "same",
      "create",
      "update",
      "replace",
      "create-replacement",
      "import",
      "import-replacement",
    ];
    const others = [
      "delete",
      "delete-replaced",
      "discard-replaced",
      "read",
      "read-replacement",
      "refresh",
      "remove-pending-replace",
    ];
    const steps = [...declaring, ...others].map((op) => step(op, op));
    expect(names({ steps, changeSummary: { same: 1 } })).toEqual([...declaring].sort());
  });

  it("tells a replacement once, in its new form", () => {
    const urn = "urn:pulumi:s::p::a:b:C::x";
    const steps = [
      { op: "create-replacement", urn, newState: { urn, type: "a:b:C", inputs: { size: 2 } } },
      { op: "replace", urn, newState: { urn, type: "a:b:C", inputs: { size: 2 } } },
      { op: "delete-replaced", urn, newState: null },
    ];
    expect(fromPreview({ steps }).resources.map(({ inputs }) => inputs)).toEqual([{ size: 2 }]);
  });

  it("shows unknown values and masked secrets by the graph's own markers", () => {
    const inputs = { a: UNKNOWN_ID, b: ["x", "[secret]"], c: { d: "[secret]", e: UNKNOWN_ID } };
    const [resource] = fromPreview({ steps: [step("create", "x", inputs)] }).resources;
    expect(resource?.inputs).toEqual({
      a: "[unknown]",
      b: ["x", "[secret]"],
      c: { d: "[secret]", e: "[unknown]" },
    });
    expect(resource?.secrets).toEqual(["b[1]", "c.d"]);
  });

  it("is refused when unchanged resources are left out", () => {
    const preview = {
      steps: [step("same", "x"), step("create", "y")],
      changeSummary: { same: 3, create: 1 },
    };
    expect(() => fromPreview(preview)).toThrow(
      "the preview leaves out 2 unchanged resources: run it with --show-sames",
    );
  });

  it("is refused when it failed, with its errors and not its warnings", () => {
    const diagnostics = [
      { severity: "error", message: "error: no such size\n" },
      { severity: "warning", message: "warning: old version" },
      { severity: "error", message: "error: preview failed" },
    ];
    expect(() => fromPreview({ steps: [step("create", "x")], diagnostics })).toThrow(
      "the preview failed: error: no such size; error: preview failed",
    );
  });
});
