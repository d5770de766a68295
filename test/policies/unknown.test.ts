import { describe, expect, it } from "vitest";
import { UNKNOWN, type Json } from "../../graph/resource";
import { evaluate } from "../../policies/evaluate";
import { RULES } from "../../policies/rules";
import { awsStack } from "./support/aws-stack";
import { changed, graph, TODAY } from "./support/graphs";
import { dockerStack } from "./support/docker-stack";

/** Every place in a value, the value itself among them. */
function places(value: Json, path: (string | number)[] = []): (string | number)[][] {
  const inner: [string | number, Json][] = Array.isArray(value)
    ? value.map((element, index) => [index, element])
    : Object.entries(value !== null && typeof value === "object" ? value : {});
  return [path, ...inner.flatMap(([key, one]) => places(one, [...path, key]))];
}

describe.each([
  ["AWS", awsStack],
  ["Docker", dockerStack],
])("a safe stack on %s", (_, stack) => {
  it.each(Object.entries(stack).map(([name, { inputs }]) => [name, inputs] as const))(
    "has no violation whatever is unknown of %s",
    (name, inputs) => {
      const alarms = places(inputs)
        .filter((path) => path.length > 0)
        .flatMap((path) => {
          const { violations } = evaluate(graph(changed(stack, [name, "inputs", ...path], UNKNOWN)), RULES, {
            production: true,
            today: TODAY,
          });
          return violations.map(({ policy, message }) => ({ path: path.join("."), policy, message }));
        });
      expect(alarms).toEqual([]);
    },
  );
});
