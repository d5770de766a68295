/** What is decided of values only `up` can tell: no more than holds whatever the cloud will answer. */
import { describe, expect, it } from "vitest";
import { evaluate } from "../../policies/evaluate";
import { judgeDocument } from "../../policies/documents";
import { judge, matches } from "../../policies/expect";
import type { Finding } from "../../policies/rule";
import { RULES } from "../../policies/rules";
import waivers from "../../policies/waivers.json";
import { RESOURCE } from "../support/resource";
import { sketchReal } from "./support/stacks";

const sketched = (text: string) => ({ ...RESOURCE, inputs: { text: "[unknown]" }, sketches: { text } });
const outcomes = (findings: readonly Finding[]) => findings.map(({ outcome, found }) => [outcome, found]);

describe("a document with answers that are not known", () => {
  const judged = (wrong: (content: string) => boolean, text = '{"a":"⟦x¦Y.arn⟧/b"}') =>
    outcomes(
      judgeDocument(sketched(text), "text", (content) => {
        const shown = JSON.stringify(content);
        return wrong(shown) ? [{ outcome: "violation", found: shown }] : [];
      }),
    );

  it("is judged by what is there whatever they are", () => {
    expect(judged((content) => content.includes("/b"))).toEqual([["violation", '{"a":"<x:Y.arn>/b"}']]);
    expect(judged((content) => content.includes("/c"))).toEqual([]);
  });

  it("is left open where they would tell", () => {
    const open = [["undecidable", "unknown until up"]];
    expect(judged((content) => content.includes("arn:aws:"))).toEqual(open);
    expect(judged((content) => !content.includes("arn:aws:"))).toEqual(open);
  });

  it.each(["⟦x.arn⟧", '{"port":⟦x.port⟧}'])("is unknown where it cannot be read without them: %s", (text) => {
    expect(judged(() => true, text)).toEqual([["undecidable", "unknown until up"]]);
  });
});

describe("a text with answers that are not known", () => {
  const judged = (text: string, pattern: RegExp) =>
    outcomes(judge(sketched(text), "text", matches(pattern, "it")));

  it("is judged by what is there whatever they are, and by nothing else", () => {
    expect(judged("groups: ⟦x.arn⟧", /groups:/)).toEqual([]);
    expect(judged("groups: ⟦x.arn⟧", /rules:/)).toEqual([["violation", "unknown until up"]]);
    expect(judged("a ⟦x.arn⟧", /a arn:/)).toEqual([["undecidable", "unknown until up"]]);
    expect(judged("⟦x.arn⟧", /^nothing$/)).toEqual([["undecidable", "unknown until up"]]);
  });
});

describe.each([
  ["staging", false],
  ["prod", true],
])("%s without an engine", (stack, production) => {
  it("breaks no rule, and leaves open what functions are told of the cloud's answers", async () => {
    const { violations, undecidable } = evaluate(await sketchReal(stack), RULES, {
      production,
      today: "2026-12-01",
      waivers,
    });
    expect(violations).toEqual([]);
    expect(
      undecidable.map(({ policy, urn, property }) => [policy, urn.split("::").at(-1), property]),
    ).toEqual([
      ["lambda-no-secret-env", "app-releases", "environment.variables"],
      ["lambda-no-secret-env", "monitoring-messenger", "environment.variables"],
    ]);
  });
});
