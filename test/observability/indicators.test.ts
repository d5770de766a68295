import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { minutesToPage, WINDOWS } from "../../observability/slo/objective";
import { OBJECTIVES } from "../../observability/slo/objectives";
import { alertName } from "../../observability/slo/rules";
import { ruleGroups, type Rule } from "../../observability/rules";
import { counter, gauge, valuesOf, type Course } from "./support/case";
import { FIGURES, LINKS } from "./support/figures";
import { PROMTOOL_FOUND, runTrials, type Trial } from "./support/promtool";
import { SEED } from "./support/seed";

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
      seed: SEED,
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
    const said = await runTrials([
      { name: `uneven load, seed ${SEED}`, rules: rulesOfObjective("api-errors"), tests },
    ]);
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
  /** The time of the newest of deployments that follow each other, between two minutes. */
  const everyFiveMinutes = (from: number, to: number) =>
    Array.from({ length: (to - from) / 5 }, (_, index) => [5, (from + 5 * index) * 60] as const);
  const RAW: Readonly<Record<string, Readonly<Record<string, Course>>>> = {
    "api-availability": { 'up{job="api",instance="api-1:8000"}': up(...phases(1, 0)) },
    "api-errors": {
      [`http_requests_total{${LATENCY},status_code="200"}`]: counter(...phases(100, 0)),
      [`http_requests_total{${LATENCY},status_code="503"}`]: counter(...phases(0, 100)),
    },
    "api-latency-p95": histogram("http_request_duration_seconds", "0.3", LATENCY),
    "api-latency-p99": histogram("http_request_duration_seconds", "1", LATENCY),
    "database-latency": {
      ...histogram("db_query_duration_seconds", "0.1", 'job="api",operation="document.find"'),
      // Health checks are no query anybody waits for.
      'db_query_duration_seconds_bucket{le="0.1",job="api",operation="ping"}': counter([170, 9000]),
      'db_query_duration_seconds_count{job="api",operation="ping"}': counter([170, 9000]),
    },
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
      'documents_upload_failures_total{job="api",fault="service"}': counter(...phases(0, 100)),
      'documents_upload_failures_total{job="api",fault="caller"}': counter([170, 1000]),
    },
    "backup-freshness": {
      'backup_last_success_timestamp_seconds{job="backup",kind="full"}': gauge(
        // Older than 26 hours from the sixtieth minute on, until there is a new one.
        [110, 60 * 60 - 93_600],
        [60, 110 * 60],
      ),
    },
    "deployment-success": {
      'mainstay_deployment_timestamp_seconds{job="host",result="success"}': gauge(
        ...everyFiveMinutes(0, 60),
        [50, 55 * 60],
        ...everyFiveMinutes(110, 170),
      ),
      'mainstay_deployment_timestamp_seconds{job="host",result="failed"}': gauge(
        [60, NaN],
        ...everyFiveMinutes(60, 110),
        [60, 105 * 60],
      ),
    },
  };

  it("are read off the exporters' own series, page within minutes, and stop when it is over", async () => {
    const trials = OBJECTIVES.map(({ name, burns, indicator }): Trial => {
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
          // Without any series every minute is bad where each counts, and none is where they do not.
          test({}, [
            at(30, "sum(slo:error_ratio:5m)", indicator.kind === "slices" && indicator.present === undefined),
          ]),
        ],
      };
    });
    expect(await runTrials(trials)).toEqual(new Map());
  }, 120_000);

  const at = (minute: number, expr: string, value?: number) => ({
    expr,
    eval_time: `${minute}m`,
    exp_samples: value === undefined ? [] : [{ labels: "{}", value }],
  });

  it("know of nothing bad where no series of it has ever been there", async () => {
    const quiet = {
      'http_requests_total{job="api",instance="api-1:8000",status_code="200"}': valuesOf(counter([60, 50])),
      'cache_requests_total{job="api",result="hit"}': valuesOf(counter([60, 50])),
      'documents_uploaded_total{job="api"}': valuesOf(counter([60, 50])),
    };
    const trials = ["api-errors", "cache-hits", "upload-success"].map((name) => ({
      name: `${name} without a failure`,
      rules: rulesOfObjective(name),
      tests: [
        test(quiet, [at(50, "sum(slo:error_ratio:1h)", 0), at(50, "sum(slo:budget_remaining:ratio)", 1)]),
      ],
    }));
    expect(await runTrials(trials)).toEqual(new Map());
  });

  it("count a minute in which nobody gets in as one without the API, however well its copies are", async () => {
    const well = { 'up{job="api",instance="api-1:8000"}': valuesOf(gauge([120, 1])) };
    const probed = (probe: string) => ({
      ...well,
      [`probe_success{job="probe",probe="${probe}"}`]: valuesOf(gauge([60, 1], [3, 0], [57, 1])),
    });
    const count = "sum_over_time(slo:bad_events:per_minute[2h])";
    const tests = [
      test(probed("api"), [at(110, `sum(${count})`, 3)]),
      test(probed("redirect"), [at(110, `sum(${count})`, 0)]),
      test(well, [at(110, `sum(${count})`, 0)]),
    ];
    const name = "api-availability";
    expect(await runTrials([{ name, rules: rulesOfObjective(name), tests }])).toEqual(new Map());
  });

  it("count the minutes after the last copy has ended, though nobody marks the end of its series", async () => {
    const ended = { 'up{job="api",instance="api-1:8000"}': valuesOf(gauge([60, 1])) };
    const name = "api-availability";
    // From the 61st minute, the first in which it was not seen, or from the one after it.
    const bad = at(70, "sum(sum_over_time(slo:bad_events:per_minute[10m])) >= bool 9", 1);
    expect(await runTrials([{ name, rules: rulesOfObjective(name), tests: [test(ended, [bad])] }])).toEqual(
      new Map(),
    );
  });

  const AVAILABILITY = {
    name: "api-availability",
    rules: rulesOfObjective("api-availability"),
    stepMinutes: 0.25,
  };
  const answered = (status: number) =>
    `http_requests_total{job="api",instance="api-1:8000",status_code="${status}"}`;
  /** All requests of so many minutes fail, looked at every quarter of one; and so many minutes count as bad. */
  const failing = (minutes: number, perMinute: number, bad: number) => ({
    ...test(
      {
        'up{job="api",instance="api-1:8000"}': valuesOf(gauge([480, 1])),
        [answered(200)]: valuesOf(counter([240, perMinute / 4], [4 * minutes, 0], [240, perMinute / 4])),
        [answered(500)]: valuesOf(counter([240, 0], [4 * minutes, perMinute / 4], [240, 0])),
      },
      [at(110, "sum(sum_over_time(slo:bad_events:per_minute[2h:1m]))", bad)],
    ),
    interval: "15s",
  });

  it("do not take the only request of a quiet hour for the API, if it fails", async () => {
    const tests = [failing(1, 1, 0), failing(1, 20, 1)];
    expect(await runTrials([{ ...AVAILABILITY, tests }])).toEqual(new Map());
  });

  it("see an outage of two minutes, and in each minute of a quiet hour in which all fail", async () => {
    const tests = [failing(2, 600, 2), failing(30, 2, 28)];
    expect(await runTrials([{ ...AVAILABILITY, tests }])).toEqual(new Map());
  });

  it("count a deployment once, and one that failed as bad", async () => {
    const deployed = (result: string, ...phases: [number, number][]) => ({
      [`mainstay_deployment_timestamp_seconds{job="host",result="${result}"}`]: valuesOf(gauge(...phases)),
    });
    const name = "deployment-success";
    const sum = (series: string) => `round(sum(sum_over_time(${series}[2h])), 0.001)`;
    const tests = [
      // One before anything was looked at, two that succeed, and one that fails.
      test(
        {
          ...deployed("success", [20, -600], [40, 1200], [60, 3600]),
          ...deployed("failed", [80, NaN], [40, 4800]),
        },
        [at(110, sum("slo:events:per_minute"), 3), at(110, sum("slo:bad_events:per_minute"), 1)],
      ),
    ];
    expect(await runTrials([{ name, rules: rulesOfObjective(name), tests }])).toEqual(new Map());
  });

  it("are told of spent in single minutes, when none of them is worth a page", async () => {
    const name = "api-availability";
    // A minute without the API every two days: seven and a half in the month, where four and a third may be.
    const days = Array.from({ length: 14 }, () => [[1, 0] as const, [95, 1] as const]).flat();
    const series = { 'up{job="api",instance="api-1:8000"}': valuesOf(gauge(...days)) };
    const firing = (alert: string, level: string) =>
      `count(ALERTS{alertname="${alert}",alertstate="firing",severity="${level}"})`;
    const half = (hours: number, expr: string, value?: number) => ({ ...at(hours * 60, expr, value) });
    const tests = [
      {
        ...test(series, [
          // Each of them is a ticket while it is fresh, and none a page.
          half(49, firing("ApiAvailabilityBudgetBurn", "warning"), 2),
          half(60, firing("ApiAvailabilityBudgetBurn", "warning")),
          ...[1, 49, 97, 145, 193].map((hour) => half(hour, firing("ApiAvailabilityBudgetBurn", "critical"))),
          half(190, firing("BudgetSpent", "warning")),
          half(194, firing("BudgetSpent", "warning"), 1),
        ]),
        interval: "30m",
      },
    ];
    expect(
      await runTrials([{ name: "slow", rules: rulesOfObjective(name), tests, stepMinutes: 30 }]),
    ).toEqual(new Map());
  });

  it("page when the definition says they do", async () => {
    const paging = OBJECTIVES.flatMap((one) => {
      const minutes = minutesToPage(one);
      return minutes === undefined ? [] : [{ name: one.name, minutes: Math.ceil(minutes) }];
    });
    expect(Math.max(...paging.map(({ minutes }) => minutes))).toBe(44);
    const trials = paging.map(({ name, minutes }): Trial => {
      const [, , ...rules] = rulesOfObjective(name);
      const of = (series: string) => `slo:${series}:per_minute{slo="${name}",environment="trial"}`;
      const slices = OBJECTIVES.some((one) => one.name === name && one.indicator.kind === "slices");
      const each = slices ? 1 : 1000;
      const series = {
        [of("events")]: valuesOf(gauge([500, each])),
        [of("bad_events")]: valuesOf(gauge([400, 0], [100, each])),
      };
      const firing = `count(ALERTS{alertstate="firing",severity="critical"}) > bool 0`;
      return {
        name: `${name} pages`,
        rules,
        tests: [test(series, [at(400 + minutes - 3, firing), at(400 + minutes + 1, firing, 1)])],
      };
    });
    expect(await runTrials(trials)).toEqual(new Map());
  });
});
