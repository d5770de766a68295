import { describe, expect, it } from "vitest";
import { renderOutputs } from "../../operations/outputs";
import { paintFor } from "../../operations/terminal";
import { componentTree, renderTree, typeLabel } from "../../operations/tree";

describe("the tree of components", () => {
  const urn = (type: string, name: string) => `urn:pulumi:s::p::${type}::${name}`;
  const node = (type: string, name: string, parent: string | null, custom = true) => ({
    urn: urn(type, name),
    type,
    parent,
    custom,
  });
  const stack = node("pulumi:pulumi:Stack", "p-s", null, false);
  const root = node("mainstay:index:Environment", "environment", stack.urn, false);
  const database = node("mainstay:docker:Database", "database", root.urn, false);
  const volume = node("docker:index/volume:Volume", "data", database.urn);

  it("counts what is real where it belongs, and shows what only groups by name", () => {
    const tree = componentTree(
      [
        stack,
        node("pulumi:providers:docker", "docker", null),
        root,
        node("mainstay:docker:Empty", "empty", root.urn, false),
        database,
        volume,
        volume,
        node("docker:index/container:Container", "one", database.urn),
        node("docker:index/container:Container", "two", volume.urn),
        node("mainstay:docker:App", "app", root.urn, false),
        node("docker:index/container:Container", "api", urn("mainstay:docker:App", "app")),
      ],
      typeLabel,
    );
    expect(renderTree(tree)).toEqual([
      "(stack)      provider:docker",
      "environment",
      "  app        docker:Container",
      "  database   docker:Container ×2, docker:Volume",
    ]);
  });

  it("leaves out what is not counted", () => {
    expect(renderTree(componentTree([stack, root, database, volume], () => undefined))).toEqual([]);
  });
});

describe("outputs", () => {
  it("are told one a line, by their path", () => {
    expect(
      renderOutputs({ url: "https://x", urls: { a: "1", b: null }, list: [1], secret: "[secret]" }),
    ).toEqual([
      "",
      "outputs",
      "  url     https://x",
      "  urls.a  1",
      "  urls.b  null",
      "  list    [1]",
      "  secret  [secret]",
    ]);
    expect(renderOutputs({})).toEqual([]);
  });
});

describe("colours", () => {
  it.each([
    [{ isTTY: true }, {}, "\u001b[31mx\u001b[39m"],
    [{ isTTY: true }, { NO_COLOR: "1" }, "x"],
    [{ isTTY: false }, {}, "x"],
    [{}, {}, "x"],
  ])("%j %j", (stream, env, text) => {
    expect(paintFor(stream, env)("red", "x")).toBe(text);
  });
});
