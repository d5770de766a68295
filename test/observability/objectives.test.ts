import { readFileSync } from "node:fs";
import { describe, expect, expectTypeOf, it } from "vitest";
import { LEAST_RETENTION_DAYS } from "../../environment/scale-common";
import { catalogue, problemsOf } from "../../observability/slo/check";
import {
  ALL_BURNS,
  budgetOf,
  BURNS,
  exhaustionHours,
  thresholdOf,
  WINDOWS,
  type Objective,
} from "../../observability/slo/objective";
import { OBJECTIVES } from "../../observability/slo/objectives";
import { objectivesPage, PAGE } from "../../observability/slo/page";
import { openSlo } from "../../observability/slo/openslo";
import { rulesOf } from "../../observability/slo/rules";
import { environmentOf } from "./support/figures";

const GOOD: Objective = {
  name: "trial",
  title: "Trial",
  promise: "It works.",
  target: 0.99,
  periodDays: 30,
  indicator: { kind: "events", bad: "bad", all: "all" },
  owner: "app",
  board: "mainstay-overview",
  burns: ALL_BURNS,
  leastBad: { critical: 10, warning: 10 },
  policy: "",
};
const slices = { kind: "slices", bad: "bad", present: "all" } as const;
const latency = {
  kind: "latency",
  histogram: "http_request_duration_seconds",
  matchers: "",
  seconds: 0.25,
} as const;

describe("an objective", () => {
  it.each<[string, Partial<Objective>, RegExp]>([
    ["a target of all", { target: 1 }, /leaves no budget/],
    ["a target in percent", { target: 99 }, /leaves no budget/],
    [
      "a burn that can never fire",
      { target: 0.9306 - 0.0001 },
      /the 1h burn can never fire: it asks for 1\d\d/,
    ],
    ["a slower burn that can never fire", { target: 0.8333, burns: ["6h"] }, /the 6h burn can never fire/],
    [
      "pages on a single bad event",
      { leastBad: { critical: 1, warning: 1 } },
      /a single bad event would page: leastBad.critical has to be 2/,
    ],
    ["alerts on nothing", { leastBad: { critical: 2, warning: 0 } }, /leastBad.warning has to be 1/],
    [
      "bad minutes that come again and again and are never seen",
      { indicator: slices, target: 0.9999, leastBad: { critical: 2, warning: 2 } },
      /: 1 bad minutes in every 3d pass unseen, 10 in 30 days, and the whole budget is 4.32: leastBad.warning has to be 1 or less/,
    ],
    [
      "a guard one minute above what the budget bears",
      { indicator: slices, leastBad: { critical: 10, warning: 45 } },
      /: 44 bad minutes in every 3d pass unseen, 440 in 30 days, .* 432: leastBad.warning has to be 44 or less/,
    ],
    [
      "a guard that leaves a busy service blind",
      { leastBad: { critical: 173, warning: 10 } },
      /the 1h burn is blind: .* no more than 172 are bad at its pace, and it waits for 173/,
    ],
    [
      "a page that comes when it is over",
      { target: 0.9375 },
      /pages only after 54 minutes of nothing but bad events: at most 45/,
    ],
    [
      "more bad minutes than fit into a window",
      { indicator: slices, leastBad: { critical: 61, warning: 10 } },
      /61 bad minutes do not fit/,
    ],
    [
      "alerts that wait for the whole budget",
      { indicator: slices, target: 0.9999, leastBad: { critical: 5, warning: 1 } },
      /whole budget is 4.32/,
    ],
    ["the same burn twice", { burns: ["1h", "6h", "1h"] }, /the 1h burn is there twice/],
    ["a threshold between the buckets", { indicator: latency }, /no bucket at 0.25 s; it has 0.005, .*30/],
    ["a histogram that is none", { indicator: { ...latency, histogram: "up" } }, /up is no histogram/],
    ["a name that is no name", { name: "Trial 1" }, /lower-case words/],
  ])("cannot have %s", (_, change, message) => {
    const problems = problemsOf({ ...GOOD, ...change });
    expect(problems.join("\n")).toMatch(message);
    expect(() => catalogue([{ ...GOOD, ...change }])).toThrow(message);
  });

  it("is fine otherwise, and the only one of its name", () => {
    expect(problemsOf(GOOD)).toEqual([]);
    const most = { critical: 10, warning: 44 };
    expect(problemsOf({ ...GOOD, indicator: slices, leastBad: most })).toEqual([]);
    expect(problemsOf({ ...GOOD, leastBad: { critical: 172, warning: 10 } })).toEqual([]);
    expect(problemsOf({ ...GOOD, target: 0.948 })).toEqual([]);
    expect(() => catalogue([GOOD, GOOD])).toThrow(/trial: there are two/);
  });

  it("spends its budget as the workbook's figures have it", () => {
    expect(budgetOf({ target: 0.999 })).toBe(0.001);
    const spent = ALL_BURNS.map((burn) => (BURNS[burn].factor * WINDOWS[burn]) / WINDOWS["30d"]);
    expect(spent.map((share) => Number(share.toPrecision(3)))).toEqual([0.02, 0.05, 0.1, 0.1]);
    for (const burn of ALL_BURNS) expect(WINDOWS[burn] / WINDOWS[BURNS[burn].short]).toBe(12);
    expect(ALL_BURNS.map((burn) => exhaustionHours(30, burn))).toEqual([50, 120, 240, 720]);
    expect(thresholdOf({ target: 0.9999 }, "1h")).toBe(0.00144);
  });
});

describe("the catalogue of objectives", () => {
  /** The share a promise speaks of: `In 99 % of all minutes …`, `Of 20 deployments, 19 …`. */
  const promised = (promise: string) => {
    const [, percent, of, good] = /^(?:In ([\d.]+) % |Of (\d+) \D+(\d+) )/.exec(promise) ?? [];
    return Number((percent ? Number(percent) / 100 : Number(good) / Number(of)).toPrecision(6));
  };

  it("has the eleven that were asked for, each with a promise of its target, an owner and a policy", () => {
    const known = { Only: "freeze", Its: "ticket" } as Record<string, string>;
    expect(
      OBJECTIVES.map(({ name, target, promise, owner, policy }) => [
        ...[name, target, promised(promise)],
        ...[owner, known[policy.split(" ")[0] ?? ""]],
      ]),
    ).toEqual([
      ["api-availability", 0.9999, 0.9999, "app", "freeze"],
      ["api-errors", 0.999, 0.999, "app", "freeze"],
      ["api-latency-p95", 0.95, 0.95, "app", "freeze"],
      ["api-latency-p99", 0.99, 0.99, "app", "freeze"],
      ["database-latency", 0.99, 0.99, "app", "freeze"],
      ["database-pool", 0.995, 0.995, "app", "freeze"],
      ["cache-hits", 0.85, 0.85, "app", "ticket"],
      ["queue-freshness", 0.99, 0.99, "app", "freeze"],
      ["upload-success", 0.95, 0.95, "app", "freeze"],
      ["backup-freshness", 0.99, 0.99, "data", "ticket"],
      ["deployment-success", 0.95, 0.95, "platform", "freeze"],
    ]);
  });

  it("records every window in the same way, and only what it has recorded", () => {
    for (const objective of OBJECTIVES) {
      const { recordings, alerts } = rulesOf(objective);
      const ratios = recordings.filter(({ record }) => record.startsWith("slo:error_ratio:"));
      const forms = ratios.map(({ record, expr }) => expr.replaceAll(`[${record.split(":")[2]}]`, "[w]"));
      expect(new Set(forms).size).toBe(recordings.length === 0 ? 0 : 1);
      const names = new Set(recordings.map(({ record }) => record));
      const used = alerts.flatMap(({ expr }) => expr.match(/slo:[a-z_]+:\w+/g) ?? []);
      expect(used.filter((name) => !names.has(name))).toEqual([]);
    }
  });

  it("promises the period its rules add up, and could promise no other", () => {
    expectTypeOf<Objective["periodDays"]>().toEqualTypeOf<30>();
    for (const objective of OBJECTIVES) {
      const { recordings, alerts } = rulesOf(objective);
      const period = `${objective.periodDays}d`;
      const left = recordings.filter(({ record }) => record === "slo:budget_remaining:ratio");
      expect(left.map(({ expr }) => /slo:error_ratio:(\w+)/.exec(expr)?.[1])).toEqual(left.map(() => period));
      const spent = alerts.filter(({ name }) => name === "BudgetSpent");
      expect(spent.map(({ expr }) => /\[(\w+)\]/.exec(expr)?.[1])).toEqual([period]);
    }
  });

  it("adds up no more than every environment keeps", () => {
    const longest = Math.max(...Object.values(WINDOWS)) / 86_400;
    expect(longest).toBeLessThan(LEAST_RETENTION_DAYS);
    for (const stack of ["local", "staging", "prod"])
      expect(environmentOf(stack).monitoring.prometheus.retentionDays).toBeGreaterThan(longest);
  });

  it("stands on a page for people: npm run generate writes it", () => {
    expect(readFileSync(PAGE, "utf8")).toBe(objectivesPage(OBJECTIVES));
  });

  it("exports what OpenSLO can say of it", () => {
    const documents = openSlo(OBJECTIVES) as {
      kind: string;
      metadata: { name: string };
      spec: Record<string, unknown>;
    }[];
    const of = (kind: string) =>
      documents.filter((one) => one.kind === kind).map(({ metadata }) => metadata.name);
    expect(of("SLO")).toHaveLength(11);
    expect(of("AlertCondition")).toEqual(["burn-1h", "burn-6h", "burn-1d", "burn-3d"]);
    expect(of("AlertNotificationTarget")).toEqual(["critical", "warning"]);
    // OpenSLO's own library takes references as objects, and no policy without somebody to tell.
    const references = (kind: string, list: string, key: string) =>
      documents
        .filter((one) => one.kind === kind)
        .flatMap(({ spec }) => (spec[list] as Record<string, string>[]).map((one) => one[key]));
    expect([...new Set(references("SLO", "alertPolicies", "alertPolicyRef"))]).toEqual(of("AlertPolicy"));
    expect(new Set(references("AlertPolicy", "conditions", "conditionRef"))).toEqual(
      new Set(of("AlertCondition")),
    );
    expect(references("AlertPolicy", "notificationTargets", "targetRef")).toHaveLength(
      of("AlertPolicy").length,
    );
    expect(new Set(references("AlertPolicy", "notificationTargets", "targetRef"))).toEqual(
      new Set(of("AlertNotificationTarget")),
    );
    for (const { kind, spec } of documents)
      if (kind === "AlertPolicy") expect(spec["conditions"]).toHaveLength(1);
    const targets = documents
      .filter(({ kind }) => kind === "SLO")
      .map(({ metadata, spec }) => [metadata.name, (spec["objectives"] as { target: number }[])[0]?.target]);
    expect(targets).toEqual(OBJECTIVES.map(({ name, target }) => [name, target]));
  });
});
