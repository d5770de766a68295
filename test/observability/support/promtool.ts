import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Figures } from "../../../observability/figures";
import { ruleGroups, type AlertingRule, type Layer, type Rule } from "../../../observability/rules";
import { idle, restarted, valuesOf, type Case, type Course, type Inputs } from "./case";
import { FIGURES, LINKS } from "./figures";

export const PROMTOOL = process.env["PROMTOOL"] ?? "promtool";

/** Where it is not installed, what needs it is left out. */
const version = spawnSync(PROMTOOL, ["--version"], { encoding: "utf8" });
export const PROMTOOL_FOUND = version.status === 0;

/** Up to Prometheus 2 a window holds what lies exactly at its start; from 3 on it does not. */
export const INCLUDES_START = /version 2\./.test(version.stdout ?? "");

export const RULES: readonly Rule[] = ruleGroups(FIGURES, LINKS, "selfHosted").flatMap(({ rules }) => rules);
const alertsOf = (figures: Figures, layer: Layer): AlertingRule[] =>
  ruleGroups(figures, LINKS, layer).flatMap(({ rules }) => rules.filter((rule) => "alert" in rule));
/** Of both platforms: those of a host, and what only AWS has beside them. */
const onHost = alertsOf(FIGURES, "selfHosted");
const ALERTING: readonly AlertingRule[] = [
  ...onHost,
  ...alertsOf({ ...FIGURES, platform: "aws" }, "managed").filter(
    (rule) => !onHost.some(({ alert }) => alert === rule.alert),
  ),
];
/** What repeats another alert, half an hour later. */
export const ESCALATIONS = ALERTING.filter(({ labels }) => labels["escalated"] === "true");
export const ALERTS = ALERTING.filter((rule) => !ESCALATIONS.includes(rule));

/** What tells rules of one alert apart. */
export const keyOf = (name: string, level: string, window = ""): string =>
  [name, level, window].filter(Boolean).join(" ");
export const keyOfRule = ({ alert, labels }: AlertingRule): string =>
  keyOf(alert, labels["severity"] ?? "", labels["window"] ?? labels["slo"]);

/** A set of rules with what is to be shown of it: two files of promtool. */
export interface Trial {
  readonly name: string;
  readonly rules: readonly Rule[];
  readonly tests: readonly object[];
  /** @default 1 */
  readonly stepMinutes?: number;
}

/**
 * Runs trials, many to a process, on two processors.
 *
 * @returns what promtool says of each that failed, by name
 */
export async function runTrials(trials: readonly Trial[]): Promise<Map<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), "mainstay-rules-"));
  try {
    const halves = [0, 1].map((half) => trials.filter((_, index) => index % 2 === half));
    const results = await Promise.all(halves.map((some) => runAll(folder, some)));
    return new Map(results.flatMap((one) => [...one]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function runAll(folder: string, trials: readonly Trial[]): Promise<Map<string, string>> {
  if (trials.length === 0) return new Map();
  const files = trials.map(({ name, rules, tests, stepMinutes = 1 }) => {
    const own = join(folder, name.replace(/\W+/g, "-"));
    mkdirSync(own);
    writeFileSync(join(own, "rules.json"), JSON.stringify({ groups: [{ name: "trial", rules }] }));
    const file = join(own, "test.json");
    // JSON is YAML, too, and read much faster.
    const test = { rule_files: ["rules.json"], evaluation_interval: `${stepMinutes * 60}s`, tests };
    writeFileSync(file, JSON.stringify(test));
    return file;
  });
  const output = await run(PROMTOOL, ["test", "rules", ...files]);
  // Older versions name the file before its verdict, newer ones do not: the order is what both keep.
  const verdicts = output.split(/^ {2}(?=(?:SUCCESS|FAILED:)\s*$)/m).slice(1);
  if (verdicts.length !== files.length) {
    throw new Error(`promtool judged ${verdicts.length} of ${files.length}: ${output}`);
  }
  return new Map(
    trials.flatMap(({ name }, index) => {
      const said = (verdicts[index] ?? "").replace(/^(Unit Testing|Processing test file):.*$/m, "").trim();
      return said === "SUCCESS" ? [] : [[name, said] as const];
    }),
  );
}

/** Runs a program to its end and gives what it says, whatever its exit code. */
export function run(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    // Both outputs into one: promtool names a file in the one and says in the other what is wrong with it.
    // Memory is there for such short runs; collecting it would take a third of the time.
    const child = spawn("sh", ["-c", 'exec "$0" "$@" 2>&1', command, ...args], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, GOGC: "400" },
    });
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.on("error", reject);
    child.on("close", () => resolve(Buffer.concat(chunks).toString("utf8")));
  });
}

/**
 * What is shown of an alert: quiet, not yet, firing, over; just inside its bounds; with nothing, and with no
 * traffic. Several rules may be put to the same courses: what is expected of one is expected of each.
 */
export function testsOf(one: Case, rules: readonly AlertingRule[]): object[] {
  const step = one.step ?? 1;
  const at = (steps: number) => `${steps * step}m`;
  const written = (inputs: Inputs, course: (one: Course) => string = valuesOf) => ({
    interval: at(1),
    input_series: Object.entries(inputs).map(([series, one]) => ({ series, values: course(one) })),
  });
  const says = (
    moments: readonly (readonly [steps: number, fires: boolean])[],
    { description, labels: own }: Pick<Case, "labels" | "description"> = one,
  ) => ({
    alert_rule_test: rules.flatMap(({ alert, labels, annotations }) =>
      moments.map(([steps, fires]) => ({
        eval_time: at(steps),
        alertname: alert,
        exp_alerts: fires
          ? [
              {
                exp_labels: { ...labels, ...own },
                exp_annotations: { ...annotations, description },
              },
            ]
          : [],
      })),
    ),
  });
  // While a window is half full, versions of Prometheus differ in the value: that it fires is all that is asked.
  const fires = (steps: number) => ({
    promql_expr_test: rules.map(({ alert, labels }) => ({
      expr: `count(ALERTS{alertname="${alert}",alertstate="firing",severity="${labels["severity"]}"})`,
      eval_time: at(steps),
      exp_samples: [{ labels: "{}", value: 1 }],
    })),
  });
  const before = one.fires > 0 ? [0, one.fires - 1] : [];
  const after = one.ends === undefined ? [] : [one.ends];
  const quiet = [...before, ...after].map((steps) => [steps, false] as const);
  return [
    // Every test costs promtool a database of its own, so what can be asked of the same courses is.
    ...(one.exact
      ? [
          { ...written(one.series), ...says(quiet), ...fires(one.fires) },
          { ...written(one.exact.series), ...says([[one.exact.at, true]]) },
        ]
      : [{ ...written(one.series), ...says([...quiet, [one.fires, true]]) }]),
    ...(one.also ?? []).map(({ series, at: steps, description, labels = one.labels }) => ({
      ...written(series),
      ...says([[steps, true]], { description, labels }),
    })),
    ...one.near.map((near) => ({ ...written(near.series), ...says([[near.at, false]]) })),
  ];
}

/** Quiet courses made by rule: nothing happening any more, and a process started again. */
export function quietTestsOf(one: Case, { alert }: AlertingRule): object[] {
  const step = one.step ?? 1;
  const quiet = (course: (one: Course) => string, ...steps: number[]) => ({
    interval: `${step}m`,
    input_series: Object.entries(one.series).map(([series, values]) => ({ series, values: course(values) })),
    alert_rule_test: steps.map((at) => ({ eval_time: `${at * step}m`, alertname: alert, exp_alerts: [] })),
  });
  const counts = Object.values(one.series).some(({ kind }) => kind === "counter");
  if (one.firesBy || !counts) return [];
  return [quiet(idle, 59), quiet(restarted, 30, 31, 35, 59)];
}

/** With no series at all, none of these fires. */
export const nothingTestOf = (rules: readonly AlertingRule[]): object => ({
  interval: "1m",
  input_series: [],
  alert_rule_test: rules.flatMap(({ alert }) =>
    [0, 60, 300].map((minute) => ({ eval_time: `${minute}m`, alertname: alert, exp_alerts: [] })),
  ),
});
