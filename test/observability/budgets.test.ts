import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { problemsOf } from "../../observability/slo/check";
import {
  ALL_BURNS,
  budgetOf,
  BURNS,
  leastBadOf,
  thresholdOf,
  WINDOWS,
  type Objective,
  type Window,
} from "../../observability/slo/objective";
import { rulesOf } from "../../observability/slo/rules";
import type { Rule } from "../../observability/rules";
import { INCLUDES_START, PROMTOOL_FOUND, runTrials, type Trial } from "./support/promtool";
import { SEED } from "./support/seed";

/** A moment's events, as the rules record them each minute. Nothing at all is a moment nobody measured. */
interface Moment {
  readonly all: number;
  readonly bad: number;
}
type Load = readonly (Moment | undefined)[];

/**
 * The arithmetic in two scales: windows up to six hours minute by minute, longer ones in steps of two hours. They add
 * up what is recorded, whatever lies between two records, so both scales run the same expressions.
 */
const SCALES = {
  minutes: { step: 1, length: 420, windows: ["5m", "30m", "1h", "2h", "6h"] },
  hours: { step: 120, length: 420, windows: ["2h", "6h", "1d", "3d", "30d"] },
} as const;
interface Scale {
  readonly step: number;
  readonly length: number;
  readonly windows: readonly Window[];
}
/** Objectives of every sort, with the burns a scale can show, as long as they can work. */
const objective = ({ windows }: Scale): fc.Arbitrary<Objective> =>
  fc
    .record({
      target: fc.constantFrom(0.85, 0.95, 0.99, 0.995, 0.999, 0.9999),
      least: fc.constantFrom(2, 10, 50, 400),
    })
    .map(({ target, least }) => ({
      burns: ALL_BURNS.filter((burn) => windows.includes(burn) && windows.includes(BURNS[burn].short)),
      name: "trial",
      title: "Trial",
      promise: "",
      target,
      periodDays: 30 as const,
      indicator: { kind: "events" as const, bad: "bad", all: "all" },
      owner: "app" as const,
      board: "mainstay-overview" as const,
      leastBad: { critical: least, warning: 2 * least },
      policy: "",
    }))
    .filter((one) => problemsOf(one).length === 0);

/** Quiet nights, busy days, stretches nobody measured; failures in shares around what the burns allow. */
const block = (budget: number) =>
  fc.record({
    moments: fc.integer({ min: 2, max: 40 }),
    all: fc.oneof(
      fc.constant(0),
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 500, max: 20_000 }),
      fc.constant(undefined),
    ),
    share: fc
      .constantFrom(0, 0, 0, 0, 0.9, 1, 3, 6, 14.4, 40)
      .map((times) => Math.min(1, times * 1.05 * budget)),
  });
const load = (budget: number, { length }: Scale): fc.Arbitrary<Load> =>
  fc
    .array(block(budget), { minLength: 280, maxLength: 280 })
    .map((blocks) =>
      blocks
        .flatMap(({ moments, all, share }) =>
          Array<Moment | undefined>(moments).fill(
            all === undefined ? undefined : { all, bad: Math.round(all * share) },
          ),
        )
        .slice(0, length),
    );

/** The brute force: every event of a window, one moment after the other. */
function within(load: Load, end: number, { step }: Scale, window: Window): Moment {
  const moments = WINDOWS[window] / 60 / step;
  const first = Math.max(0, end - moments + (INCLUDES_START ? 0 : 1));
  return load
    .slice(first, end + 1)
    .reduce<Moment>((sum, one) => ({ all: sum.all + (one?.all ?? 0), bad: sum.bad + (one?.bad ?? 0) }), {
      all: 0,
      bad: 0,
    });
}
const ratio = ({ all, bad }: Moment): number | undefined => (all > 0 ? bad / all : undefined);

function fires(
  one: Objective,
  load: Load,
  end: number,
  scale: Scale,
  burn: (typeof ALL_BURNS)[number],
): boolean {
  const threshold = thresholdOf(one, burn);
  const long = within(load, end, scale, burn);
  const short = within(load, end, scale, BURNS[burn].short);
  return (
    (ratio(long) ?? 0) > threshold && (ratio(short) ?? 0) > threshold && long.bad >= leastBadOf(one, burn)
  );
}

/** The rules of an objective that a scale can show, but those that count: what they would record is given. */
function arithmeticOf(one: Objective, scale: Scale): Rule[] {
  const { recordings, alerts } = rulesOf(one);
  const shown = (record: string) => scale.windows.some((window) => record === `slo:error_ratio:${window}`);
  const burns: readonly string[] = one.burns;
  return [
    ...recordings.filter(({ record }) => shown(record) || record === "slo:budget_remaining:ratio"),
    ...alerts
      .filter(({ labels }) => burns.includes(labels?.["window"] ?? ""))
      .map(({ name, expr, labels }) => ({ alert: name, expr, labels: labels ?? {}, annotations: {} })),
  ];
}

const series = (load: Load, of: (moment: Moment) => number) =>
  load.map((moment) => (moment === undefined ? "stale" : String(of(moment)))).join(" ");
const sample = (value: number | undefined) => (value === undefined ? [] : [{ labels: "{}", value }]);

/** What promtool has to find of an objective under a load, at many moments. */
function trialOf(name: string, one: Objective, load: Load, scale: Scale): Trial {
  const ends = Array.from({ length: 24 }, (_, index) => Math.round(((index + 1) * (load.length - 1)) / 24));
  const at = (end: number, expr: string, value: number | undefined) => ({
    expr,
    eval_time: `${end * scale.step}m`,
    exp_samples: sample(value),
  });
  const longest = scale.windows.at(-1);
  const expected = ends.flatMap((end) => [
    ...scale.windows.map((window) =>
      at(end, `sum(slo:error_ratio:${window})`, ratio(within(load, end, scale, window))),
    ),
    ...one.burns.map((burn) =>
      at(
        end,
        `sum(ALERTS{alertname="TrialBudgetBurn",alertstate="firing",window="${burn}"})`,
        fires(one, load, end, scale, burn) ? 1 : undefined,
      ),
    ),
    // Of a period without events, or without measurements, nothing was spent; it is only known while measured.
    ...(longest === "30d"
      ? [at(end, "sum(slo:budget_remaining:ratio)", remaining(one, load, end, scale))]
      : []),
  ]);
  return {
    name,
    rules: arithmeticOf(one, scale),
    stepMinutes: scale.step,
    tests: [
      {
        interval: `${scale.step}m`,
        input_series: [
          { series: 'slo:bad_events:per_minute{slo="trial"}', values: series(load, ({ bad }) => bad) },
          { series: 'slo:events:per_minute{slo="trial"}', values: series(load, ({ all }) => all) },
        ],
        promql_expr_test: expected,
      },
    ],
  };
}

function remaining(one: Objective, load: Load, end: number, scale: Scale): number | undefined {
  const spent = ratio(within(load, end, scale, "30d"));
  if (spent === undefined && load[end] === undefined) return undefined;
  return 1 - (spent ?? 0) / budgetOf(one);
}

const trials = (seed: number, numRuns: number) =>
  [SCALES.minutes, SCALES.hours].flatMap((scale: Scale) =>
    fc
      .sample(
        objective(scale).chain((one) =>
          fc.record({ one: fc.constant(one), load: load(budgetOf(one), scale) }),
        ),
        { numRuns, seed },
      )
      .map((given, index) => ({ ...given, scale, name: `seed ${seed}, ${scale.step}m, ${index}` })),
  );

/** With this seed every burn meets every combination of its conditions: the second test sees to it. */
const COMPLETE = trials(1, 5);
const TRIALS = [...COMPLETE, ...trials(SEED, 1)];

describe.runIf(PROMTOOL_FOUND)("budgets and burns, against a count of every event", () => {
  it("are the same for every objective and load, to the last digit", async () => {
    const all = TRIALS.map(({ name, one, load: some, scale }) => trialOf(name, one, some, scale));
    expect(await runTrials(all)).toEqual(new Map());
  }, 120_000);

  it("are tried where they matter: every burn fires, and is held back by each of its conditions", () => {
    const seen = new Set<string>();
    for (const { one, load: some, scale } of COMPLETE) {
      for (const burn of one.burns) {
        for (let end = 0; end < some.length; end += 7) {
          const threshold = thresholdOf(one, burn);
          const long = within(some, end, scale, burn);
          const conditions = [
            (ratio(long) ?? 0) > threshold,
            (ratio(within(some, end, scale, BURNS[burn].short)) ?? 0) > threshold,
            long.bad >= leastBadOf(one, burn),
          ];
          seen.add(`${burn} ${conditions.map((holds) => (holds ? "1" : "0")).join("")}`);
        }
      }
    }
    const wanted = ALL_BURNS.flatMap((burn) => ["111", "011", "101", "110"].map((held) => `${burn} ${held}`));
    expect(wanted.filter((one) => !seen.has(one))).toEqual([]);
  });
});
