/** A policy with something lost from it, or with more in it than before: every way that is thought of. */
import type { Graph, Resource } from "../../../../graph";
import { inputFault, type Fault } from "../../support/aws-links";
import { statements, type Statement } from "../../support/aws-read";

/** Every action and every resource of every statement, lost and widened; every condition, lost. */
export function* policyFaults(
  graph: Graph,
  policy: Resource,
  property: "policy" | "policyDocument" = "policy",
): Generator<Fault> {
  const all = statements(policy.inputs[property]);
  const changed = (index: number, change: object | undefined, what: string) =>
    inputFault(graph, policy, `statement ${index}, ${what}`, {
      [property]: document(
        all.flatMap((one, at) =>
          at !== index ? [rawOf(one)] : change ? [{ ...rawOf(one), ...change }] : [],
        ),
      ),
    });
  for (const [index, { effect, actions, resources, condition }] of all.entries()) {
    yield changed(index, undefined, "gone");
    yield changed(index, { Effect: effect === "Allow" ? "Deny" : "Allow" }, "turned round");
    yield changed(index, { Action: [...actions, "iam:CreateUser"] }, "one more action");
    for (const action of actions) {
      yield changed(index, { Action: actions.filter((one) => one !== action) }, `without ${action}`);
      if (action.endsWith(":*")) continue;
      const wider = actions.map((one) => (one === action ? `${one.split(":")[0] ?? ""}:*` : one));
      yield changed(index, { Action: wider }, `wider than ${action}`);
    }
    for (const resource of resources) {
      yield changed(index, { Resource: resources.filter((one) => one !== resource) }, `without ${resource}`);
      if (resource === "*") continue;
      const wider = resources.map((one) => (one === resource ? "*" : one));
      yield changed(index, { Resource: wider }, `wider than ${resource}`);
    }
    if (Object.keys(condition).length > 0) yield changed(index, { Condition: {} }, "without its condition");
  }
}

export const rawOf = ({ effect, actions, resources, condition, principal }: Statement): object => ({
  Effect: effect,
  Action: actions,
  ...(principal === null ? {} : { Principal: principal }),
  ...(resources.length > 0 ? { Resource: resources } : {}),
  Condition: condition,
});

export const document = (all: readonly object[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: all });
