/** What the configuration allows of the reference app's variables, the app itself takes. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readStackFiles } from "../../environment/stack-files";
import { declaration, judge, type Declaration, type Literal } from "../../environment/variables";
import { variables } from "../../services/app/src/config/variables";
import { ROOT } from "./support/configuration";

const { config } = readStackFiles(ROOT, "local");
const shape = JSON.parse(config["mainstay:shape"] ?? "{}") as { variables: Record<string, unknown> };
const declared = Object.entries(shape.variables).map(
  ([name, one]) => [name, declaration.parse(one)] as const,
);

/** No bound of its own: larger than anything the app takes. */
const HUGE = 1_000_000_000_000;

/** Values of a declaration's type, at its bounds more often than not; nothing for what the environment makes itself. */
function valuesOf(one: Declaration): fc.Arbitrary<Literal> | undefined {
  switch (one.type) {
    case "string":
      return one.format
        ? fc.stringMatching(new RegExp(`^(?:${one.format.pattern})$`, "u"))
        : fc.string({ minLength: one.minLength ?? 0, maxLength: one.maxLength ?? 200 });
    case "integer":
      return fc.oneof(
        fc.constantFrom(one.min ?? -HUGE, one.max ?? HUGE),
        fc.integer({ min: one.min ?? -HUGE, max: one.max ?? HUGE }),
      );
    case "number":
      return fc.double({ min: one.min ?? -HUGE, max: one.max ?? HUGE, noNaN: true });
    case "port":
      return fc.integer({ min: 1, max: 65_535 });
    case "boolean":
      return fc.boolean();
    case "enum":
      return fc.constantFrom(...one.values);
    case "origins":
      return fc.constantFrom(
        "*",
        "https://app.example.com",
        "http://localhost:3000, https://a.example.com:8443",
      );
    case "url":
    case "path":
      return undefined;
  }
}

test("the app knows every variable that is declared, and no other", () => {
  expect(declared.map(([name]) => name).sort()).toEqual(Object.keys(variables).sort());
});

describe("what is allowed is taken", () => {
  const told = declared.flatMap(([name, one]) => {
    const values = valuesOf(one);
    return values ? [[name, one, values] as const] : [];
  });

  test.each(told)("%s", (name, one, values) => {
    const { read } = variables[name as keyof typeof variables];
    fc.assert(
      fc.property(values, (value) => {
        fc.pre(judge(one, value, false) === undefined);
        expect(read.safeParse(String(value)).success).toBe(true);
      }),
    );
  });
});
