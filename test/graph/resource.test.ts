import { describe, expect, it } from "vitest";
import { children, componentOf } from "../../graph";
import { graphOf, parseUrn, type Resource } from "../../graph/resource";

function resource(urn: string, parent: string | null, custom = true): Resource {
  const { qualifiedType, name } = parseUrn(urn);
  const type = qualifiedType.split("$").at(-1) ?? "";
  const common = { protect: false, retainOnDelete: false, ignoreChanges: [], provider: null };
  return {
    urn,
    type,
    name,
    parent,
    custom,
    inputs: {},
    secrets: [],
    providerDefaults: [],
    dependencies: [],
    propertyDependencies: {},
    ...common,
  };
}

const STACK = "urn:pulumi:s::p::pulumi:pulumi:Stack::p-s";
const APP = "urn:pulumi:s::p::x:index:App::app";
const BOX = "urn:pulumi:s::p::x:index:App$x:index:Box::box";
const RESOURCES = [
  resource("urn:pulumi:s::p::x:index:App$x:index:Box$a:b:C::inner", BOX),
  resource("urn:pulumi:s::p::z:z:Z::alone", STACK),
  resource(BOX, APP, false),
  resource("urn:pulumi:s::p::x:index:App$a:b:C::child", APP),
  resource(
    "urn:pulumi:s::p::x:index:App$a:b:C$a:b:D::grandchild",
    "urn:pulumi:s::p::x:index:App$a:b:C::child",
  ),
  resource(APP, STACK, false),
  resource(STACK, null, false),
];
const graph = graphOf(RESOURCES, {});

describe("a graph", () => {
  it("has one order, whatever order its resources come in", () => {
    const names = ["p-s", "app", "child", "grandchild", "box", "inner", "alone"];
    expect(graph.resources.map(({ name }) => name)).toEqual(names);
    expect(graphOf([...RESOURCES].reverse(), {}).resources.map(({ name }) => name)).toEqual(names);
  });

  it("keeps a resource whose parent is not in it", () => {
    const orphans = graphOf(
      RESOURCES.filter(({ urn }) => urn !== APP),
      {},
    );
    expect(orphans.resources.map(({ name }) => name)).toEqual([
      "p-s",
      "alone",
      "child",
      "grandchild",
      "box",
      "inner",
    ]);
  });

  it("is empty of an empty stack", () => {
    expect(graphOf([], {})).toEqual({ stack: "", resources: [], outputs: {} });
  });

  it("tells a resource's children", () => {
    expect(children(graph, APP).map(({ name }) => name)).toEqual(["child", "box"]);
    expect(children(graph, BOX).map(({ name }) => name)).toEqual(["inner"]);
  });

  it("tells the component a resource belongs to", () => {
    const owners = graph.resources.map((each) => [each.name, componentOf(graph, each)?.name]);
    expect(owners).toEqual([
      ["p-s", undefined],
      ["app", undefined],
      ["child", "app"],
      ["grandchild", "app"],
      ["box", "app"],
      ["inner", "box"],
      ["alone", undefined],
    ]);
  });
});

describe("a URN", () => {
  it("may have colons in its name", () => {
    expect(parseUrn("urn:pulumi:prod::p::a:b:C$d:e:F::x::y")).toEqual({
      stack: "prod",
      qualifiedType: "a:b:C$d:e:F",
      name: "x::y",
    });
  });
});
