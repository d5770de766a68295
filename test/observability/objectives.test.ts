import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
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
import { alertName, rulesOf } from "../../observability/slo/rules";
import { ruleGroups, type Rule } from "../../observability/rules";
import { counter, gauge, valuesOf, type Course } from "./support/case";
import { environmentOf, FIGURES, LINKS } from "./support/figures";
import { PROMTOOL_FOUND, runTrials, type Trial } from "./support/promtool";

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
  leastBad: 10,
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
    ["alerts on a single bad event", { leastBad: 1 }, /a single bad event/],
    [
      "more bad minutes than fit into a window",
      { indicator: slices, leastBad: 61 },
      /61 bad minutes do not fit/,
    ],
    [
      "alerts that wait for the whole budget",
      { indicator: slices, target: 0.9999, leastBad: 5 },
      /whole budget is 4.32/,
    ],
    ["the same burn twice", { burns: ["1h", "6h", "1h"] }, /the 1h burn is there twice/],
    ["a period its rules do not add up", { periodDays: 90 }, /rules add up 30 days, and it promises 90/],
    ["rules on records", { indicator: { kind: "records", of: "x" } }, /burns has to be empty/],
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
  it("has the eleven that were asked for, each with an owner, a board and a policy", () => {
    expect(OBJECTIVES.map(({ name, target }) => [name, target])).toEqual([
      ["api-availability", 0.9999],
      ["api-errors", 0.999],
      ["api-latency-p95", 0.95],
      ["api-latency-p99", 0.99],
      ["database-latency", 0.99],
      ["database-pool", 0.995],
      ["cache-hits", 0.85],
      ["queue-freshness", 0.99],
      ["upload-success", 0.95],
      ["backup-freshness", 0.99],
      ["deployment-success", 0.95],
    ]);
    for (const { policy, promise } of OBJECTIVES) expect(promise && policy).toBeTruthy();
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

  it("adds up no more than every environment keeps", () => {
    const longest = Math.max(...Object.values(WINDOWS)) / 86_400;
    expect(longest).toBeLessThan(LEAST_RETENTION_DAYS);
    for (const stack of ["local", "staging", "prod"])
      expect(environmentOf(stack).monitoring.prometheus.retentionDays).toBeGreaterThan(longest);
  });

  it("stands on a page for people: npx tsx observability/slo/page.ts writes it", () => {
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
    expect(of("SLO")).toHaveLength(10);
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
    for (const { kind, spec } of documents) {
      if (kind === "AlertPolicy") expect(spec["conditions"]).toHaveLength(1);
      if (kind !== "SLO") continue;
      const [{ target }] = spec["objectives"] as [{ target: number }];
      expect(target).toBeGreaterThan(0);
      expect(target).toBeLessThan(1);
    }
  });
});

const rulesOfObjective = (name: string): readonly Rule[] =>
  ruleGroups(FIGURES, LINKS, "selfHosted").find((group) => group.name === `objective-${name}`)?.rules ?? [];
const HOLDS = [{ labels: "{}", value: 1 }];
const test = (series: Readonly<Record<string, string>>, promql_expr_test: readonly object[]) => ({
  interval: "1m",
  input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
  promql_expr_test,
});

describe.runIf(PROMTOOL_FOUND)("budgets, by promtool", () => {
  /** A block of ten minutes: requests a minute, and the share of them that fails. */
  const block = fc.record({
    all: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 20 }), fc.integer({ min: 500, max: 20_000 })),
    share: fc.constantFrom(0, 0.001, 0.01, 0.2, 1),
  });
  const MINUTES = 200;

  it("weigh every request alike, however uneven the load", async () => {
    const loads = fc.sample(fc.array(block, { minLength: MINUTES / 10, maxLength: MINUTES / 10 }), {
      numRuns: 3,
      seed: 7,
    });
    const windows = ["5m", "30m", "1h", "2h"] as const;
    const tests = loads.map((load) => {
      const perMinute = load.flatMap(({ all, share }) =>
        Array.from({ length: 10 }, () => ({ all, bad: Math.round(all * share) })),
      );
      const request = (status: number) =>
        `http_requests_total{job="api",instance="api-1:8000",method="GET",endpoint="/v1",status_code="${status}"}`;
      const course = (of: (minute: { all: number; bad: number }) => number): string =>
        valuesOf(counter([1, 0], ...perMinute.map((minute) => [1, of(minute)] as const)));
      const expected = windows.map((window) => ({
        expr: withinExpression(window, bounds(perMinute, WINDOWS[window] / 60)),
        eval_time: `${MINUTES}m`,
        exp_samples: HOLDS,
      }));
      return test(
        { [request(200)]: course(({ all, bad }) => all - bad), [request(503)]: course(({ bad }) => bad) },
        expected,
      );
    });
    const said = await runTrials([{ name: "uneven", rules: rulesOfObjective("api-errors"), tests }]);
    expect(said).toEqual(new Map());
  }, 120_000);

  /**
   * The brute force: all requests of a window, counted one by one. A request is spread over the five minutes
   * of its rate, so those at the window's ends may count in part; the ratio lies between the extremes.
   */
  function bounds(minutes: readonly { all: number; bad: number }[], window: number) {
    const sum = (some: typeof minutes, of: (minute: { all: number; bad: number }) => number) =>
      some.reduce((total, minute) => total + of(minute), 0);
    const end = minutes.length;
    const inner = minutes.slice(end - window + 1, Math.max(end - window + 1, end - 4));
    const outer = minutes.slice(Math.max(0, end - window - 6), end);
    const [bad, all] = [sum(inner, (one) => one.bad), sum(inner, (one) => one.all)];
    const edgeBad = sum(outer, (one) => one.bad) - bad;
    const edgeGood = sum(outer, (one) => one.all - one.bad) - (all - bad);
    return {
      possible: sum(outer, (one) => one.all) > 0,
      certain: all > 0,
      least: all + edgeGood === 0 ? 0 : bad / (all + edgeGood),
      most: all + edgeBad === 0 ? 0 : (bad + edgeBad) / (all + edgeBad),
    };
  }
  const withinExpression = (
    window: string,
    { possible, certain, least, most }: ReturnType<typeof bounds>,
  ) => {
    const ratio = `sum(slo:error_ratio:${window})`;
    const within = `(${ratio} >= bool ${least - 1e-9}) * (${ratio} <= bool ${most + 1e-9})`;
    if (certain) return within;
    return possible ? `${within} or absent(${ratio})` : `absent(${ratio})`;
  };

  it("count nothing as spent where nothing happened", async () => {
    const series = {
      'http_requests_total{job="api",instance="api-1:8000",status_code="503"}': valuesOf(gauge([60, 7])),
    };
    const remaining = { expr: "sum(slo:budget_remaining:ratio)", eval_time: "50m", exp_samples: HOLDS };
    const nan = {
      // Nothing but NaN differs from itself.
      expr: '{__name__=~"slo:.+"} != on (__name__) {__name__=~"slo:.+"}',
      eval_time: "50m",
      exp_samples: [],
    };
    const trial = {
      name: "idle",
      rules: rulesOfObjective("api-errors"),
      tests: [test(series, [remaining, nan])],
    };
    expect(await runTrials([trial])).toEqual(new Map());
  });

  /** From the exporters' own series: well for an hour, bad for fifty minutes, well again. */
  const phases = (well: number, bad: number): [number, number][] => [
    [60, well],
    [50, bad],
    [60, well],
  ];
  const up = (...courses: [number, number][]): Course => gauge(...courses);
  const LATENCY = 'job="api",instance="api-1:8000",method="GET",endpoint="/v1"';
  const histogram = (name: string, bound: string, labels: string): Record<string, Course> => ({
    [`${name}_bucket{le="${bound}",${labels}}`]: counter(...phases(100, 0)),
    [`${name}_bucket{le="+Inf",${labels}}`]: counter(...phases(100, 100)),
    [`${name}_count{${labels}}`]: counter(...phases(100, 100)),
  });
  const RAW: Readonly<Record<string, Readonly<Record<string, Course>>>> = {
    "api-availability": { 'up{job="api",instance="api-1:8000"}': up(...phases(1, 0)) },
    "api-errors": {
      [`http_requests_total{${LATENCY},status_code="200"}`]: counter(...phases(100, 0)),
      [`http_requests_total{${LATENCY},status_code="503"}`]: counter(...phases(0, 100)),
    },
    "api-latency-p95": histogram("http_request_duration_seconds", "0.3", LATENCY),
    "api-latency-p99": histogram("http_request_duration_seconds", "1", LATENCY),
    "database-latency": histogram("db_query_duration_seconds", "0.1", 'job="api",operation="document.find"'),
    "database-pool": {
      'db_pool_active{job="api",instance="api-1:8000"}': up(...phases(1, 9)),
      'db_pool_max{job="api",instance="api-1:8000"}': up([170, 10]),
      'db_pool_waiting{job="api",instance="api-1:8000"}': up([170, 0]),
    },
    "cache-hits": {
      'cache_requests_total{job="api",result="hit"}': counter(...phases(100, 0)),
      'cache_requests_total{job="api",result="miss"}': counter(...phases(0, 100)),
    },
    "queue-freshness": {
      'worker_queue_oldest_job_age_seconds{job="worker",instance="worker-1:8001"}': up(...phases(0, 90)),
    },
    "upload-success": {
      'documents_uploaded_total{job="api"}': counter(...phases(100, 0)),
      'documents_upload_failures_total{job="api"}': counter(...phases(0, 100)),
    },
    "backup-freshness": {
      'backup_last_success_timestamp_seconds{job="backup",kind="full"}': gauge(
        [60, 0],
        [50, -100_000],
        [60, 0],
      ),
    },
  };

  it("are read off the exporters' own series, page within minutes, and stop when it is over", async () => {
    const measured = OBJECTIVES.filter(({ indicator }) => indicator.kind !== "records");
    const trials = measured.map(({ name, burns, indicator }): Trial => {
      const raw = RAW[name] ?? {};
      const series = Object.fromEntries(Object.entries(raw).map(([one, course]) => [one, valuesOf(course)]));
      const alert = alertName({ name }, "BudgetBurn");
      const firing = `count(ALERTS{alertname="${alert}",alertstate="firing",window="1h"})`;
      const paged = burns.includes("1h");
      const at = (minute: number, expr: string, holds: boolean) => ({
        expr,
        eval_time: `${minute}m`,
        exp_samples: holds ? HOLDS : [],
      });
      const ratio = (relation: string) => `sum(slo:error_ratio:5m) ${relation}`;
      return {
        name,
        rules: rulesOfObjective(name),
        tests: [
          test(series, [
            at(55, `${ratio("== bool 0")}`, true),
            at(55, firing, false),
            at(85, `${ratio("> bool 0.99")}`, true),
            at(108, firing, paged),
            at(125, firing, false),
            at(125, `${ratio("== bool 0")}`, true),
          ]),
          // Without any series only what is measured by its absence has a value.
          test({}, [
            at(30, "sum(slo:error_ratio:5m)", indicator.kind === "slices" && name === "api-availability"),
          ]),
        ],
      };
    });
    expect(await runTrials(trials)).toEqual(new Map());
  }, 120_000);
});
