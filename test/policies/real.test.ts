import { beforeAll, describe, expect, it } from "vitest";
import type { Graph } from "../../graph";
import { evaluate } from "../../policies/evaluate";
import { RULES } from "../../policies/rules";
import waivers from "../../policies/waivers.json";
import { awsGraph, awsPreview } from "../components/support/aws-stack";
import { declareReal, inventOutputs, sketchReal } from "./support/stacks";

/** What is known of the program and still to be mended: a rule and a resource. Each has to be found. */
const TO_MEND: Readonly<Record<string, readonly string[]>> = {
  local: [],
  staging: [],
  prod: [],
  // Advice: what it backs up is on the host already.
  "docker-host": ["s3-replication backups-bucket"],
};
const PRODUCTION = ["prod", "docker-host"];

/** A day on which the waivers hold. */
const TODAY = "2026-12-01";

describe.each(Object.keys(TO_MEND))("%s", (stack) => {
  const options = { production: PRODUCTION.includes(stack), today: TODAY, waivers };
  let preview: Graph;

  beforeAll(async () => {
    preview = await declareReal(stack);
  });

  const names = (graph: Graph) =>
    evaluate(graph, RULES, options).violations.map(
      ({ policy, urn }) => `${policy} ${urn.split("::").at(-1) ?? ""}`,
    );

  it("breaks no rule but where it is known", () => {
    expect(names(preview)).toEqual(expect.arrayContaining([...(TO_MEND[stack] ?? [])]));
    expect(names(preview)).toHaveLength(TO_MEND[stack]?.length ?? 0);
  });

  it("breaks no other when everything is known, and then leaves nothing open", async () => {
    const made = await declareReal(stack, inventOutputs);
    expect(names(made).sort()).toEqual(names(preview).sort());
    expect(evaluate(made, RULES, options).undecidable).toEqual([]);
  });
});

describe.each([true, false])("an environment on AWS (production: %s)", (production) => {
  const options = { production, today: TODAY };

  it("breaks no rule in a preview, none when all is known, and then leaves nothing open", async () => {
    const [preview, made] = [await awsPreview({ production }), await awsGraph({ production })];
    expect(evaluate(preview, RULES, options).violations).toEqual([]);
    expect(evaluate(made, RULES, options)).toEqual({
      violations: [],
      undecidable: [],
      waived: [],
      remediated: [],
    });
  });
});

it("a firewall that closes several paths is judged by each of them", async () => {
  const elsewhere = (text: string) =>
    text.replace(/("web":\{[^]*?"metricsPath":")\/metrics/, "$1/internal/metrics");
  const closed = await sketchReal("staging", {}, { rewrite: elsewhere });
  const [acl] = closed.resources.filter(({ type }) => type === "aws:wafv2/webAcl:WebAcl");
  expect(JSON.stringify(acl?.inputs)).toContain('"searchString":"/internal/metrics"');
  const outcomes = (graph: Graph) => {
    const { violations, undecidable } = evaluate(graph, RULES, { production: true, today: TODAY });
    return [...violations, ...undecidable].filter(({ policy }) => policy === "waf-metrics-closed");
  };
  expect(outcomes(closed)).toEqual([]);
  const open = JSON.parse(
    JSON.stringify(closed).replaceAll('"searchString":"/metrics"', '"searchString":"/figures"'),
  ) as Graph;
  // Whom else the statement lets through is known at up only.
  expect(outcomes(open)).toMatchObject([{ urn: acl?.urn }]);
});
