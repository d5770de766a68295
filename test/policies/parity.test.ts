import { describe, expect, it } from "vitest";
import { compare, type DeclaredDifference } from "../../policies/parity/compare";
import { RULES } from "../../policies/rules";
import { dockerStack } from "./support/docker-stack";
import { changed, graph, inStack, TODAY, type Given, type GivenStack } from "./support/graphs";

const all = (staging: GivenStack, prod: GivenStack, ...declared: DeclaredDifference[]) =>
  compare(inStack("staging", graph(staging)), inStack("prod", graph(prod)), "docker", {
    declared: { docker: declared, aws: [], across: [] },
    rules: RULES,
    today: TODAY,
  });

const parity = (...stacks: Parameters<typeof all>) => all(...stacks).filter(({ open }) => !open);

const inputOf = (name: string, input: string, to: unknown) =>
  changed(dockerStack, [name, "inputs", input], to);
const reason = "it is meant";
const foreign = dockerStack.foreign as Given;

describe("parity", () => {
  it("finds none between a stack and itself under another name", () => {
    expect(parity(dockerStack, dockerStack)).toEqual([]);
  });

  it("takes no stack's own name for a difference", () => {
    expect(
      parity(
        inputOf("database", "hostname", "app-staging-db"),
        inputOf("database", "hostname", "app-prod-db"),
      ),
    ).toEqual([]);
  });

  it("says what differs, and allows it for a reason", () => {
    const smaller = inputOf("database", "stopTimeout", 10);
    const difference = { path: "database:Container/stopTimeout", left: 10, right: 30 };
    expect(parity(smaller, dockerStack)).toEqual([{ ...difference, allowed: false }]);
    expect(parity(smaller, dockerStack, { path: "*:Container/stopTimeout", reason })).toEqual([
      { ...difference, allowed: true, reason },
    ]);
  });

  it("tells variables by name, not by place", () => {
    const [first, second] = [
      ["A=1", "B=2"],
      ["B=3", "A=1"],
    ].map((envs) => inputOf("database", "envs", envs));
    expect(parity(first ?? {}, second ?? {})).toEqual([
      { path: "database:Container/envs/B", left: "2", right: "3", allowed: false },
    ]);
  });

  it("tells a resource only one has once, and not input by input", () => {
    const { volume: _, ...without } = dockerStack;
    const differences = parity(without, dockerStack);
    expect(differences).toEqual([
      { path: "volume:Volume", left: undefined, right: "docker:index/volume:Volume", allowed: false },
    ]);
  });

  it("counts copies, and compares those that both have", () => {
    const copies = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`api-${index + 1}`, foreign]));
    const number = { path: "api-n:Container/copies", left: 2, right: 3, allowed: false };
    expect(parity(copies(2), copies(3))).toEqual([number]);
    const second = changed(copies(3), ["api-2", "inputs", "stopTimeout"], 7);
    const difference = { path: "api-n:Container#2/stopTimeout", left: 30, right: 7 };
    expect(parity(copies(2), second)).toEqual([number, { ...difference, allowed: false }]);
    expect(parity(copies(2), second, { path: "*:Container/stopTimeout", reason })).toEqual([
      number,
      { ...difference, allowed: true, reason },
    ]);
  });

  it("of a text says the lines, and allows only such lines", () => {
    const config = (text: string) => inputOf("database", "uploads", [{ file: "/a.conf", content: text }]);
    const [left, right] = [config("a 1\nsame\n"), config("a 2\nsame\n")];
    const [found] = parity(left, right);
    expect(found).toMatchObject({
      path: "database:Container/uploads/a.conf/content",
      left: ["a 1"],
      right: ["a 2"],
      allowed: false,
    });
    const allowing = (line: RegExp) =>
      parity(left, right, { path: "**/content", lines: [line], reason }).map(({ allowed }) => allowed);
    expect(allowing(/^a \d$/)).toEqual([true]);
    expect(allowing(/^b \d$/)).toEqual([false, false]);
  });

  it("holds an entry for stale when nothing differs for it any more", () => {
    expect(parity(dockerStack, dockerStack, { path: "**/memory", reason })).toEqual([
      {
        path: "**/memory",
        left: undefined,
        right: undefined,
        allowed: false,
        reason: "nothing differs here: remove the entry from policies/differences.ts",
      },
    ]);
  });

  it("misses no difference that may be there, and allows it where it is", () => {
    const entry: DeclaredDifference = { path: "*:Container/stopTimeout", optional: true, reason };
    expect(parity(dockerStack, dockerStack, entry)).toEqual([]);
    expect(parity(inputOf("database", "stopTimeout", 10), dockerStack, entry)).toEqual([
      { path: "database:Container/stopTimeout", left: 10, right: 30, allowed: true, reason },
    ]);
  });

  it("takes a pattern of a whole path for what it is", () => {
    const smaller = inputOf("database", "stopTimeout", 10);
    const allowed = (path: RegExp) =>
      parity(smaller, dockerStack, { path, reason }).map((one) => one.allowed);
    expect(allowed(/^(?!cache)[^/]+:Container\/stopTimeout$/)).toEqual([true]);
    expect(allowed(/^(?!database)[^/]+:Container\/stopTimeout$/)).toEqual([false, false]);
  });

  it.each([
    ["acme/app:1.0", "acme/app:1.1", ["acme.app", "1.0", "1.1"]],
    [
      `host:5000/app@sha256:${"a".repeat(64)}`,
      "host:5000/app:1",
      ["host:5000.app", `sha256:${"a".repeat(64)}`, "1"],
    ],
    [`app:1@sha256:${"a".repeat(64)}`, "app:1", ["app", `1@sha256:${"a".repeat(64)}`, "1"]],
    ["acme/app:1", "acme/web:1", ["acme.app", "1", undefined], ["acme.web", undefined, "1"]],
  ] as const)("tells versions of images by their repositories: %s, %s", (one, other, ...differences) => {
    const image = (name: string): GivenStack => ({ image: { type: "docker:remoteImage", inputs: { name } } });
    expect(parity(image(one), image(other)).map(({ path, left, right }) => [path, left, right])).toEqual(
      differences.map(([repository, ...sides]) => [`image:RemoteImage/image/${repository}`, ...sides]),
    );
  });

  it("does not let staging be weaker, whatever is declared of the setting", () => {
    const weaker = inputOf("database", "privileged", true);
    const differences = parity(weaker, dockerStack, { path: "**/privileged", reason });
    expect(differences.filter(({ allowed }) => !allowed)).toEqual([
      {
        path: "security/dk-not-privileged/database:Container",
        left: "broken",
        right: "kept",
        allowed: false,
      },
    ]);
  });

  it("counts what neither knows, wherever it stands, and does not take it for alike", () => {
    const images = ["carrier", "database", "edge"].map((name) => ({
      path: `${name}:Container/image`,
      left: "[unknown]",
      right: "[unknown]",
      allowed: true,
      open: true,
      reason: "only up can tell what it is",
    }));
    expect(all(dockerStack, dockerStack)).toEqual(images);
    const inList = inputOf("database", "command", ["run", "[unknown]"]);
    expect(all(inList, inList).map(({ path }) => path)).toEqual([
      "carrier:Container/image",
      "database:Container/command/1",
      "database:Container/image",
      "edge:Container/image",
    ]);
  });

  it("reads JSON on one line part by part, and a list from both of its ends", () => {
    const args = (...list: unknown[]) => inputOf("database", "entrypoints", [JSON.stringify({ list })]);
    const at = "database:Container/entrypoints/0/list";
    const said = (left: Given["inputs"][], right: Given["inputs"][]) =>
      parity(args(...left), args(...right)).map(({ path, left: one, right: other }) => [path, one, other]);
    const [a, b, c] = [{ x: 1 }, { x: 2 }, { x: 3 }];
    expect(said([a, b, c], [a, b, c])).toEqual([]);
    expect(said([a, c], [a, b, c])).toEqual([[`${at}/1`, undefined, b]]);
    expect(said([a, b, c], [b, c])).toEqual([[`${at}/0`, a, undefined]]);
    expect(said([a, b], [a, c])).toEqual([[`${at}/1/x`, 2, 3]]);
    expect(said([a, b], [b, a])).toEqual([
      [`${at}/0/x`, 1, 2],
      [`${at}/1/x`, 2, 1],
    ]);
  });

  it("tells elements of one name by their places", () => {
    const ports = (...external: number[]) =>
      inputOf(
        "database",
        "ports",
        external.map((one) => ({ internal: 80, external: one })),
      );
    expect(parity(ports(1, 2), ports(1, 3)).map(({ path }) => path)).toEqual([
      "database:Container/ports/1/external",
    ]);
  });

  it("tells of what a setting is made where its value does not, and on what a resource waits", () => {
    const secret = (from: Given["from"]) => ({
      ...dockerStack,
      key: { type: "random:password", inputs: {} },
      other: { type: "random:password", inputs: {} },
      made: { type: "docker:secret", inputs: { data: "[secret]" }, from },
    });
    const linked = secret({ data: ["key"] });
    expect(parity(linked, linked)).toEqual([]);
    expect(parity(secret({ data: ["other"] }), linked)).toEqual([
      { path: "made:Secret/data/<other:Password>", left: "linked", right: undefined, allowed: false },
      { path: "made:Secret/data/<key:Password>", left: undefined, right: "linked", allowed: false },
    ]);
  });

  it("shows no secret, but that one is missing", () => {
    const secret = inputOf("database", "envs", ["[secret]"]);
    expect(JSON.stringify(parity(secret, dockerStack))).toContain("[secret]");
  });
});
