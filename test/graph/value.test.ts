import * as pulumi from "@pulumi/pulumi";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { declare, fromPreview, fromState, type Graph, type Json } from "../../graph";
import { join, readProperties } from "../../graph/value";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const UNKNOWN_VALUE = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

describe("a value", () => {
  it("that is an asset or an archive names its origin", () => {
    const asset = (more: object): object => ({ [SIGNATURE]: "c44067f5952c0a294b673a41bacd8c17", ...more });
    const archive = (more: object): object => ({ [SIGNATURE]: "0def7320c3a5731c473e5ecbe6d01bc7", ...more });
    const properties = {
      file: asset({ path: "./a.txt", hash: "1" }),
      remote: asset({ uri: "https://example.org/a" }),
      text: asset({ text: "abc", hash: "2" }),
      empty: asset({}),
      folder: archive({ path: "./dir" }),
      map: archive({ assets: { b: asset({ path: "b" }), a: archive({ uri: "https://example.org/z" }) } }),
    };
    expect(readProperties(properties).values).toEqual({
      file: "[asset path ./a.txt]",
      remote: "[asset uri https://example.org/a]",
      text: "[asset text sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad]",
      empty: "[asset text sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855]",
      folder: "[archive path ./dir]",
      map: { "[archive]": { a: "[archive uri https://example.org/z]", b: "[asset path b]" } },
    });
  });

  it("with a signature not known here is refused by its path", () => {
    expect(() => readProperties({ a: [{ "b.c": { [SIGNATURE]: "new" } }] })).toThrow(
      'a[0]["b.c"]: a value with the signature new is not known here',
    );
  });

  it("has its keys sorted, and a key of any name", () => {
    const { values } = readProperties(
      JSON.parse('{"b":1,"__proto__":{"d":1,"c":2},"a":null}') as Record<string, unknown>,
    );
    expect(JSON.stringify(values)).toBe('{"__proto__":{"c":2,"d":1},"a":null,"b":1}');
  });

  it("is named by a path that can be read back", () => {
    expect([join("", "a"), join("a[0]", "b-c"), join("a", "b.c"), join("", 'x"y'), join("a", "0")]).toEqual([
      "a",
      "a[0].b-c",
      'a["b.c"]',
      '["x\\"y"]',
      'a["0"]',
    ]);
  });
});

/** A tree of inputs with secrets and unknown values in any place. */
type Tree =
  | { kind: "plain"; value: null | boolean | number | string }
  | { kind: "secret"; value: string | { inner: string } }
  | { kind: "unknown" }
  | { kind: "secretUnknown" }
  | { kind: "list"; items: Tree[] }
  | { kind: "map"; entries: Record<string, Tree> };

const secretText = fc.uuid().map((text) => `hush-${text}`);
const key = fc.oneof(
  fc.string({ minLength: 1, maxLength: 5 }),
  fc.constantFrom("a.b", "x[0]", 'quo"te', "constructor", "valueOf"),
);
// The SDK itself fails over an input with a key `toString`, and loses `__proto__`.
const unusable = ["__proto__", "__defaults", "toString"];
const usableKey = key.filter((name) => !unusable.includes(name));
const { tree } = fc.letrec<{ tree: Tree; leaf: Tree }>((tie) => ({
  leaf: fc.oneof(
    fc.record({
      kind: fc.constant("plain" as const),
      value: fc.oneof(fc.integer(), fc.boolean(), fc.string(), fc.constant(null)),
    }),
    fc.record({
      kind: fc.constant("secret" as const),
      value: fc.oneof(
        secretText,
        secretText.map((inner) => ({ inner })),
      ),
    }),
    fc.constant<Tree>({ kind: "unknown" }),
    fc.constant<Tree>({ kind: "secretUnknown" }),
  ),
  tree: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    tie("leaf"),
    fc.record({ kind: fc.constant("list" as const), items: fc.array(tie("tree"), { maxLength: 4 }) }),
    fc.record({
      kind: fc.constant("map" as const),
      entries: fc.dictionary(usableKey, tie("tree"), { maxKeys: 4 }),
    }),
  ),
}));

/** The tree in another form: its leaves by `leaf`, its lists and maps as they are. */
function render(node: Tree, leaf: (node: Tree, path: string) => unknown, path: string): unknown {
  if (node.kind === "list") return node.items.map((item, index) => render(item, leaf, `${path}[${index}]`));
  if (node.kind === "map") {
    return Object.fromEntries(
      Object.entries(node.entries).map(([name, item]) => [name, render(item, leaf, join(path, name))]),
    );
  }
  return leaf(node, path);
}

/** What the graph must say of a tree. */
function expected(root: Tree): { inputs: Json; secrets: string[] } {
  const secrets: string[] = [];
  const inputs = render(
    root,
    (node, path) => {
      if (node.kind === "plain") return node.value;
      if (node.kind === "unknown") return "[unknown]";
      secrets.push(path);
      return "[secret]";
    },
    "root",
  );
  return { inputs: { root: inputs as Json }, secrets: secrets.sort() };
}

/** A resource of any inputs, and of one output nobody knows. */
class Anything extends pulumi.CustomResource {
  declare readonly computed: pulumi.Output<string>;
  constructor(name: string, inputs: Record<string, unknown>) {
    super("test:index:Anything", name, { ...inputs, computed: undefined });
  }
}

function declared(root: Tree): Promise<Graph> {
  return declare(
    () => {
      const { computed } = new Anything("source", {});
      const input = (node: Tree): unknown => {
        if (node.kind === "plain") return node.value;
        if (node.kind === "secret") return pulumi.secret(node.value);
        return node.kind === "unknown" ? computed : pulumi.secret(computed);
      };
      new Anything("subject", { root: render(root, input, "") });
    },
    { project: "p", stack: "s" },
  );
}

/** As an engine writes it, its secrets in the form of the document. */
function written(
  root: Tree,
  secret: (value: unknown) => unknown,
): { urn: string; type: string; inputs: Record<string, unknown> } {
  const value = (node: Tree): unknown => {
    if (node.kind === "plain") return node.value;
    if (node.kind === "unknown") return UNKNOWN_VALUE;
    return secret(node.kind === "secret" ? node.value : UNKNOWN_VALUE);
  };
  return {
    urn: "urn:pulumi:s::p::test:index:Anything::subject",
    type: "test:index:Anything",
    inputs: { root: render(root, value, "") },
  };
}

function subject(graph: Graph): unknown {
  expect(JSON.stringify(graph)).not.toContain("hush-");
  const resource = graph.resources.find(({ name }) => name === "subject");
  return { inputs: resource?.inputs, secrets: resource?.secrets };
}

describe("random inputs", () => {
  it("show no secret and name every one, declared offline", async () => {
    await fc.assert(
      fc.asyncProperty(tree, async (root) => {
        expect(subject(await declared(root))).toEqual(expected(root));
      }),
    );
  });

  it("show no secret and name every one, from a state", () => {
    const secret = (value: unknown): object => ({
      [SIGNATURE]: "1b47061264138c4ac30d75fd1eb44270",
      plaintext: JSON.stringify(value),
    });
    fc.assert(
      fc.property(tree, (root) => {
        expect(subject(fromState({ deployment: { resources: [written(root, secret)] } }))).toEqual(
          expected(root),
        );
      }),
    );
  });

  it("show no secret and name every one, from a preview", () => {
    fc.assert(
      fc.property(tree, (root) => {
        const newState = written(root, () => "[secret]");
        expect(subject(fromPreview({ steps: [{ op: "create", urn: newState.urn, newState }] }))).toEqual(
          expected(root),
        );
      }),
    );
  });
});
