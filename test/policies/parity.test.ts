import { describe, expect, it } from "vitest";
import { compare, type DeclaredDifference } from "../../policies/parity";
import { RULES } from "../../policies/rules";
import { dockerStack } from "./support/docker-stack";
import { changed, graph, inStack, TODAY, type Given, type GivenStack } from "./support/graphs";

const parity = (staging: GivenStack, prod: GivenStack, ...declared: DeclaredDifference[]) =>
  compare(inStack("staging", graph(staging)), inStack("prod", graph(prod)), {
    declared: { docker: declared, aws: [], across: [] },
    rules: RULES,
    today: TODAY,
  });

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

  it("counts copies instead of comparing them", () => {
    const copies = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`api-${index + 1}`, foreign]));
    expect(parity(copies(2), copies(3))).toEqual([
      { path: "api-n:Container/copies", left: 2, right: 3, allowed: false },
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
        reason: "nothing differs here: remove the entry",
      },
    ]);
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

  it("shows no secret, but that one is missing", () => {
    const secret = inputOf("database", "envs", ["[secret]"]);
    expect(JSON.stringify(parity(secret, dockerStack))).toContain("[secret]");
  });
});
