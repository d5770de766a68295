/** Remedies: each makes its rule's violation good, breaks nothing else, and finds nothing to do the second time. */
import { describe, expect, it } from "vitest";
import { SECRET, UNKNOWN, type Json, type Resource } from "../../graph/resource";
import { evaluate, mendResource, type EvaluateOptions } from "../../policies/evaluate";
import { RULES } from "../../policies/rules";
import { CASES } from "./cases";
import { awsStack } from "./support/aws-stack";
import { placeOf } from "./support/cases";
import { changed, graph, TODAY, type GivenStack } from "./support/graphs";

const options: EvaluateOptions = { production: true, today: TODAY };
const NO_WAIVERS = { waivers: [], problems: [] };
const mending = RULES.filter((rule) => rule.scope === "resource" && rule.remedy !== undefined);
const mend = (stack: GivenStack, more: Partial<EvaluateOptions> = {}) =>
  evaluate(graph(stack), RULES, { ...options, remediate: true, ...more });

const cases = CASES.flatMap(({ safe, cases: of }) => of.map((one) => ({ safe, one }))).filter(
  ({ one }) => one.path !== undefined && mending.some(({ name }) => name === one.rule),
);

describe("a remedy", () => {
  it("is tried of each rule that has one", () => {
    expect(mending.length).toBeGreaterThanOrEqual(15);
    expect([...new Set(cases.map(({ one }) => one.rule))].sort()).toEqual(
      mending.map(({ name }) => name).sort(),
    );
  });

  it.each(cases.map(({ safe, one }) => [one.rule, one.path, safe, one] as const))(
    "of %s makes a wrong %s good, and is told",
    (rule, _path, safe, one) => {
      const { violations, remediated } = mend(changed(safe, placeOf(one), one.bad));
      expect(violations).toEqual([]);
      expect(new Set(remediated.map(({ policy }) => policy))).toEqual(new Set([rule]));
    },
  );

  it.each(cases.map(({ safe, one }) => [one.rule, one.path, safe, one] as const))(
    "of %s changes nothing of %s the second time",
    (_rule, _path, safe, one) => {
      const { resources } = graph(changed(safe, placeOf(one), one.bad));
      const broken = resources.find(({ name }) => name === one.at) as Resource;
      const once = mendResource(broken, RULES, options, NO_WAIVERS);
      const twice = mendResource(once.resource, RULES, options, NO_WAIVERS);
      expect(Object.keys(once.changed)).not.toEqual([]);
      expect([twice.changed, twice.remediated, twice.resource]).toEqual([{}, [], once.resource]);
    },
  );

  it.each(cases.map(({ safe, one }) => [one.rule, one.path, safe, one] as const))(
    "of %s leaves an unknown or secret %s as it is",
    (_rule, _path, safe, one) => {
      for (const to of [UNKNOWN, SECRET])
        expect(mend(changed(safe, placeOf(one), to)).remediated).toEqual([]);
    },
  );

  it("is told with what was found, and what it becomes", () => {
    const stack = changed(awsStack, ["logs", "inputs", "retentionInDays"], 7);
    expect(mend(stack).remediated).toEqual([
      {
        policy: "log-retention",
        severity: "medium",
        urn: "urn:pulumi:test::mainstay::aws:cloudwatch/logGroup:LogGroup::logs",
        property: "retentionInDays",
        message: "retentionInDays is 7, and becomes 30",
      },
    ]);
    expect(mend(stack, { hideFound: true }).remediated[0]?.message).toBe(
      "retentionInDays is something else, and becomes 30",
    );
  });

  it("keeps a redirect but for where it leads, and leaves alone what does not redirect", () => {
    const listener = (redirect: Json, type = "redirect"): GivenStack => ({
      plain: {
        type: "lb/listener",
        inputs: { protocol: "HTTP", port: 80, defaultActions: [{ type, redirect }] },
      },
    });
    const rules = RULES.filter(({ name }) => name === "listener-redirect");
    const [plain] = graph(listener({ protocol: "HTTP", statusCode: "HTTP_302", host: "x" })).resources;
    expect(mendResource(plain as Resource, rules, options, NO_WAIVERS).changed).toEqual({
      defaultActions: [
        { type: "redirect", redirect: { protocol: "HTTPS", statusCode: "HTTP_301", host: "x" } },
      ],
    });
    const [forward] = graph(listener({ statusCode: "HTTP_302" }, "forward")).resources;
    expect(mendResource(forward as Resource, rules, options, NO_WAIVERS).changed).toEqual({});
  });

  it.each([
    ["it is waived", { waivers: [waiver("log-retention", "LogGroup::logs")] }],
    ["its rule is disabled", { levels: { "log-retention": "disabled" } }],
    ["nobody asked for it", { remediate: false }],
  ] as const)("is not applied where %s", (_why, more) => {
    const stack = changed(awsStack, ["logs", "inputs", "retentionInDays"], 7);
    expect(mend(stack, more as Partial<EvaluateOptions>).remediated).toEqual([]);
  });
});

function waiver(rule: string, resource: string) {
  return {
    rule,
    resource: `urn:pulumi:test::mainstay::aws:cloudwatch/logGroup:${resource}`,
    reason: "the audit of May needs them as they are",
    owner: "platform team",
    granted: "2026-05-01",
    until: "2026-08-01",
  };
}
