import { describe, expect, it } from "vitest";
import { renderVerdict, passes, type Rules } from "../../operations/offline/verdict";
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

describe("a verdict", () => {
  const violation = {
    policy: "encryption",
    severity: "high",
    urn: "urn:pulumi:s::p::t::data",
    message: "encrypt it",
  };
  const advisory = { ...violation, enforcement: "advisory" };
  const mandatory = { ...violation, enforcement: "mandatory" };
  const rules = (count: number) => ({ count }) as Rules;

  it("says so where there are no rules", () => {
    expect(renderVerdict({ violations: [], waived: [], undecidable: [] }, rules(0))).toEqual([
      "policies: none installed",
    ]);
  });

  it("names violations, waivers and what cannot be judged", () => {
    const verdict = {
      violations: [mandatory],
      waived: [{ ...advisory, reason: "until May" }],
      undecidable: [{ policy: "configuration", key: "mainstay:secrets.X", message: "it is encrypted here" }],
    };
    expect(renderVerdict(verdict, rules(3))).toEqual([
      "policies: 3 rules, 1 violation",
      "  mandatory encryption (high) data: encrypt it",
      "  waived encryption data: until May",
      "  cannot be judged here: configuration mainstay:secrets.X: it is encrypted here",
    ]);
  });

  it("lets what is advisory pass", () => {
    const verdict = { violations: [advisory], waived: [], undecidable: [] };
    expect(passes(verdict)).toBe(true);
    expect(passes({ ...verdict, violations: [advisory, mandatory] })).toBe(false);
  });
});
